/** A bucket that is filled by `perFill` tokens at the end of every full interval, never above its capacity. */
export interface TokenBucket {
  readonly capacity: number;
  readonly perFill: number;
  readonly intervalMs: number;
}

/** Tokens left, and when the last fill was due. Plain numbers, so that any store can keep them. */
export interface TokenBucketState {
  readonly tokens: number;
  readonly filledAt: number;
}

/** What counting one request yields: the state to keep when it passes, or how long until there is room. */
export type Counted<S> = { readonly ok: true; readonly state: S } | { readonly ok: false; readonly retryAfterMs: number };

/**
 * Takes a token, as Envoy's local rate limit does: the bucket starts full and is filled in steps, not continuously (higress.md A.11). The steps
 * are counted from the first request. Time that runs backwards adds nothing.
 */
export function takeToken(
  { capacity, perFill, intervalMs }: TokenBucket,
  state: TokenBucketState | undefined,
  now: number,
): Counted<TokenBucketState> {
  const { tokens, filledAt } = state ?? { tokens: capacity, filledAt: now };
  const fills = Math.max(0, Math.floor((now - filledAt) / intervalMs));
  const filled = Math.min(capacity, tokens + fills * perFill);
  const at = filledAt + fills * intervalMs;
  return filled >= 1
    ? { ok: true, state: { tokens: filled - 1, filledAt: at } }
    : { ok: false, retryAfterMs: Math.max(0, at + intervalMs - now) };
}
