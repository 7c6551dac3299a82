/** The least share of a warming endpoint: without any request it would never warm up. */
const leastShare = 0.1;

/**
 * The part of its weight that an endpoint gets while it warms up: from a tenth to the whole, in proportion to the time since it joined (the linear
 * slow start of Envoy, which the twin uses; mse.md §2.8).
 */
export function warmUpShare(elapsedMs: number, windowMs: number): number {
  if (!(windowMs > 0) || elapsedMs >= windowMs) return 1;
  return Math.max(leastShare, elapsedMs / windowMs);
}
