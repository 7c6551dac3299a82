/** When a request may be sent again (mse.md §2.10, ingress-nginx.md §7). */
export interface RetryPolicy {
  /** Attempts in all, the first included; 0 is no limit of its own. */
  readonly tries: number;
  /** `error`, `timeout`, `invalid_header`, `http_NNN`; `off` alone switches retries off. */
  readonly on: readonly string[];
  /** Whether also requests are sent again whose effect might happen twice. */
  readonly nonIdempotent?: boolean;
  /** Time after whose end no further attempt begins, counted from the first; absent or 0: no limit. */
  readonly timeoutMs?: number;
  /** Time for each attempt; absent or 0: no limit. */
  readonly perTryTimeoutMs?: number;
  /** Whether `error`, `timeout` and `invalid_header` also mean any 5xx answer, as in MSE and its twin. */
  readonly serverErrors?: boolean;
}

/** How an attempt failed. */
export type AttemptFailure =
  /** No connection came about, so no backend has seen the request. */
  | { readonly kind: 'connect'; readonly timedOut?: boolean }
  /** The connection broke before an answer. */
  | { readonly kind: 'reset' }
  /** No answer in time. */
  | { readonly kind: 'timeout' }
  /** What came is no HTTP response. */
  | { readonly kind: 'invalid-response' }
  /** The request cannot be written in the backend's protocol: no endpoint would get it. */
  | { readonly kind: 'unsendable' }
  /** An answer, of which nothing has been sent to the client yet. */
  | { readonly kind: 'status'; readonly status: number };

/** Methods whose requests are not sent again once a backend may have seen them. */
const nonIdempotentMethods: ReadonlySet<string> = new Set(['POST', 'PATCH', 'LOCK', 'CONNECT']);

/** Whether the policy names such a failure. */
export function isRetryable({ on, serverErrors = false }: RetryPolicy, failure: AttemptFailure): boolean {
  if (on.includes('off')) return false;
  switch (failure.kind) {
    case 'connect':
      return on.includes(failure.timedOut === true ? 'timeout' : 'error');
    case 'reset':
      return on.includes('error');
    case 'timeout':
      return on.includes('timeout');
    case 'invalid-response':
      return on.includes('invalid_header') || on.includes('error');
    case 'unsendable':
      return false;
    case 'status':
      return (
        on.includes(`http_${failure.status}`) || (serverErrors && failure.status >= 500 && on.some((token) => wholeClasses.has(token)))
      );
  }
}

const wholeClasses: ReadonlySet<string> = new Set(['error', 'timeout', 'invalid_header']);

/** Whether sending again cannot make the request happen twice, or the policy takes that into account (RFC 9110 §9.2.2). */
export function isSafeToRepeat({ nonIdempotent = false }: RetryPolicy, method: string, failure: AttemptFailure): boolean {
  return nonIdempotent || failure.kind === 'connect' || !nonIdempotentMethods.has(method);
}
