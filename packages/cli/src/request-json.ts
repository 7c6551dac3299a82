import type { RequestInput } from 'ingresskit';
import { jsonPlaces } from './json-places.ts';

/** A request of a JSON line, or what is wrong with the line and where. */
export type ReadRequest =
  | { readonly ok: true; readonly request: RequestInput }
  | { readonly ok: false; readonly problem: string /** From 1. */; readonly column: number };

type Check = (value: unknown) => string | undefined;

const isText: Check = (value) => (typeof value === 'string' ? undefined : 'must be text');
const isNumber: Check = (value) => (typeof value === 'number' && Number.isFinite(value) ? undefined : 'must be a number');
const isDraw: Check = (value) => (typeof value === 'number' && value >= 0 && value < 1 ? undefined : 'must be a number from 0 to below 1');
const isDuration: Check = (value) =>
  isNumber(value) === undefined && (value as number) >= 0 ? undefined : 'must be a number of milliseconds, at least 0';
const areHeaders: Check = (value) => {
  const isHeaderValue = (item: unknown): boolean =>
    typeof item === 'string' || (Array.isArray(item) && item.every((part) => typeof part === 'string'));
  return isObject(value) && Object.values(value).every(isHeaderValue) ? undefined : 'must be a map from names to texts or lists of texts';
};
const isAnswer: Check = (value) => {
  const form = 'must be a map with a status from 100 to 599 and, perhaps, headers';
  if (!isObject(value)) return form;
  const { status, headers } = value;
  const isStatus = typeof status === 'number' && Number.isInteger(status) && status >= 100 && status <= 599;
  return isStatus && (headers === undefined || headers === null || areHeaders(headers) === undefined) ? undefined : form;
};

/** The fields of a request in the order of the contract. Others may be there and are not looked at, for newer producers' sake. */
const checks: Readonly<Record<keyof RequestInput, Check>> = {
  id: isText,
  method: isText,
  url: isText,
  headers: areHeaders,
  clientAddress: isText,
  sni: isText,
  clientCertificate: isText,
  draw: isDraw,
  auth: isAnswer,
  upstream: isAnswer,
  at: isNumber,
  durationMs: isDuration,
};

/** Reads one line. `null` counts as absent. */
export function readRequest(line: string): ReadRequest {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    const column = (jsonPlaces(line).fault ?? 0) + 1;
    return { ok: false, problem: column > line.trimEnd().length ? 'the JSON ends too early' : 'this is not JSON', column };
  }
  if (!isObject(value)) return { ok: false, problem: 'a request must be a JSON object', column: line.search(/\S/) + 1 };
  const request: Record<string, unknown> = {};
  for (const [name, check] of Object.entries(checks)) {
    const field = Object.hasOwn(value, name) ? value[name] : undefined;
    if (field === undefined || field === null) continue;
    const problem = check(field);
    if (problem !== undefined) return { ok: false, problem: `"${name}" ${problem}`, column: columnOf(line, name) };
    request[name] = field;
  }
  if (request['url'] === undefined) return { ok: false, problem: 'the request has no "url"', column: line.search(/\S/) + 1 };
  return { ok: true, request: request as unknown as RequestInput };
}

function columnOf(line: string, name: string): number {
  return (jsonPlaces(line).members.get(name) ?? 0) + 1;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
