import type { DiagnosticSet } from '@ingresskit/resources';
import { defineDiagnostics } from '@ingresskit/resources';
import { referenceDiagnostics } from '../references/index.ts';

/** What the upstream-tls family reports. */
export const upstreamTlsDiagnostics: DiagnosticSet = defineDiagnostics('upstream-tls', {
  'needs-secret': {
    severity: 'warning',
    consequence: 'family-ignored',
    title: 'TLS towards Pods is described without a Secret',
    doc: 'This gateway reads proxy-ssl annotations only beside proxy-ssl-secret. Certificates of Pods are not verified, and no SNI is sent.',
  },
  'namespace-missing': {
    severity: 'error',
    consequence: 'route-denied',
    title: 'The Secret for TLS towards Pods is written without its namespace',
    doc: 'This gateway wants "namespace/name". The routes answer 503 until it is written so.',
  },
  'credential-not-usable': {
    severity: 'error',
    consequence: 'route-denied',
    title: 'The Secret for TLS towards Pods cannot be used',
    doc: 'A certificate lacks its key, a value is no PEM, or the authority is missing that verification needs. The routes answer 503 until it is corrected.',
  },
  'no-name': {
    severity: 'warning',
    consequence: 'field-ignored',
    title: 'SNI is switched on, and there is no name to send',
    doc: 'The name comes from proxy-ssl-name, which is missing. No SNI is sent.',
  },
  ...referenceDiagnostics('Secret', {
    role: 'the certificate for Pods',
    without: 'Without the Secret Pods cannot be spoken to as they expect; the routes answer 503.',
    severity: 'error',
    consequence: 'route-denied',
  }),
});
