import type { HeaderEdits } from '@ingresskit/matcher';
import { foldedName, kindOf } from '../gate/header-kinds.ts';

/** Headers of a connection, not of a message: neither sent on nor edited (RFC 9110 §7.6.1). */
const hopByHop: ReadonlySet<string> = new Set([
  'connection',
  'keep-alive',
  'proxy-connection',
  'proxy-authenticate',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'http2-settings',
]);

/** Fields that would change what a message is, so that they cannot come after it (RFC 9110 §6.5.1). */
const neverTrailers: ReadonlySet<string> = new Set([
  'authorization',
  'cookie',
  'set-cookie',
  'content-encoding',
  'content-type',
  'content-range',
  'content-length',
  'cache-control',
  'expect',
  'host',
  'location',
  'max-forwards',
  'range',
  'www-authenticate',
]);

/**
 * Applies edits to pairs: remove, then set, then append. The same array when there are none.
 *
 * @param folds whether a name also stands for what CGI-like programs take for it: `X.User` must not pass beside a policy's `x-user` (reliability.md §2.5).
 */
export function applyEdits(pairs: string[], { set, append, remove }: HeaderEdits, folds = false): string[] {
  const setNames = Object.keys(set);
  const appendNames = Object.keys(append);
  if (setNames.length === 0 && appendNames.length === 0 && remove.length === 0) return pairs;
  let some: string[] | undefined;
  for (let index = 0; index < pairs.length; index += 2) {
    const name = pairs[index] as string;
    if (isAmong(name, setNames, folds) || isAmong(name, remove, folds)) some ??= pairs.slice(0, index);
    else some?.push(name, pairs[index + 1] as string);
  }
  const kept = some ?? pairs.slice();
  for (const name of setNames) if (isEditable(name)) kept.push(name, set[name] as string);
  for (const name of appendNames) if (isEditable(name)) for (const value of append[name] as readonly string[]) kept.push(name, value);
  return kept;
}

/** Whether a name is one of others, which are in lower case, or reads like one once `.` and `_` count as `-`. Neither changes its length. */
function isAmong(name: string, others: readonly string[], folds: boolean): boolean {
  for (const other of others) {
    if (other.length !== name.length) continue;
    const lower = name.toLowerCase();
    if (lower === other || (folds && foldedName(lower) === foldedName(other))) return true;
  }
  return false;
}

function isEditable(name: string): boolean {
  return !hopByHop.has(name) && name !== 'content-length' && name !== 'host';
}

/** A backend's response headers without those of its connection. Removes in place of copying where nothing has to go. */
export function endToEnd(pairs: string[]): string[] {
  let connection: string | undefined;
  let hasHop = false;
  for (let index = 0; index < pairs.length; index += 2) {
    const name = pairs[index] as string;
    const lower = name.toLowerCase();
    if (!hopByHop.has(lower)) continue;
    hasHop = true;
    if (lower === 'connection') connection = connection === undefined ? (pairs[index + 1] as string) : `${connection},${pairs[index + 1]}`;
  }
  if (!hasHop) return pairs;
  const nominated = connection === undefined ? none : nominatedBy(connection);
  const kept: string[] = [];
  for (let index = 0; index < pairs.length; index += 2) {
    const name = pairs[index] as string;
    const lower = name.toLowerCase();
    if (!hopByHop.has(lower) && !nominated.has(lower)) kept.push(name, pairs[index + 1] as string);
  }
  return kept;
}

const none: ReadonlySet<string> = new Set();

function nominatedBy(connection: string): ReadonlySet<string> {
  const tokens = connection
    .toLowerCase()
    .split(',')
    .map((token) => token.trim());
  // A backend cannot take away what frames its own message, nor a cookie or a policy's header.
  return new Set(tokens.filter((token) => token !== 'content-length' && token !== 'set-cookie' && token !== 'strict-transport-security'));
}

/** Trailers that may be sent on. */
export function safeTrailers(pairs: readonly string[]): readonly string[] {
  if (pairs.length === 0) return pairs;
  const kept: string[] = [];
  for (let index = 0; index < pairs.length; index += 2) {
    const name = (pairs[index] as string).toLowerCase();
    if (!name.startsWith(':') && !hopByHop.has(name) && !neverTrailers.has(name) && kindOf(name) === undefined)
      kept.push(name, pairs[index + 1] as string);
  }
  return kept;
}

/** The first value of a header, by its lower-case name. */
export function headerOf(pairs: readonly string[], name: string): string | undefined {
  for (let index = 0; index < pairs.length; index += 2) {
    const candidate = pairs[index] as string;
    if (candidate.length === name.length && candidate.toLowerCase() === name) return pairs[index + 1];
  }
  return undefined;
}

/** Pairs in which a trace context takes the place of the client's. The same array when there is none. */
export function withTrace(pairs: string[], trace: readonly string[] | undefined): string[] {
  if (trace === undefined || trace.length === 0) return pairs;
  const kept: string[] = [];
  for (let index = 0; index < pairs.length; index += 2) {
    const name = (pairs[index] as string).toLowerCase();
    if (name !== 'traceparent' && name !== 'tracestate') kept.push(pairs[index] as string, pairs[index + 1] as string);
  }
  kept.push(...trace);
  return kept;
}
