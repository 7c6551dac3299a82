import type { DiagnosticSet } from '@ingresskit/resources';
import { defineDiagnostics } from '@ingresskit/resources';
import { admissionDiagnostics } from './admission.ts';

/** Which Ingresses the gateway takes. */
export const classDiagnostics: DiagnosticSet = defineDiagnostics('class', {
  'not-selected': {
    severity: 'info',
    consequence: 'object-rejected',
    title: 'The Ingress belongs to another gateway',
    doc: 'Its class, or its namespace, is not one that the chosen gateway watches. Nothing of it is in the model.',
  },
  'named-twice': {
    severity: 'warning',
    consequence: 'field-ignored',
    title: 'An annotation and a field name different classes',
    doc: 'The API server refuses new Ingresses that name their class both by the annotation kubernetes.io/ingress.class and by the field ingressClassName. The message says which of the two counts on this gateway. Remove the other.',
  },
  'gateway-not-found': {
    severity: 'error',
    consequence: 'none',
    title: 'The chosen gateway object is not among the resources',
    doc: 'Without its MseIngressConfig a gateway watches no Ingress, so every request ends without a route. Add the object, or choose by class instead.',
  },
  'class-not-found': {
    severity: 'info',
    consequence: 'none',
    title: 'No IngressClass object has the chosen name',
    doc: 'Ingresses are chosen by the class name alone, and no gateway settings are known. Add the IngressClass if it has parameters.',
  },
  'several-gateways': {
    severity: 'warning',
    consequence: 'none',
    title: 'Several gateway objects and no choice among them',
    doc: 'Every Ingress is compiled as if one gateway served it, and a request must pass the address lists of all gateway objects. Choose a class or a gateway to model one of them.',
  },
});

/** What MseIngressConfig says to the data plane. */
export const gatewayDiagnostics: DiagnosticSet = defineDiagnostics('gateway', {
  'invalid-address-list': {
    severity: 'error',
    consequence: 'host-denied',
    title: 'A gateway-level address list cannot be read',
    doc: 'An entry is neither an IP address nor a CIDR. The list is a gate for the whole gateway, so every request is refused until it is corrected.',
  },
});

/** Paths that cannot become routes, and routes that meet. */
export const routeDiagnostics: DiagnosticSet = defineDiagnostics('route', {
  duplicate: {
    severity: 'warning',
    consequence: 'route-dropped',
    title: 'An older Ingress already has this host and path',
    doc: 'Of equal routes only one can be reached. The older Ingress keeps it, as on the real gateway; within one Ingress the first path does.',
  },
  'read-as-pattern': {
    severity: 'warning',
    consequence: 'none',
    title: 'Plain paths are read as patterns',
    doc: 'On this gateway one pattern, or one rewrite target, turns every path of its host into a pattern: open at its end, whatever the pathType, and in either case of letters. It is reported once for each Ingress whose paths change their meaning.',
  },
  'not-a-pattern': {
    severity: 'error',
    consequence: 'none',
    title: 'A path cannot be a pattern, and its host has patterns',
    doc: 'The path is not one that RE2 can compile. It keeps its plain meaning, so that whatever guards it stays in place; the real gateway may refuse its whole configuration. Correct the path.',
  },
  'no-paths': {
    severity: 'warning',
    consequence: 'none',
    title: 'A rule names a host and no paths',
    doc: 'The rule alone adds no route. Add paths, or a default backend that answers for the host.',
  },
  'no-primary': {
    severity: 'warning',
    consequence: 'route-dropped',
    title: 'A canary Ingress has no primary route',
    doc: 'A canary joins the route of another Ingress with the same host, path and path type. Without one it takes no traffic.',
  },
  'attached-refused': {
    severity: 'error',
    consequence: 'route-dropped',
    title: 'A canary Ingress with a broken gate takes no traffic',
    doc: 'The canary carries an access restriction that cannot be built, so it is left out and its primary keeps all requests.',
  },
  'default-backend-hidden': {
    severity: 'info',
    consequence: 'route-dropped',
    title: 'A default backend can never be reached',
    doc: 'The host already has a route for every path, or another Ingress already answers there.',
  },
  'backend-replaced': {
    severity: 'info',
    consequence: 'field-ignored',
    title: 'Annotations give a path other backends than its own',
    doc: 'An annotation such as destination names the backends of every path of the Ingress. The backend written under the path must be there for Kubernetes and gets no request.',
  },
  'name-taken': {
    severity: 'warning',
    consequence: 'field-ignored',
    title: 'A further name of a host is taken',
    doc: 'The name that an annotation would give a host is a host by itself, or already another name of an older Ingress. It stays what it is.',
  },
  'default-backend-unpoliced': {
    severity: 'info',
    consequence: 'none',
    title: 'The annotations of an Ingress do not hold for its default backend',
    doc: 'On this gateway route-level annotations act on the paths of rules only. Where one of them keeps requests out, its default backend is open all the same, and this is an error. Give the default backend a path of its own, such as "/", to guard it.',
  },
  'attached-default-backend': {
    severity: 'warning',
    consequence: 'field-ignored',
    title: 'The default backend of a canary Ingress is ignored',
    doc: 'Only primaries have default backends.',
  },
  'attached-tls': {
    severity: 'info',
    consequence: 'field-ignored',
    title: 'The TLS section of a canary Ingress is ignored',
    doc: 'The certificate of a host comes from its primary Ingresses.',
  },
});

/** Services, ports and endpoints. */
export const backendDiagnostics: DiagnosticSet = defineDiagnostics('backend', {
  'service-not-found': {
    severity: 'warning',
    consequence: 'none',
    title: 'The Service of a path is not among the resources',
    doc: 'The route exists and has no endpoints, so it answers 503 (or its fallback does) until the Service is there.',
  },
  'port-not-found': {
    severity: 'warning',
    consequence: 'none',
    title: 'The Service has no such port',
    doc: 'The route exists and has no endpoints, so it answers 503 (or its fallback does). Use a port of the Service.',
  },
  'port-name-not-found': {
    severity: 'error',
    consequence: 'route-dropped',
    title: 'A port name cannot be resolved',
    doc: 'The Service is missing or has no port of that name. The path is not served, as on the real gateway; a path that carries an access restriction stays and answers 503, so that no wider route serves it unguarded.',
  },
  'not-a-service': {
    severity: 'error',
    consequence: 'route-dropped',
    title: 'The backend is not a Service',
    doc: 'The profile cannot send requests to a resource backend. The path is not served; a path that carries an access restriction stays and answers 503.',
  },
  'protected-namespace': {
    severity: 'error',
    consequence: 'route-denied',
    title: 'Services of this namespace are never exposed',
    doc: 'The gateway refuses to route to the namespace. The path answers 503.',
  },
  'external-name-refused': {
    severity: 'warning',
    consequence: 'none',
    title: 'An ExternalName Service is not allowed to receive traffic',
    doc: 'Its address is chosen by whoever writes the Service, so it is off unless the options allow the name. The route answers 503.',
  },
});

/** Certificates of hosts. */
export const tlsDiagnostics: DiagnosticSet = defineDiagnostics('tls', {
  'secret-not-found': {
    severity: 'warning',
    consequence: 'none',
    title: 'The Secret of a TLS entry is not among the resources',
    doc: 'The host is set up for TLS and has no certificate until the Secret is there.',
  },
  'no-secret-name': {
    severity: 'warning',
    consequence: 'none',
    title: 'A TLS entry names no Secret',
    doc: 'The entry decides for its hosts and gives them no certificate, so they are served over plain HTTP only.',
  },
  'unused-host': {
    severity: 'warning',
    consequence: 'field-ignored',
    title: 'A host of a TLS entry has no rule',
    doc: 'TLS entries are matched with the hosts of the Ingress’s own rules, letter by letter. This host is in none of them, so the entry does nothing for it.',
  },
  'other-certificate': {
    severity: 'warning',
    consequence: 'field-ignored',
    title: 'Another TLS entry already decides the certificate of the host',
    doc: 'A host is served with one certificate: that of the oldest Ingress that names one, and within an Ingress that of the first entry.',
  },
});

/** All diagnostics of the compiler's stages, for the reference. */
export const compilerDiagnostics: readonly DiagnosticSet[] = [
  admissionDiagnostics,
  classDiagnostics,
  gatewayDiagnostics,
  routeDiagnostics,
  backendDiagnostics,
  tlsDiagnostics,
];
