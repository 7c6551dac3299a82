import type { Dialect, Profile } from '@ingresskit/annotations';
import { phases } from '@ingresskit/annotations';
import { catalog } from '@ingresskit/families';
import { twinOrder, twinPaths, twinRequest } from '../twin-routing.ts';
import { higressDeviations } from './deviations.ts';
import { higressInactive } from './inactive.ts';
import { higressLimits } from './limits.ts';

/** The open-source twin of the MSE Ingress gateway, as its source behaves (higress.md). */
export const higress: Profile = {
  name: 'higress',
  title: 'Higress',
  prefixes: [
    { prefix: 'nginx.ingress.kubernetes.io/', dialects: ['nginx'] },
    { prefix: 'higress.io/', dialects: ['mse', 'nginx', 'twin'] },
    // The vendor's prefix is not read since November 2022 (A.0): its annotations are named with the key that would act.
    { prefix: 'mse.ingress.kubernetes.io/', dialects: [] },
  ],
  // Names that are read under both prefixes, although they are no names of ingress-nginx (A.3, A.10, A.14 to A.16).
  dialects: higressDialects(),
  families: catalog,
  inactive: higressInactive,
  phases,
  settings: {
    // higress.md A.6: with HTTP the whole of upstream TLS is dropped; with a Secret the server is always verified.
    'upstream-tls': { secretImpliesTls: 'not-http', secretVerifies: true },
    // A canary by header or cookie is a copy of its primary's route; a weight is taken from the first destination (§2.2 to §2.4).
    canary: { valueIsPattern: true, order: 'age', conditional: 'copy', giver: 'first' },
    // Used for backends that are no Service (§5).
    destination: { replaces: 'resources' },
    // The fallback cluster gets the request as it is; only after a listed status the path is / (A.12).
    'default-backend': { keepPath: true },
    // The first attempt is no retry (higress.md A.9).
    retries: { triesCountFirst: false },
  },
  onInvalid: {},
  limits: higressLimits,
  classes: {
    controller: 'higress.io/higress-controller',
    sources: ['annotation', 'field'],
    unclassedWith: ['nginx', ''],
    controllerMustMatch: false,
  },
  paths: twinPaths,
  order: twinOrder,
  request: twinRequest,
  backends: { unresolvedPort: 'drop', resourceBackend: 'drop', protectedNamespaces: [] },
  defaultBackend: {
    anyHost: 'newest',
    anyHostWithRules: true,
    onRuleHosts: true,
    policies: false,
    everyHost: false,
    hiddenBy: 'root-prefix',
    guarded: 'deny',
  },
  tls: { hosts: 'identical', anySection: false },
  deviations: higressDeviations,
};

function higressDialects(): Readonly<Record<string, Dialect>> {
  const names = [
    'mirror-target-service',
    'mirror-percentage',
    'mirror-target-fqdn',
    'mirror-target-fqdn-port',
    'ignore-path-case',
    'tls-min-protocol-version',
    'tls-max-protocol-version',
    'mcp-sse-stateful-param-name',
    'mcp-server',
    'mcp-server-match-rule-domains',
    'mcp-server-match-rule-type',
    'mcp-server-match-rule-value',
    'mcp-server-upstream-type',
    'mcp-server-enable-path-rewrite',
    'mcp-server-path-rewrite-prefix',
  ];
  return Object.fromEntries(names.map((name) => [name, 'nginx']));
}
