/** Cuts a list into groups of `size`; the last one is filled up from the start of the list (ingress-nginx.md §8.3). */
export function subsetsOf<T>(list: readonly T[], size: number): readonly (readonly T[])[] {
  const groups: (readonly T[])[] = [];
  for (let start = 0; start < list.length; start += size) {
    const group = list.slice(start, start + size);
    // Never an element twice in a group: a list shorter than a group stays as it is.
    const missing = Math.min(size - group.length, start);
    groups.push([...group, ...list.slice(0, missing)]);
  }
  return groups;
}
