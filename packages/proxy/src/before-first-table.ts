import type { Matcher } from '@ingresskit/matcher';
import type { Serving } from './exchange/core.ts';
import { defaultPolicy } from './tls/handshake-policy.ts';
import type { TlsState } from './tls/tls-terminator.ts';

/** Before the first table: nobody is let in, and nobody is told that the route does not exist. */
export const nothing: Serving = {
  table: undefined as never,
  matcher: { start: () => ({ kind: 'respond', status: 503, headers: {}, body: '', reason: 'denied' }) } as unknown as Matcher,
  tlsPolicyOf: () => undefined,
};

/** Without a table: handshakes find no certificate of a host. */
export const closedTls: TlsState = {
  isUniform: true,
  policyOf: () => defaultPolicy,
  contextOf: () => undefined,
  defaultPairs: () => [],
};
