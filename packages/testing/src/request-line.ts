import type { RequestInput } from 'ingresskit';
import { decisionForms, normalDecision } from './decision-text.ts';

/** One line of a case file: a request, and the decision it should meet. */
export interface RequestLine {
  readonly request: RequestInput;
  /** The decision's line in its normal spelling. */
  readonly expected: string;
}

/** What came of reading a line, or why it cannot be read, in words that complete `the line …`. */
export type ReadLine<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly problem: string };

// RFC 9110 §5.6.2 `token`, written in capitals as methods are.
const method = /^[A-Z0-9!#$%&'*+.^_`|~-]+$/;

/** Reads the left side of a line: `GET http://shop.example.com/cart`, or a URL alone, which means GET. */
export function parseRequest(text: string): ReadLine<RequestInput> {
  const words = text.trim().split(/\s+/);
  const [first = '', second] = words;
  if (words.length > 2) return { ok: false, problem: 'has more than a method and a URL before "->"' };
  const [verb, url] = second === undefined ? ['GET', first] : [first, second];
  if (!method.test(verb)) return { ok: false, problem: `begins with "${verb}", which is no method in capitals` };
  if (!/^https?:\/\//i.test(url)) return { ok: false, problem: `names "${url}", which is no http:// or https:// URL` };
  return { ok: true, value: { method: verb, url } };
}

/** Reads a whole line: `GET http://shop.example.com/cart -> forward shop/cart:80`. */
export function parseRequestLine(text: string): ReadLine<RequestLine> {
  const arrow = text.indexOf(' -> ');
  if (arrow < 0) return { ok: false, problem: 'has no " -> " between the request and the decision' };
  const request = parseRequest(text.slice(0, arrow));
  if (!request.ok) return request;
  const right = text.slice(arrow + 4);
  const expected = normalDecision(right);
  if (expected === undefined) return { ok: false, problem: `ends with "${right.trim()}", which is none of: ${decisionForms}` };
  return { ok: true, value: { request: request.value, expected } };
}

/** A request as a line's left side, with what a line cannot say in brackets: for titles and messages. */
export function formatRequest({ method: verb = 'GET', url, headers = {}, draw, clientAddress, at, durationMs }: RequestInput): string {
  const notes = [
    ...Object.entries(headers).map(([name, value]) => `${name}: ${isSecret(name) ? '…' : [value].flat().join(', ')}`),
    ...(clientAddress === undefined ? [] : [`from ${clientAddress}`]),
    ...(draw === undefined ? [] : [`draw ${draw}`]),
    ...(at === undefined ? [] : [`at ${at} ms`]),
    ...(durationMs === undefined ? [] : [`for ${durationMs} ms`]),
  ];
  return `${verb} ${url}${notes.length === 0 ? '' : ` [${notes.join('; ')}]`}`;
}

function isSecret(name: string): boolean {
  return /^(authorization|proxy-authorization)$/i.test(name);
}
