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

function requestDifference({ backend, upstream }: ForwardDecision, { backend: asked, path, host, headers }: Received): string | undefined {
  const key = backendKey(backend);
  if (asked !== key) return `${asked} was asked instead of ${key}`;
  if (path !== upstream.path) return `path ${path} instead of ${upstream.path}`;
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
