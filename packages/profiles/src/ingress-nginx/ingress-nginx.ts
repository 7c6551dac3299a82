import type { Profile } from '@ingresskit/annotations';
import { phases } from '@ingresskit/annotations';
import { catalog } from '@ingresskit/families';
import { nginxDeviations } from './deviations.ts';
import { nginxInactive } from './inactive.ts';

/** The Ingress controller for NGINX of the Kubernetes project, as its last release behaves (ingress-nginx.md). */
export const ingressNginx: Profile = {
  name: 'ingress-nginx',
  title: 'ingress-nginx',
  prefixes: [{ prefix: 'nginx.ingress.kubernetes.io/', dialects: ['nginx'] }],
  families: catalog,
  inactive: nginxInactive,
  phases,
  settings: {
    canary: { kinds: 'all', canaries: 'oldest', smallestTotal: 100 },
  },
  onInvalid: {},
  classes: {
    controller: 'k8s.io/ingress-nginx',
    // The field beats the annotation (ingress-nginx.md §0.3).
    sources: ['field', 'annotation'],
    unclassedWith: [],
    controllerMustMatch: true,
  },
  paths: {
    implementationSpecific: 'prefix',
    regexScope: 'host',
    regexIgnoresCase: true,
    trimPrefixSlash: false,
    duplicateKey: ['kind', 'path'],
  },
  order: ['length', 'path-descending', 'age'],
  request: {
    pathNormalization: 'nginx',
    wildcardDepth: 'single',
    hostFallback: false,
    trailingSlashRedirect: true,
    forwardPath: 'raw',
  },
  backends: { unresolvedPort: 'drop', resourceBackend: 'drop', protectedNamespaces: [] },
  defaultBackend: { anyHost: 'oldest', onRuleHosts: true, policies: true },
  tls: { hosts: 'covering' },
  deviations: nginxDeviations,
};
