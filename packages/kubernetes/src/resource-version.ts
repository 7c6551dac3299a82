const decimal = /^(?:0|[1-9]\d{0,39})$/;

/**
 * Compares two resourceVersions of one resource type. They are officially integers since Kubernetes 1.35 (KEP-5504) and were in practice before;
 * aggregated APIs may give anything, and then only equality is known.
 *
 * @returns negative, zero or positive; `undefined` when the two cannot be ordered.
 */
export function compareVersions(a: string, b: string): number | undefined {
  if (a === b) return 0;
  if (!decimal.test(a) || !decimal.test(b)) return undefined;
  return a.length === b.length ? (a < b ? -1 : 1) : a.length - b.length;
}
