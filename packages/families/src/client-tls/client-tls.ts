import type { Family } from '@ingresskit/annotations';
import { bool, defineFamily, field, int, oneOf, secretRef } from '@ingresskit/annotations';
import { authoritiesOf } from './authorities.ts';
import { checkClient } from './check.ts';
import { errorPage, subjectPattern } from './codecs.ts';
import { clientTlsDiagnostics } from './diagnostics.ts';
import type { ClientTlsPolicy, ClientTlsSettings } from './policy.ts';

const settings: ClientTlsSettings = {
  secretNaming: 'cacert',
  namespaceRequired: false,
  keys: ['cacert', 'ca.crt'],
  depth: 100,
  handshake: 'require',
  upstreamHeaders: false,
};

/**
 * Clients of a host show a certificate (mse.md §2.13, higress.md A.3, ingress-nginx.md §3.4). Whether it verifies is a question to whoever has
 * cryptography; without an answer the gate stays shut. Authorities that cannot be had close the host, where the twin asks nobody for a certificate.
 */
export const clientTls: Family<'client-tls', ClientTlsPolicy> = defineFamily({
  name: 'client-tls',
  title: 'Certificates of clients',
  scope: 'host',
  phase: 'connection',
  restricting: true,
  settings,
  fields: {
    secret: field('auth-tls-secret', secretRef(), {
      doc: 'The Secret with the authorities whose certificates clients must show, for the whole host.',
      example: 'default/shop-tls-cacert',
      badExample: 'a/b/c',
      risk: 'Medium',
    }),
    mode: field('auth-tls-verify-client', oneOf(['on', 'off', 'optional', 'optional_no_ca']), {
      doc: '`on`: a certificate that verifies is needed; `optional`: a client may show none; `optional_no_ca`: any will do; `off`: nobody looks.',
      default: 'on' as const,
      example: 'optional',
      badExample: 'true',
      risk: 'Medium',
      tunes: true,
    }),
    depth: field('auth-tls-verify-depth', int({ min: 0, max: 100 }), {
      doc: "How many certificates may stand between the client's and its authority; 0 means 1.",
      example: '2',
      badExample: 'two',
      risk: 'Low',
      tunes: true,
    }),
    errorPage: field('auth-tls-error-page', errorPage, {
      doc: 'Where clients go whose certificate is refused, instead of a 400.',
      example: 'https://shop.example.com/no-certificate',
      badExample: 'no-certificate',
      risk: 'High',
    }),
    passCertificate: field('auth-tls-pass-certificate-to-upstream', bool(), {
      doc: 'Whether the backend gets the certificate, percent-encoded PEM, as ssl-client-cert.',
      default: false,
      example: 'true',
      badExample: 'on',
      risk: 'Low',
    }),
    matchCn: field('auth-tls-match-cn', subjectPattern, {
      doc: 'What the subject of the certificate must hold; plain HTTP, which has none, is refused too.',
      example: 'CN=client-[a-z]+',
      badExample: 'client',
      risk: 'High',
    }),
  },
  diagnostics: clientTlsDiagnostics,
  resolve({ secret, mode, depth, errorPage: page, passCertificate, matchCn }, context) {
    if (secret === undefined) {
      const tuning = ['matchCn', 'mode', 'depth', 'errorPage', 'passCertificate'].find((name) => context.present(name));
      if (tuning === undefined) return undefined;
      context.report('not-switched-on', {
        field: tuning,
        message:
          'Client certificates are described and auth-tls-secret is missing, so no client is asked for one: the host is not protected.',
        help: 'Add the annotation auth-tls-secret.',
      });
      return undefined;
    }
    const authorities = authoritiesOf(secret, context);
    if ('denied' in authorities) return authorities;
    if (page?.kind === 'inside') {
      context.report('error-page-inside', {
        field: 'errorPage',
        message: `${page.name} is a place inside nginx that manifests do not tell; clients that are refused get 400.`,
        help: 'Use an absolute URL.',
      });
    }
    return {
      mode,
      ...authorities,
      // nginx takes 0 for the default, which is 1 (ingress-nginx.md §3.4).
      depth: depth === undefined ? context.settings.depth : Math.max(depth, 1),
      ...(matchCn === undefined ? {} : { matchCn }),
      ...(page?.kind === 'url' ? { errorPage: page.href } : {}),
      passCertificate,
      handshake: context.settings.handshake,
    };
  },
  handshake({ mode, ca, handshake }) {
    if (mode === 'off') return {};
    return { clientCertificate: { mode: mode === 'on' ? handshake : 'request', authorities: ca } };
  },
  request: checkClient,
});
