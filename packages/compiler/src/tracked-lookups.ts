import type { LookupKind, Lookups } from '@ingresskit/annotations';
import type { ConfigMap, Secret, Service, Snapshot } from '@ingresskit/resources';
import { objectKey } from '@ingresskit/resources';
import { servicesAreAssumed } from './endpoints.ts';
import type { CompileOptions } from './options.ts';

/**
 * Look-ups that remember what was asked, found or not, so that a change of exactly these objects compiles the asker again.
 * References across namespaces are refused unless the options allow them: one place for the question, whatever the annotation
 * (reliability.md §2.5).
 */
export class TrackedLookups implements Lookups {
  /** Whether Services are taken for granted, because the input holds none. */
  readonly servicesAssumed: boolean;
  readonly #snapshot: Snapshot;
  readonly #allowCrossNamespace: boolean;
  readonly #keys = new Set<string>();

  constructor(snapshot: Snapshot, options: CompileOptions) {
    this.servicesAssumed = servicesAreAssumed(snapshot, options);
    this.#snapshot = snapshot;
    this.#allowCrossNamespace = options.allowCrossNamespace ?? options.profile.allowsCrossNamespace ?? false;
  }

  service(namespace: string, name: string): Service | undefined {
    return this.#snapshot.getByKey('Service', this.#track('Service', namespace, name));
  }

  secret(namespace: string, name: string): Secret | undefined {
    return this.#snapshot.getByKey('Secret', this.#track('Secret', namespace, name));
  }

  configMap(namespace: string, name: string): ConfigMap | undefined {
    return this.#snapshot.getByKey('ConfigMap', this.#track('ConfigMap', namespace, name));
  }

  mayRefer(from: string, _kind: LookupKind, namespace: string): boolean {
    return from === namespace || this.#allowCrossNamespace;
  }

  /** The keys asked for since the last call, each once. */
  take(): readonly string[] {
    const keys = [...this.#keys];
    this.#keys.clear();
    return keys;
  }

  #track(kind: LookupKind, namespace: string, name: string): string {
    const key = objectKey(kind, namespace, name);
    this.#keys.add(key);
    return key;
  }
}
