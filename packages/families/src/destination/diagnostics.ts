import type { DiagnosticSet } from '@ingresskit/resources';
import { defineDiagnostics } from '@ingresskit/resources';

/** What the destination family reports. */
export const destinationDiagnostics: DiagnosticSet = defineDiagnostics('destination', {
  'other-namespace': {
    severity: 'error',
    consequence: 'family-ignored',
    title: 'A Service of another namespace',
    doc: 'References across namespaces are refused unless the gateway allows them. The whole annotation is ignored and the backends of the paths stay.',
  },
  'no-weight': {
    severity: 'warning',
    consequence: 'family-ignored',
    title: 'Every Service has a weight of 0%',
    doc: 'No request could go anywhere, so the annotation is ignored and the backends of the paths stay. Give at least one Service a weight.',
  },
  'sum-not-100': {
    severity: 'warning',
    consequence: 'none',
    title: 'The weights do not sum to 100',
    doc: 'They are scaled: each Service gets its share as a whole percent, rounded down, and the first gets what is left.',
  },
  'service-not-found': {
    severity: 'warning',
    consequence: 'none',
    title: 'A Service of the list is not among the resources',
    doc: 'It keeps its share of the requests, and they answer 503 until the Service is there.',
  },
  'port-not-found': {
    severity: 'warning',
    consequence: 'none',
    title: 'A Service of the list has no such port',
    doc: 'It keeps its share of the requests, and they answer 503. Use a port of the Service.',
  },
  'port-not-named': {
    severity: 'warning',
    consequence: 'none',
    title: 'A Service with several ports, and no port in the list',
    doc: 'The first port of the Service is used. Write the port to be sure.',
  },
  'service-named': {
    severity: 'warning',
    consequence: 'field-ignored',
    title: 'The path names a Service, which is used',
    doc: 'On this gateway destination gives backends to paths that name a resource instead of a Service. Where a path names a Service, that Service gets all its requests.',
  },
  'subset-not-read': {
    severity: 'warning',
    consequence: 'none',
    title: 'A line names a subset of the pods',
    doc: 'Which pods the third word of a line means is settled in the mesh of the gateway and not in any manifest, so all pods of the Service are used.',
  },
});
