import { HeaderLines } from '@ingresskit/annotations';
import type { ForwardDecision } from '@ingresskit/matcher';
import { formatAffinityCookie } from '../balance/index.ts';
import type { Exchange } from './exchange.ts';
import { policiesOf } from './forward-policies.ts';
import { applyEdits, endToEnd, headerOf } from './headers.ts';

/**
 * The headers of a response on its way to the client: the backend's end-to-end ones, as the decision edits them, and a new affinity cookie where the
 * balancer made one.
 */
export function responseHeaders(
  exchange: Exchange,
  decision: ForwardDecision,
  received: string[],
  cookieValue: string | undefined,
): string[] {
  const headers = applyEdits(endToEnd(received), decision.response.headers);
  const { affinity } = policiesOf(decision);
  if (affinity === undefined || cookieValue === undefined || affinity.issues === false) return headers;
  const userAgent = headerOf(exchange.headers, 'user-agent');
  const cookie = formatAffinityCookie({ ...affinity, name: affinity.cookie, path: affinity.path ?? '/' }, cookieValue, {
    isTls: exchange.client.raw.peer.tls !== undefined,
    now: exchange.core.wallClock(),
    ...(userAgent === undefined ? {} : { userAgent }),
  });
  return [...headers, 'set-cookie', cookie];
}

/** What the walk sees of a backend's answer; the record is made only when a policy looks. */
export class BackendAnswer {
  readonly status: number;
  readonly #pairs: readonly string[];
  #headers: Readonly<Record<string, string | readonly string[]>> | undefined;

  constructor(status: number, pairs: readonly string[]) {
    this.status = status;
    this.#pairs = pairs;
  }

  get headers(): Readonly<Record<string, string | readonly string[]>> {
    this.#headers ??= new HeaderLines(this.#pairs).toRecord();
    return this.#headers;
  }
}

/** Whether the walk's second half sent the request elsewhere: also to the same Service, when that is its own fallback. */
export function isFallback({ backend, fallback }: ForwardDecision, before: ForwardDecision): boolean {
  return fallback !== undefined && (backend !== before.backend || fallback.because !== before.fallback?.because);
}

/** Bytes that headers take on the wire of HTTP/1.1. */
export function sizeOf(headers: readonly string[]): number {
  let bytes = 0;
  for (const part of headers) bytes += part.length + 2;
  return bytes;
}
