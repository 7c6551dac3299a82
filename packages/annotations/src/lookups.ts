import type { ConfigMap, Secret, Service } from '@ingresskit/resources';

/**
 * Tracked access to other objects. Every look-up is remembered, found or not, so that exactly its readers are compiled again when it changes.
 * References into another namespace go through `resolveRef`, which refuses them unless the options allow it (reliability.md §2.5).
 */
export interface Lookups {
  service(namespace: string, name: string): Service | undefined;
  secret(namespace: string, name: string): Secret | undefined;
  configMap(namespace: string, name: string): ConfigMap | undefined;
  /** Whether an object of `from` may refer to an object in `namespace`. */
  mayRefer(from: string, kind: 'Service' | 'Secret' | 'ConfigMap', namespace: string): boolean;
}

/** Kinds a look-up can name. */
export type LookupKind = 'Service' | 'Secret' | 'ConfigMap';
