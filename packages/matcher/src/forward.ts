import type { CanonicalRequest } from '@ingresskit/annotations';
import type { Backend } from '@ingresskit/route-table';
import type { Arm } from './arms.ts';
import type { DecisionRoute, ForwardDecision } from './decision.ts';
import { decisionBackend } from './decision.ts';
import { noEdits } from './edits.ts';
import type { LiveExchange } from './live-exchange.ts';

const noPolicies: Readonly<Record<string, unknown>> = Object.freeze({});

/** Why a backend stands in for another. */
export interface Fallback {
  readonly from: Backend | undefined;
  readonly because: string;
}

/**
 * The decision to forward what filters made of a request.
 *
 * @param status the status that the client sees, where it is another than the backend's.
 */
export function forwardDecision(
  exchange: LiveExchange,
  backend: Backend,
  { route, arm, fallback, status }: { route: DecisionRoute; arm: Arm; fallback: Fallback | undefined; status: number | undefined },
): ForwardDecision {
  const { query } = exchange.request;
  const path = query === undefined ? exchange.upstreamPath : `${exchange.upstreamPath}?${query}`;
  const headers = exchange.responseEdits.finish();
  const plain: ForwardDecision = {
    kind: 'forward',
    route,
    backend: (arm.backend === backend ? arm.shown : undefined) ?? decisionBackend(backend),
    upstream: { protocol: exchange.upstreamProtocol, host: exchange.upstreamHost, path, headers: exchange.requestEdits.finish() },
    response: status === undefined ? { headers } : { status, headers },
    policies: exchange.declared ?? noPolicies,
  };
  return arm.split === undefined && fallback?.from === undefined ? plain : whole(plain, arm, fallback);
}

/** The decision with its rare members, in the order of the contract. */
function whole({ kind, route, backend, ...rest }: ForwardDecision, { split }: Arm, fallback: Fallback | undefined): ForwardDecision {
  return {
    kind,
    route,
    backend,
    ...(split === undefined ? {} : { split }),
    ...rest,
    ...(fallback?.from === undefined ? {} : { fallback: { from: decisionBackend(fallback.from), because: fallback.because } }),
  };
}

/** The decision to pass TLS on that nobody opens: what is inside is the backend's business alone. */
export function tunnelDecision({ authority, rawPath, query }: CanonicalRequest, backend: Backend, route: DecisionRoute): ForwardDecision {
  return {
    kind: 'forward',
    route,
    backend: decisionBackend(backend),
    upstream: { protocol: 'TLS', host: authority, path: query === undefined ? rawPath : `${rawPath}?${query}`, headers: noEdits },
    response: { headers: noEdits },
    policies: noPolicies,
  };
}

/** `//host` and `/\host` leave the site in every browser, and control characters would split the header (reliability.md §2.4, A14). */
export function leavesSite(location: string): boolean {
  return /^[/\\]{2}/.test(location) || [...location].some((character) => character <= ' ' || character === '\u007f');
}
