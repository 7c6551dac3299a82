import type { DeclaredFastCgi } from '@ingresskit/families';
import type { Decision, ForwardDecision } from '@ingresskit/matcher';
import { backendKey } from '@ingresskit/route-table';
import type { Answer, Received } from './backend-stub.ts';

/** A response as a client saw it. */
export interface Seen {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: ReadonlyMap<string, readonly string[]>;
  readonly body: string;
}

/** What differs between a decision and what happened over the wire, in words; `undefined` when nothing does. */
export function differenceOf(
  expected: Decision,
  seen: Seen,
  received: readonly Received[],
  answer: Answer,
  isAnswered: boolean,
): string | undefined {
  if (expected.kind !== 'forward') {
    // Some answers come only after the backend's.
    if (received.length > 0 && !isAnswered) return `${expected.kind}, and ${received[0]?.backend} was asked`;
    if (seen.status !== expected.status) return `status ${seen.status} instead of ${expected.status}`;
    if (expected.kind === 'no-route') return undefined;
    if (expected.kind === 'redirect' && first(seen, 'location') !== expected.location)
      return `location ${first(seen, 'location')} instead of ${expected.location}`;
    for (const [name, value] of Object.entries(expected.headers)) {
      if (name === 'content-length') continue;
      const wanted = [value].flat().join(', ');
      const got = seen.headers.get(name.toLowerCase())?.join(', ');
      if (got !== wanted) return `response header ${name} is ${got} instead of ${wanted}`;
    }
    return expected.kind === 'respond' && seen.body !== '' && seen.body !== expected.body ? `body ${seen.body}` : undefined;
  }
  // Copies go to other backends; they are not what the decision is about.
  const key = backendKey(expected.backend);
  const last = received.findLast(({ backend }) => backend === key) ?? received.at(-1);
  if (last === undefined) return `not forwarded: status ${seen.status}`;
  return requestDifference(expected, last) ?? responseDifference(expected, seen, answer);
}

function requestDifference(
  { backend, upstream, policies }: ForwardDecision,
  { backend: asked, path, host, headers, params }: Received,
): string | undefined {
  const key = backendKey(backend);
  if (asked !== key) return `${asked} was asked instead of ${key}`;
  const isFastCgi = upstream.protocol === 'FCGI';
  if (isFastCgi !== (params !== undefined)) return `${isFastCgi ? 'not ' : ''}asked over FastCGI`;
  const difference = params === undefined ? undefined : paramsDifference(params, upstream.path, policies['fastcgi'] as DeclaredFastCgi);
  if (difference !== undefined) return difference;
  if (params === undefined && path !== upstream.path) return `path ${path} instead of ${upstream.path}`;
  if (host !== upstream.host) return `host ${host} instead of ${upstream.host}`;
  const { set, append, remove } = upstream.headers;
  for (const [name, value] of Object.entries(set)) {
    const wanted = [value, ...(append[name] ?? [])].join(', ');
    if (name !== 'host' && headers.get(name)?.join(', ') !== wanted)
      return `request header ${name} is ${headers.get(name)?.join(', ')} instead of ${wanted}`;
  }
  for (const [name, values] of Object.entries(append)) {
    if (!(headers.get(name) ?? []).join(', ').endsWith(values.join(', '))) return `request header ${name} lacks ${values.join(', ')}`;
  }
  for (const name of remove)
    if (headers.has(name) && set[name] === undefined && append[name] === undefined && !name.startsWith('x-forwarded-'))
      return `request header ${name} is still there`;
  return undefined;
}

/** A FastCGI process is not told a path: it is told a script and a query. */
function paramsDifference(got: ReadonlyMap<string, string>, path: string, expected: DeclaredFastCgi): string | undefined {
  const { documentUri, scriptName, params } = expected;
  const mark = path.indexOf('?');
  const wanted = { DOCUMENT_URI: documentUri, SCRIPT_NAME: scriptName, QUERY_STRING: mark < 0 ? '' : path.slice(mark + 1), ...params };
  const different = Object.entries(wanted).find(([name, value]) => got.get(name) !== value);
  return different === undefined ? undefined : `parameter ${different[0]} is ${got.get(different[0])} instead of ${different[1]}`;
}

function responseDifference({ response }: ForwardDecision, seen: Seen, answer: Answer): string | undefined {
  const status = response.status ?? answer.status;
  if (seen.status !== status) return `status ${seen.status} instead of ${status}`;
  const { set, append, remove } = response.headers;
  for (const [name, value] of Object.entries(set)) {
    const wanted = [value, ...(append[name] ?? [])].join(', ');
    if (seen.headers.get(name)?.join(', ') !== wanted)
      return `response header ${name} is ${seen.headers.get(name)?.join(', ')} instead of ${wanted}`;
  }
  for (const [name, values] of Object.entries(append)) {
    if (!(seen.headers.get(name) ?? []).join(', ').endsWith(values.join(', '))) return `response header ${name} lacks ${values.join(', ')}`;
  }
  for (const name of remove)
    if (seen.headers.has(name) && set[name] === undefined && append[name] === undefined) return `response header ${name} is still there`;
  return undefined;
}

function first({ headers }: Seen, name: string): string | undefined {
  return headers.get(name)?.[0];
}
