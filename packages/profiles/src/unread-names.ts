import type { InactiveName, InactiveVerdict } from '@ingresskit/annotations';
import { inactiveNames } from './inactive-names.ts';

/**
 * Names of ingress-nginx that neither the managed gateway nor its twin reads, and for which both have the same advice.
 *
 * @param verdict what the gateway says of them: the managed one means to read them one day, the twin does not list them.
 */
export function unreadNames(verdict: InactiveVerdict): readonly InactiveName[] {
  return [
    ...inactiveNames(['enable-global-auth'], {
      verdict,
      instead: 'Remove it: this gateway has no global external authentication to switch off.',
    }),
    ...inactiveNames(['auth-tls-match-cn', 'auth-tls-verify-client', 'auth-tls-verify-depth'], {
      verdict,
      restricts: true,
      instead: 'Use auth-tls-secret, which demands a certificate of the named authority; narrower conditions belong in the backend.',
    }),
    ...inactiveNames(['auth-tls-error-page', 'auth-tls-pass-certificate-to-upstream'], {
      verdict,
      instead: 'Remove it; client certificates are checked by auth-tls-secret alone.',
    }),
    // Without it both checks must let a request pass: that keeps out more, not less.
    ...inactiveNames(['satisfy'], {
      verdict,
      instead: 'Address lists and authentication must both let a request pass here; "any" cannot be had.',
    }),
    ...inactiveNames(
      [
        'session-cookie-change-on-failure',
        'session-cookie-conditional-samesite-none',
        'session-cookie-domain',
        'session-cookie-samesite',
        'session-cookie-secure',
      ],
      {
        verdict,
        instead: 'The affinity cookie has a name, a path and a lifetime here; use session-cookie-name, -path and -max-age.',
      },
    ),
    ...inactiveNames(['service-upstream'], { verdict, instead: 'Remove it: requests go to the pods directly.' }),
    ...inactiveNames(['proxy-redirect-from', 'proxy-redirect-to'], {
      verdict,
      instead: 'Let the backend send its public address in redirects.',
    }),
    ...inactiveNames(['ssl-passthrough'], {
      verdict,
      instead: 'Terminate TLS at the gateway, or publish the Service by a load balancer.',
    }),
  ];
}

/** Names of ingress-nginx that neither of the two lists, and for which both have the same advice. */
export const unlistedNames: readonly InactiveName[] = [
  ...inactiveNames(['allowlist-source-range'], { verdict: 'unlisted', restricts: true, instead: 'Use whitelist-source-range.' }),
  ...inactiveNames(['ssl-ciphers'], { verdict: 'unlisted', instead: 'Use ssl-cipher.' }),
  ...inactiveNames(['temporal-redirect-code'], { verdict: 'unlisted', instead: 'temporal-redirect always answers 302 here.' }),
  ...inactiveNames(['disable-proxy-intercept-errors'], {
    verdict: 'unlisted',
    instead: 'Remove custom-http-errors where errors should pass.',
  }),
  ...inactiveNames(['fastcgi-index', 'fastcgi-params-configmap'], {
    verdict: 'unlisted',
    instead: 'Put an HTTP server before the FastCGI process.',
  }),
];
