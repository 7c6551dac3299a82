import type { DiagnosticSet } from '@ingresskit/resources';
import { defineDiagnostics } from '@ingresskit/resources';
import { referenceDiagnostics } from '../references/index.ts';

/** What the client-tls family reports. */
export const clientTlsDiagnostics: DiagnosticSet = defineDiagnostics('client-tls', {
  'not-switched-on': {
    severity: 'error',
    consequence: 'family-ignored',
    title: 'Client certificates are described, and no authority is named',
    doc: 'The annotation auth-tls-secret is missing, so no client is asked for a certificate and the host is not protected. Add auth-tls-secret, or remove the others.',
  },
  ...referenceDiagnostics('Secret', {
    role: 'the authorities of clients',
    without: 'Without the Secret no client can be let in; every route of the hosts answers 503.',
    severity: 'error',
    consequence: 'host-denied',
  }),
  'secret-name': {
    severity: 'error',
    consequence: 'host-denied',
    title: 'The Secret with the authorities does not have the name it must have',
    doc: 'On this gateway the Secret stands in the namespace of the Ingress and is named after the Secret of the certificate in spec.tls: the same name, or that name and "-cacert". The reference gateway ignores any other and asks nobody for a certificate; here the hosts answer 503. Rename the Secret.',
  },
  'namespace-missing': {
    severity: 'error',
    consequence: 'host-denied',
    title: 'The Secret with the authorities is written without its namespace',
    doc: 'This gateway wants "namespace/name". Every route of the hosts answers 503 until it is written so.',
  },
  'authorities-not-usable': {
    severity: 'error',
    consequence: 'host-denied',
    title: 'The Secret holds no certificate of an authority',
    doc: 'The key is missing, or its value is not PEM with at least one certificate. Every route of the hosts answers 503 until it is.',
  },
  'error-page-inside': {
    severity: 'warning',
    consequence: 'field-ignored',
    title: 'The error page is a place inside nginx',
    doc: 'A named location or path of the host is served by nginx itself, from a configuration that manifests do not tell. Clients that are refused get 400. Use an absolute URL.',
  },
});
