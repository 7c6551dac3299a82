import type { Consequence, Diagnostic } from '@ingresskit/resources';

const rejecting: ReadonlySet<Consequence> = new Set(['object-rejected', 'host-denied', 'route-denied', 'route-dropped']);

/** How many objects are not served as they are written, by the code of the diagnostic: codes are a fixed list, and name no object. */
export function rejectedObjects(diagnostics: Iterable<Diagnostic>): ReadonlyMap<string, number> {
  const objects = new Map<string, Set<string>>();
  for (const { code, consequence, object } of diagnostics) {
    if (!rejecting.has(consequence)) continue;
    let found = objects.get(code);
    if (found === undefined) {
      found = new Set();
      objects.set(code, found);
    }
    found.add(object === undefined ? '' : `${object.kind} ${object.namespace ?? ''}/${object.name}`);
  }
  return new Map(Array.from(objects, ([code, found]) => [code, found.size]));
}
