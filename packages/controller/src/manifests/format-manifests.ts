import { stringify } from 'yaml';
import type { Manifest } from './crd.ts';

/** Manifests as YAML documents, as `kubectl apply -f -` takes them. */
export function formatManifests(manifests: readonly Manifest[]): string {
  // No aliases: not every reader of manifests follows them.
  return manifests.map((manifest) => stringify(manifest, { lineWidth: 0, aliasDuplicateObjects: false })).join('---\n');
}
