import { type DiagnosticDefinition, type DiagnosticSet, defineDiagnostics } from './diagnostic.ts';

/** Names of the problems `validateIngress` can find. */
export type IngressProblemName =
  | 'nothing-to-serve'
  | 'invalid-class-name'
  | 'invalid-host'
  | 'missing-paths'
  | 'missing-path-type'
  | 'unknown-path-type'
  | 'invalid-path'
  | 'invalid-backend'
  | 'invalid-service-name'
  | 'invalid-service-port'
  | 'invalid-resource-reference'
  | 'invalid-tls-host'
  | 'invalid-secret-name';

const refused = 'The API server refuses such an Ingress; a manifest is checked here by the same rule.';

/** Kubernetes' own validation of an Ingress, problem by problem. */
export const ingressDiagnostics: DiagnosticSet<Readonly<Record<IngressProblemName, DiagnosticDefinition>>> = defineDiagnostics('ingress', {
  'nothing-to-serve': {
    severity: 'error',
    consequence: 'object-rejected',
    title: 'An Ingress without rules and without a default backend',
    doc: `There is nothing to route. ${refused}`,
  },
  'invalid-class-name': {
    severity: 'error',
    consequence: 'object-rejected',
    title: 'A class name no IngressClass can have',
    doc: `Which gateway the Ingress belongs to is unknown, so none serves it. ${refused}`,
  },
  'invalid-host': {
    severity: 'error',
    consequence: 'route-dropped',
    title: 'A host that is no DNS name',
    doc: `A host is a lower-case DNS name of at most 253 characters, or "*." before one; never an address, a port or a URL. ${refused}`,
  },
  'missing-paths': {
    severity: 'error',
    consequence: 'route-dropped',
    title: 'A rule with "http" but no paths',
    doc: `To send a whole host to the default backend, leave "http" out. ${refused}`,
  },
  'missing-path-type': {
    severity: 'error',
    consequence: 'route-dropped',
    title: 'A path without a path type',
    doc: `networking.k8s.io/v1 requires "pathType", because the three types match differently. ${refused}`,
  },
  'unknown-path-type': {
    severity: 'error',
    consequence: 'route-dropped',
    title: 'A path type Kubernetes does not have',
    doc: `The types are Exact, Prefix and ImplementationSpecific, in this spelling. ${refused}`,
  },
  'invalid-path': {
    severity: 'error',
    consequence: 'route-dropped',
    title: 'A path that can never match, or matches what nobody meant',
    doc:
      'A path starts with "/". Exact and Prefix paths hold no "//", "/./", "/../" or encoded slash and do not end with "/." or "/..", since ' +
      `requests are matched after such parts are resolved. ${refused}`,
  },
  'invalid-backend': {
    severity: 'error',
    consequence: 'route-dropped',
    title: 'A backend that names nothing, or two things',
    doc: `A backend has exactly one of "service" and "resource". ${refused}`,
  },
  'invalid-service-name': {
    severity: 'error',
    consequence: 'route-dropped',
    title: 'A Service name no Service can have',
    doc: `Service names are RFC 1035 labels: at most 63 lower-case letters, digits and hyphens, starting with a letter. ${refused}`,
  },
  'invalid-service-port': {
    severity: 'error',
    consequence: 'route-dropped',
    title: 'A Service port that is missing, doubled or out of range',
    doc: `A backend has either a port number, 1 to 65535, or a port name. ${refused}`,
  },
  'invalid-resource-reference': {
    severity: 'error',
    consequence: 'route-dropped',
    title: 'A resource backend that cannot be a reference',
    doc: `A resource backend needs a kind and a name that may stand in a URL path. ${refused}`,
  },
  'invalid-tls-host': {
    severity: 'error',
    consequence: 'field-ignored',
    title: 'A TLS host that is no DNS name',
    doc: `The certificate is not used for this host. ${refused}`,
  },
  'invalid-secret-name': {
    severity: 'error',
    consequence: 'field-ignored',
    title: 'A TLS secret name no Secret can have',
    doc: `The entry has no certificate. A Secret is named without its namespace: only the Ingress's own is looked in. ${refused}`,
  },
});
