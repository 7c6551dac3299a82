import type { Phase, Profile } from '@ingresskit/annotations';
import { catalog } from '@ingresskit/families';
import { nginxDeviations } from './deviations.ts';
import { nginxInactive } from './inactive.ts';
import { nginxOnInvalid } from './on-invalid.ts';
import { nginxSettings } from './settings.ts';

/**
 * ingress-nginx.md §0.1: redirects and preflights are answered before anybody asks who the client is, the redirect to HTTPS before anybody looks for
 * endpoints, and limits count requests that authentication would refuse.
 */
const nginxPhases: readonly Phase[] = [
  'connection',
  'host',
  'measure',
  'locate',
  'cors',
  'redirect',
  'rewrite',
  'secure',
  'endpoints',
  'limit',
  'address',
  'authenticate',
  'mirror',
  'forward',
];

/** The Ingress controller for NGINX of the Kubernetes project, as its last release behaves with its options unset (ingress-nginx.md). */
export const ingressNginx: Profile = {
  name: 'ingress-nginx',
  title: 'ingress-nginx',
  prefixes: [{ prefix: 'nginx.ingress.kubernetes.io/', dialects: ['nginx'] }],
  families: catalog,
  inactive: nginxInactive,
  phases: nginxPhases,
  settings: nginxSettings,
  onInvalid: nginxOnInvalid,
  limits: {
    'canary-weight': 'Shares are whole percents, rounded down.',
    'canary-by-header-pattern': 'The pattern is RE2, not PCRE.',
    'custom-http-errors': 'Answers of the backend are replaced, and missing endpoints; refusals of the gateway itself are not.',
    'server-alias': 'A wildcard stands for one label, and regular expressions are left out.',
    'use-regex': 'Patterns are RE2, not PCRE.',
    'rewrite-target': 'Patterns are RE2, not PCRE.',
    'auth-type': 'Only basic exists; digest closes the routes.',
    'proxy-redirect-from': '"default" changes nothing that manifests tell.',
  },
  // One Ingress decides for its host, and that is the oldest (§0 step 3).
  // What the twin keeps for a Service is a matter of locations here (annotations-ingress-nginx.csv).
  scopes: { 'backend-protocol': 'route', 'upstream-tls': 'route' },
  winners: { 'app-root': 'oldest' },
  ageTies: 'namespace-descending',
  admission: {
    highestRisk: 'High',
    forbiddenPatterns: forbiddenPatterns(),
    plainPathsExpected: true,
  },
  classes: {
    controller: 'k8s.io/ingress-nginx',
    // The field beats the annotation (§0.3).
    sources: ['field', 'annotation'],
    unclassedWith: [],
    controllerMustMatch: true,
  },
  paths: {
    implementationSpecific: 'prefix',
    regexScope: 'host',
    regexIgnoresCase: true,
    wildcardSuffix: false,
    trimPrefixSlash: false,
    duplicateKey: ['type', 'path'],
  },
  // On a plain host exact paths, then the longest prefix; where all paths are patterns, the longest text (§1.5, §1.8).
  order: ['added-first', 'default-backend-last', 'kind', 'length', 'path-descending', 'age'],
  request: {
    pathNormalization: 'nginx',
    wildcardDepth: 'single',
    hostFallback: false,
    trailingSlashRedirect: true,
    forwardPath: 'raw',
    // A broken auth-tls-secret closes its host (§3.4).
    closedHostStatus: 403,
  },
  backends: { unresolvedPort: 'keep', resourceBackend: 'drop', protectedNamespaces: [] },
  defaultBackend: {
    anyHost: 'oldest',
    anyHostWithRules: false,
    onRuleHosts: true,
    policies: true,
    anyHostWithout: ['redirect', 'rewrite'],
    everyHost: true,
  },
  tls: { hosts: 'covering', anySection: true },
  deviations: nginxDeviations,
};

/** What hosts, paths and TLS names may not hold: attempts to break out of a configuration file (§1.5, deep inspection). */
function forbiddenPatterns(): readonly string[] {
  return [
    String.raw`(?i)\b(?:alias|root)\s`,
    '/etc/(?:passwd|shadow|group|nginx|ingress-controller)',
    '/var/run/secrets',
    '(?i)_by_lua',
    String.raw`[\x00-\x1f\x7f]`,
  ];
}
