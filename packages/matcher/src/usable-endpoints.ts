import type { Backend, Endpoint, LabelSelector, RouteTable, ServiceEndpoints } from '@ingresskit/route-table';
import { anyBackend, backendKey } from '@ingresskit/route-table';

/** Whether a backend can receive requests now. */
export function hasEndpoints(table: RouteTable, backend: Backend): boolean {
  return isUsable(endpointsAt(table, backendKey(backend)));
}

/** What is known of the endpoints under a `backendKey`. */
export function endpointsAt({ endpoints }: RouteTable, key: string): ServiceEndpoints | undefined {
  return endpoints.get(key) ?? endpoints.get(anyBackend);
}

/** Whether endpoints can receive requests now. */
export function isUsable(entry: ServiceEndpoints | undefined): boolean {
  if (entry === undefined) return false;
  return entry.source === 'assumed' || entry.externalName !== undefined || entry.endpoints.some(({ ready }) => ready);
}

/** The ready endpoints of a backend; those of its subset, or of the whole Service when no pod is in the subset (mse.md §2.3). */
export function endpointsFor(table: RouteTable, backend: Backend): readonly Endpoint[] {
  const ready = table.endpoints.get(backendKey(backend))?.endpoints.filter((endpoint) => endpoint.ready) ?? [];
  const { subset } = backend;
  if (subset === undefined) return ready;
  const chosen = ready.filter(({ labels = {} }) => subset.selectors.some((selector) => selects(selector, labels)));
  return chosen.length === 0 ? ready : chosen;
}

function selects({ equals = {}, noKeyWithPrefix }: LabelSelector, labels: Readonly<Record<string, string>>): boolean {
  const equal = Object.entries(equals).every(([key, value]) => Object.hasOwn(labels, key) && labels[key] === value);
  return equal && (noKeyWithPrefix === undefined || !Object.keys(labels).some((key) => key.startsWith(noKeyWithPrefix)));
}
