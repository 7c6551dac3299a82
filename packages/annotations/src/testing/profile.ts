import type { Family } from '../family.ts';
import { phases } from '../phases.ts';
import type { Profile } from '../profile.ts';

/** A gateway for tests: two prefixes, the families given, and nothing else of its own. */
export function profileOf(families: readonly Family[], more: Partial<Profile> = {}): Profile {
  return {
    name: 'test',
    title: 'Test gateway',
    prefixes: [
      { prefix: 'nginx.ingress.kubernetes.io/', dialects: ['nginx'] },
      { prefix: 'mse.ingress.kubernetes.io/', dialects: ['mse', 'nginx'] },
    ],
    families,
    inactive: [],
    phases,
    settings: {},
    onInvalid: {},
    classes: { controller: 'test.example/ingress', sources: ['field'], unclassedWith: [], controllerMustMatch: false },
    paths: {
      implementationSpecific: 'prefix',
      regexScope: 'route',
      regexIgnoresCase: false,
      wildcardSuffix: false,
      trimPrefixSlash: true,
      duplicateKey: ['kind', 'path', 'predicates'],
    },
    order: ['kind', 'length', 'age'],
    request: {
      pathNormalization: 'base',
      wildcardDepth: 'any',
      hostFallback: true,
      trailingSlashRedirect: false,
      forwardPath: 'canonical',
    } as Profile['request'],
    backends: { unresolvedPort: 'drop', resourceBackend: 'drop', protectedNamespaces: [] },
    defaultBackend: { anyHost: 'newest', anyHostWithRules: true, onRuleHosts: true, policies: false, everyHost: false },
    tls: { hosts: 'identical', anySection: false },
    deviations: [],
    ...more,
  };
}
