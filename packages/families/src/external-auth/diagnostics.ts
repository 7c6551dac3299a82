import type { DiagnosticSet } from '@ingresskit/resources';
import { defineDiagnostics } from '@ingresskit/resources';
import { referenceDiagnostics } from '../references/index.ts';

/** What the external-auth family reports. */
export const externalAuthDiagnostics: DiagnosticSet = defineDiagnostics('external-auth', {
  'not-switched-on': {
    severity: 'error',
    consequence: 'family-ignored',
    title: 'External authentication is described, and no service is named',
    doc: 'The annotation auth-url is missing, so nobody is asked and the routes are not protected. Add auth-url, or remove the others.',
  },
  'url-not-allowed': {
    severity: 'error',
    consequence: 'route-denied',
    title: 'The gateway may not ask the host of auth-url',
    doc: 'The host is the gateway itself, a metadata service, the API server, a Service of a namespace that may not be referred to, or it has a port of another protocol. The routes answer 503.',
  },
  'unknown-variable': {
    severity: 'error',
    consequence: 'route-denied',
    title: 'A value has a variable that no request tells',
    doc: 'In auth-url the routes answer 503; in auth-signin clients get the 401 itself; in auth-cache-key no answer is kept. Use variables that the request tells.',
  },
  'header-not-valid': {
    severity: 'error',
    consequence: 'route-denied',
    title: 'A header for the authentication service cannot be sent',
    doc: 'An entry of the ConfigMap has a name or value that no header has, or a variable that cannot be known. The service may decide by it, so the routes answer 503 until it is corrected.',
  },
  'keepalive-off': {
    severity: 'info',
    consequence: 'field-ignored',
    title: 'Connections to the authentication service are not kept',
    doc: 'ingress-nginx keeps them only where no client may speak HTTP/2, the host has no variable and all numbers are positive.',
  },
  'global-auth-invalid': {
    severity: 'error',
    consequence: 'route-denied',
    title: 'The external authentication of the controller cannot be read',
    doc: 'A value of the controller’s ConfigMap does not follow its grammar. Every route that it should guard answers 503.',
  },
  ...referenceDiagnostics('ConfigMap', {
    role: 'headers for the authentication service',
    without: 'The service may decide by them, so the routes answer 503.',
    severity: 'error',
    consequence: 'route-denied',
  }),
});
