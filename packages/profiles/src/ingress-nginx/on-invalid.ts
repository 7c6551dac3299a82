import type { OnInvalid, Profile } from '@ingresskit/annotations';

/** The Ingress is dropped from sync as a whole (ingress-nginx.md §0.2). */
const rejects = outcome('reject-ingress', [
  'auth-realm',
  'auth-secret-type',
  'auth-tls-error-page',
  'auth-tls-match-cn',
  'auth-tls-pass-certificate-to-upstream',
  'auth-tls-secret',
  'auth-type',
  'auth-url',
  'client-body-buffer-size',
  'connection-proxy-header',
  'custom-http-errors',
  'default-backend',
  'fastcgi-index',
  'fastcgi-params-configmap',
  'from-to-www-redirect',
  'http2-push-preload',
  'limit-allowlist',
  'limit-connections',
  'limit-rpm',
  'limit-rps',
  'load-balance',
  'opentelemetry-operation-name',
  'permanent-redirect',
  'permanent-redirect-code',
  'proxy-ssl-secret',
  'relative-redirects',
  'server-alias',
  'ssl-ciphers',
  'ssl-passthrough',
  'temporal-redirect',
  'temporal-redirect-code',
  'upstream-hash-by',
  'upstream-hash-by-subset',
  'upstream-hash-by-subset-size',
  'upstream-vhost',
  'x-forwarded-prefix',
]);

/** Every location of the Ingress answers 503. */
const denies = outcome('deny-route', [
  'allowlist-source-range',
  'auth-method',
  'auth-response-headers',
  'auth-secret',
  'denylist-source-range',
  // Where the controller drops the whole of external authentication instead, and so lets everybody in (§0.2).
  'auth-always-set-cookie',
  'auth-cache-duration',
  'auth-request-redirect',
]);

/** Reported and passed over, where the family would do more than that. */
const ignores = {
  ...outcome('default', [
    'auth-keepalive',
    'auth-keepalive-requests',
    'auth-keepalive-share-vars',
    'auth-keepalive-timeout',
    'auth-signin-redirect-param',
    'auth-tls-verify-client',
    'cors-allow-headers',
    'cors-allow-methods',
    'enable-global-auth',
    'limit-burst-multiplier',
  ]),
  ...outcome('ignore-field', [
    'auth-cache-key',
    'auth-proxy-set-headers',
    'auth-signin',
    'auth-tls-verify-depth',
    'custom-headers',
    'modsecurity-transaction-id',
  ]),
};

/** What an invalid value does, for the names where the family's own word is another. The others fall back to their default or are passed over. */
export const nginxOnInvalid: Profile['onInvalid'] = { ...rejects, ...denies, ...ignores };

function outcome(what: OnInvalid, names: readonly string[]): Readonly<Record<string, OnInvalid>> {
  return Object.fromEntries(names.map((name) => [name, what]));
}
