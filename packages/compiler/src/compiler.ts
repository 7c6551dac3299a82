import type { Registry } from '@ingresskit/annotations';
import { annotationDiagnostics, registryOf } from '@ingresskit/annotations';
import type { Change, Delta, Diagnostic, PersistentMapDraft, Snapshot } from '@ingresskit/resources';
import { canonicalJson, compareDiagnostics, createDelta, formatRef, objectKey, PersistentMap, Store } from '@ingresskit/resources';
import type { Policies, RouteTable, ServiceEndpoints, VirtualHost } from '@ingresskit/route-table';
import { addedHost } from './added-hosts.ts';
import { assembleHost } from './assemble.ts';
import type { IngressDraft } from './draft.ts';
import { draftIngress } from './draft.ts';
import { addedNames, DraftSet } from './draft-set.ts';
import { EndpointIndex } from './endpoint-index.ts';
import { servicesAreAssumed } from './endpoints.ts';
import { gatewaySettingsOf } from './gateway-settings.ts';
import type { CompileOptions } from './options.ts';
import type { DiagnosticsByUnit } from './reports.ts';
import { firstReports, Reports, unitKey } from './reports.ts';
import type { Selection } from './selection.ts';
import { notSelected, refusalOf, sameSelection, selectionOf } from './selection.ts';
import { TrackedLookups } from './tracked-lookups.ts';

/** What a compilation yields. */
export interface Compiled {
  readonly table: RouteTable;
  /** All diagnostics of the present state, errors first. Gathered when first read. */
  readonly diagnostics: readonly Diagnostic[];
  /** Hosts whose virtual host is another object than before, sorted. */
  readonly changedHosts: readonly string[];
  readonly snapshot: Snapshot;
  /** The diagnostics of one Ingress by itself, without those of its hosts. Cost: none, whatever the size of the cluster. */
  diagnosticsOf(namespace: string, name: string): readonly Diagnostic[];
}

/** Compiles changes as they come. The result of any history equals the full compilation of its outcome. */
export interface Compiler {
  /** Applies a batch of changes. Cost: what the changes touch, not the size of the cluster. */
  apply(changes: Iterable<Change>): Compiled;
  /** The latest result. */
  readonly current: Compiled;
}

/**
 * A compiler that keeps its state between changes.
 *
 * @throws TypeError when the profile contradicts itself.
 */
export function createCompiler(options: CompileOptions): Compiler {
  return new IncrementalCompiler(options);
}

class IncrementalCompiler implements Compiler {
  readonly #options: CompileOptions;
  readonly #registry: Registry;
  readonly #store = new Store();
  readonly #drafts: DraftSet;
  readonly #endpoints: EndpointIndex;
  #selection: Selection;
  #servicesAssumed = true;
  #diagnostics: DiagnosticsByUnit;
  #current: Compiled;

  constructor(options: CompileOptions) {
    const { profile, pathNormalization } = options;
    this.#options = options;
    this.#registry = registryOf(profile);
    this.#drafts = new DraftSet(profile.ageTies ?? 'name');
    this.#endpoints = new EndpointIndex(options);
    this.#selection = selectionOf(this.#store.snapshot, options);
    this.#diagnostics = firstReports(this.#selection.diagnostics);
    const table: RouteTable = Object.freeze({
      format: 1,
      profile: profile.name,
      phases: profile.phases,
      request: pathNormalization === undefined ? profile.request : { ...profile.request, pathNormalization },
      gateway: Object.freeze({ sources: [], addressLists: profile.addressLists ?? [] }),
      hosts: PersistentMap.empty<VirtualHost>(),
      backends: PersistentMap.empty<Policies>(),
      endpoints: this.#endpoints.update(PersistentMap.empty<ServiceEndpoints>(), this.#store.snapshot, createDelta([]), () => undefined),
    });
    this.#current = new Result(table, [], this.#store.snapshot, this.#diagnostics);
  }

  get current(): Compiled {
    return this.#current;
  }

  apply(changes: Iterable<Change>): Compiled {
    const { snapshot, delta } = this.#store.apply(changes);
    if (delta.isEmpty) return this.#unchanged();
    const reports = new Reports(this.#diagnostics);
    const lookups = new TrackedLookups(snapshot, this.#options);
    const hosts = new Set<string>();
    const backends = new Set<string>();
    const gatewayChanged = delta.of('IngressClass').length > 0 || delta.of('MseIngressConfig').length > 0;
    for (const key of this.#staleIngresses(snapshot, delta, gatewayChanged))
      this.#redraft(key, lookups, snapshot, { hosts, backends, reports });
    const before = this.#current.table;
    const changedHosts: string[] = [];
    const table: RouteTable = Object.freeze({
      ...before,
      gateway: gatewayChanged ? this.#gateway(reports) : before.gateway,
      hosts: this.#assembleHosts(before.hosts, hosts, { snapshot, changedHosts, reports }),
      backends: this.#assembleBackends(before.backends, backends, reports),
      endpoints: this.#endpoints.update(before.endpoints, snapshot, delta, (key, diagnostics) =>
        reports.set('endpoints', key, diagnostics),
      ),
    });
    this.#diagnostics = reports.applied();
    this.#current = new Result(table, changedHosts.sort(), snapshot, this.#diagnostics);
    return this.#current;
  }

  /** The latest result, as the result of a batch that changed nothing. */
  #unchanged(): Compiled {
    const { table, changedHosts, snapshot } = this.#current;
    if (changedHosts.length > 0) this.#current = new Result(table, [], snapshot, this.#diagnostics);
    return this.#current;
  }

  /** Keys of the Ingresses whose draft may differ now. */
  #staleIngresses(snapshot: Snapshot, delta: Delta, gatewayChanged: boolean): Set<string> {
    const stale = new Set<string>();
    for (const { kind, key } of delta.objects) {
      if (kind === 'Ingress') stale.add(key);
      else for (const reader of this.#drafts.readersOf(key)) stale.add(reader);
    }
    const assumed = servicesAreAssumed(snapshot, this.#options);
    if (assumed !== this.#servicesAssumed) {
      this.#servicesAssumed = assumed;
      for (const key of snapshot.keys('Ingress')) stale.add(key);
    }
    if (gatewayChanged) {
      const selection = selectionOf(snapshot, this.#options);
      if (this.#options.profile.classes.controllerMustMatch || !sameSelection(selection, this.#selection)) {
        for (const key of snapshot.keys('Ingress')) stale.add(key);
      }
      this.#selection = selection;
    }
    return stale;
  }

  #redraft(
    key: string,
    lookups: TrackedLookups,
    snapshot: Snapshot,
    touched: { hosts: Set<string>; backends: Set<string>; reports: Reports },
  ): void {
    const before = this.#drafts.get(key);
    const ingress = snapshot.getByKey('Ingress', key);
    const why = ingress === undefined ? undefined : refusalOf(ingress, this.#selection, snapshot, this.#options.profile.classes);
    const after =
      ingress === undefined || why !== undefined
        ? undefined
        : draftIngress(ingress, this.#registry, lookups, this.#options.unenforcedGates ?? 'report');
    if (after === undefined) this.#drafts.delete(key);
    else this.#drafts.set(key, after);
    const refused = ingress === undefined || why === undefined ? [] : [notSelected(ingress, why)];
    touched.reports.set('draft', key, after === undefined ? refused : after.diagnostics);
    if (before !== undefined) this.#touch(before, touched);
    if (after !== undefined) this.#touch(after, touched);
  }

  #touch(draft: IngressDraft, { hosts, backends }: { hosts: Set<string>; backends: Set<string> }): void {
    for (const host of draft.hosts) hosts.add(host);
    for (const host of addedNames(draft)) hosts.add(host);
    for (const backend of this.#drafts.backendKeysOf(draft)) backends.add(backend);
  }

  #gateway(reports: Reports): RouteTable['gateway'] {
    const diagnostics: Diagnostic[] = [...this.#selection.diagnostics];
    const gateway = gatewaySettingsOf(this.#selection.gateways, this.#options.profile.addressLists ?? [], diagnostics);
    reports.set('gateway', '', diagnostics);
    return Object.freeze(gateway);
  }

  #assembleHosts(
    before: PersistentMap<VirtualHost>,
    hosts: ReadonlySet<string>,
    { snapshot, changedHosts, reports }: { snapshot: Snapshot; changedHosts: string[]; reports: Reports },
  ): PersistentMap<VirtualHost> {
    if (hosts.size === 0) return before;
    return before.mutate((map) => {
      const others = new Set<string>();
      for (const host of hosts) {
        const { virtualHost, diagnostics } = assembleHost(host, this.#drafts.ofHost(host), this.#registry, snapshot);
        reports.set('host', host, diagnostics);
        this.#drafts.addedBy(host, others);
        if (this.#drafts.ofAddedHost(host).length > 0) others.add(host);
        // Nobody adds it any more, so there is nothing to say of it.
        else reports.set('added host', host, []);
        if (virtualHost !== undefined) map.set(host, virtualHost);
        else if (map.has(host)) map.delete(host);
        else continue;
        changedHosts.push(host);
      }
      this.#addHosts(map, others, { changedHosts, reports });
    });
  }

  /** Hosts that families add: what they are follows from the hosts they belong to, so they come after those. */
  #addHosts(
    map: PersistentMapDraft<VirtualHost>,
    names: ReadonlySet<string>,
    { changedHosts, reports }: { changedHosts: string[]; reports: Reports },
  ): void {
    for (const name of names) {
      const claims = this.#drafts.ofAddedHost(name);
      const before = map.get(name);
      const own = before?.addedFor === undefined ? before : undefined;
      const { virtualHost, diagnostics } = addedHost(name, claims, own, (host) => map.get(host));
      reports.set('added host', name, diagnostics);
      if (own !== undefined) continue;
      if (virtualHost !== undefined) map.set(name, virtualHost);
      else if (map.has(name)) map.delete(name);
      else continue;
      if (!changedHosts.includes(name)) changedHosts.push(name);
    }
  }

  /** Backend-scoped policies: the oldest Ingress that sets a family for a Service port decides it (higress.md §10). */
  #assembleBackends(before: PersistentMap<Policies>, keys: ReadonlySet<string>, reports: Reports): PersistentMap<Policies> {
    if (keys.size === 0) return before;
    return before.mutate((map) => {
      for (const key of keys) {
        const policies: Record<string, unknown> = {};
        const owners = new Map<string, IngressDraft>();
        const diagnostics: Diagnostic[] = [];
        for (const draft of this.#drafts.ofBackend(key)) {
          for (const [name, policy] of Object.entries(draft.backendPolicies)) {
            const owner = owners.get(name);
            if (owner !== undefined) {
              // The same wish twice is no conflict: Ingresses of one Service usually agree.
              if (canonicalJson(policies[name]) !== canonicalJson(policy)) diagnostics.push(otherBackendOwner(draft, owner, name, key));
              continue;
            }
            owners.set(name, draft);
            policies[name] = policy;
          }
        }
        if (owners.size === 0) map.delete(key);
        else map.set(key, Object.freeze(policies));
        reports.set('backend', key, diagnostics);
      }
    });
  }
}

class Result implements Compiled {
  readonly table: RouteTable;
  readonly changedHosts: readonly string[];
  readonly snapshot: Snapshot;
  readonly #units: DiagnosticsByUnit;
  #gathered: readonly Diagnostic[] | undefined;

  constructor(table: RouteTable, changedHosts: readonly string[], snapshot: Snapshot, units: DiagnosticsByUnit) {
    this.table = table;
    this.changedHosts = changedHosts;
    this.snapshot = snapshot;
    this.#units = units;
  }

  get diagnostics(): readonly Diagnostic[] {
    this.#gathered ??= [...this.#units.values()].flat().sort(compareDiagnostics);
    return this.#gathered;
  }

  diagnosticsOf(namespace: string, name: string): readonly Diagnostic[] {
    return this.#units.get(unitKey('draft', objectKey('Ingress', namespace, name))) ?? [];
  }
}

function otherBackendOwner(draft: IngressDraft, owner: IngressDraft, family: string, key: string): Diagnostic {
  const annotation = draft.keys[family]?.[0];
  return annotationDiagnostics.make('other-owner', {
    object: draft.ref,
    path: annotation === undefined ? ['metadata', 'annotations'] : ['metadata', 'annotations', annotation],
    message: `Ingress ${formatRef(owner.ref)} decides ${family} for ${key}; the annotation here has no effect on it.`,
    help: 'Set it on one Ingress of the Service only.',
    related: [{ object: owner.ref, message: 'This Ingress decides.' }],
    data: { family, backend: key, owner: formatRef(owner.ref) },
  });
}
