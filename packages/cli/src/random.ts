/**
 * Numbers in [0, 1) that depend on the seed alone, so that a run can be repeated. The generator steps a 32-bit counter and scrambles it; it serves
 * weight draws, not secrets.
 *
 * @param seed any integer; its lowest 32 bits count.
 */
export function seededRandom(seed: number): () => number {
  let state = seed | 0;
  return () => {
    // The step and the two scrambling rounds of the mulberry32 generator.
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
