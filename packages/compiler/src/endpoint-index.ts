import type { Delta, Diagnostic, Snapshot } from '@ingresskit/resources';
import { objectKey, serviceNameLabel } from '@ingresskit/resources';
import type { EndpointTable } from '@ingresskit/route-table';
import { anyBackend } from '@ingresskit/route-table';
import { assumed as assumedEndpoints, endpointsAreAssumed, endpointsOf, servicesAreAssumed } from './endpoints.ts';
import type { CompileOptions } from './options.ts';

/** Keeps the endpoint table up to date: a pod that comes or goes costs its Service, and no route is compiled. */
export class EndpointIndex {
  readonly #options: CompileOptions;
  #assumed: boolean | undefined;
  /** Table keys by Service key, to know what to remove. */
  readonly #entries = new Map<string, readonly string[]>();
  /** Service keys by pod key. */
  readonly #pods = new Map<string, Set<string>>();
  readonly #podsOf = new Map<string, readonly string[]>();

  constructor(options: CompileOptions) {
    this.#options = options;
  }

  /** The table after a change. `report` receives the diagnostics of each Service that was looked at again. */
  update(
    before: EndpointTable,
    snapshot: Snapshot,
    delta: Delta,
    report: (serviceKey: string, diagnostics: readonly Diagnostic[]) => void,
  ): EndpointTable {
    const assumed = endpointsAreAssumed(snapshot, this.#options);
    const stale = new Set<string>();
    if (assumed !== this.#assumed) {
      for (const key of snapshot.keys('Service')) stale.add(key);
      this.#assumed = assumed;
    }
    for (const { kind, key, before: old, after } of delta.objects) {
      if (kind === 'Service') stale.add(key);
      else if (kind === 'Pod') for (const service of this.#pods.get(key) ?? []) stale.add(service);
      else if (kind === 'EndpointSlice' || kind === 'Endpoints') {
        for (const object of [old, after]) {
          if (object === undefined) continue;
          const name = object.kind === 'EndpointSlice' ? object.metadata.labels?.[serviceNameLabel] : object.metadata.name;
          if (name !== undefined) stale.add(objectKey('Service', object.metadata.namespace, name));
        }
      }
    }
    const anywhere = servicesAreAssumed(snapshot, this.#options);
    if (stale.size === 0 && anywhere === before.has(anyBackend)) return before;
    return before.mutate((table) => {
      if (anywhere) table.set(anyBackend, assumedEndpoints);
      else if (table.has(anyBackend)) table.delete(anyBackend);
      for (const key of stale) {
        for (const entry of this.#entries.get(key) ?? []) table.delete(entry);
        this.#forgetPods(key);
        const service = snapshot.getByKey('Service', key);
        if (service === undefined) {
          this.#entries.delete(key);
          report(key, []);
          continue;
        }
        const { entries, pods, diagnostics } = endpointsOf(service, snapshot, assumed, this.#options);
        for (const [entryKey, endpoints] of entries) table.set(entryKey, endpoints);
        this.#entries.set(
          key,
          entries.map(([entryKey]) => entryKey),
        );
        this.#rememberPods(key, pods);
        report(key, diagnostics);
      }
    });
  }

  #rememberPods(service: string, pods: readonly string[]): void {
    if (pods.length === 0) return;
    this.#podsOf.set(service, pods);
    for (const pod of pods) {
      const services = this.#pods.get(pod) ?? new Set();
      services.add(service);
      this.#pods.set(pod, services);
    }
  }

  #forgetPods(service: string): void {
    for (const pod of this.#podsOf.get(service) ?? []) {
      const services = this.#pods.get(pod);
      services?.delete(service);
      if (services?.size === 0) this.#pods.delete(pod);
    }
    this.#podsOf.delete(service);
  }
}
