import type { Profile } from '@ingresskit/annotations';
import { phases } from '@ingresskit/annotations';
import { catalog } from '@ingresskit/families';
import { higressDeviations } from './deviations.ts';
import { higressInactive } from './inactive.ts';

/** The open-source twin of the MSE Ingress gateway, as its source behaves (higress.md). */
export const higress: Profile = {
  name: 'higress',
  title: 'Higress',
  prefixes: [
    { prefix: 'nginx.ingress.kubernetes.io/', dialects: ['nginx'] },
    { prefix: 'higress.io/', dialects: ['mse', 'nginx', 'twin'] },
  ],
  families: catalog,
  inactive: higressInactive,
  phases,
  settings: {
    // higress.md A.6: with HTTP the whole of upstream TLS is dropped; with a Secret the server is always verified.
    'upstream-tls': { secretImpliesTls: 'not-http', secretVerifies: true },
    canary: { valueIsPattern: true, order: 'age' },
    // The first attempt is no retry (higress.md A.9).
    retries: { triesCountFirst: false },
  },
  onInvalid: {},
  classes: {
    controller: 'higress.io/higress-controller',
    sources: ['annotation', 'field'],
    unclassedWith: ['nginx', ''],
    controllerMustMatch: false,
  },
  paths: {
    implementationSpecific: 'prefix',
    regexScope: 'route',
    regexIgnoresCase: false,
    wildcardSuffix: true,
    trimPrefixSlash: true,
    duplicateKey: ['kind', 'path', 'predicates'],
  },
  order: ['default-backend-last', 'catch-all-last', 'kind', 'length', 'methods', 'headers', 'queries', 'age'],
  request: {
    pathNormalization: 'base',
    wildcardDepth: 'any',
    hostFallback: true,
    trailingSlashRedirect: false,
    forwardPath: 'canonical',
  },
  backends: { unresolvedPort: 'drop', resourceBackend: 'drop', protectedNamespaces: [] },
  defaultBackend: { anyHost: 'newest', anyHostWithRules: true, onRuleHosts: true, policies: false, everyHost: false },
  tls: { hosts: 'identical', anySection: false },
  deviations: higressDeviations,
};
