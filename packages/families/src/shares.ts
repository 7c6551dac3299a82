/**
 * Divides `whole` by weights into integers that sum to `whole`: every arm gets its share rounded down, and the first arm that has a weight gets
 * what rounding leaves (higress.md §2.4). An arm of weight 0 gets nothing; where no arm has a weight, the first gets all.
 *
 * @param weights integers, none negative
 */
export function divide(whole: number, weights: readonly number[]): readonly number[] {
  const total = sum(weights);
  const first = Math.max(
    0,
    weights.findIndex((weight) => weight > 0),
  );
  const shares = weights.map((weight) => (total === 0 ? 0 : Math.floor((weight * whole) / total)));
  const left = whole - sum(shares);
  return shares.map((share, index) => (index === first ? share + left : share));
}

/** The sum of some numbers. */
export function sum(numbers: readonly number[]): number {
  let total = 0;
  for (const number of numbers) total += number;
  return total;
}
