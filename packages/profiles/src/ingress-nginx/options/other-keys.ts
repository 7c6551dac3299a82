/** Keys that exist and that nobody here can act on, with what to say of them. */
interface OtherKeys {
  readonly diagnostic: 'not-modelled' | 'unsupported' | 'no-effect';
  readonly why: string;
  readonly keys: readonly string[];
}

/** The known keys of the controller's ConfigMap besides the options (ingress-nginx.md §16). */
export const otherKeys: readonly OtherKeys[] = [
  {
    diagnostic: 'unsupported',
    why: 'Text of nginx’s own language cannot be run here.',
    keys: [
      'main-snippet',
      'http-snippet',
      'server-snippet',
      'location-snippet',
      'stream-snippet',
      'modsecurity-snippet',
      'global-auth-snippet',
      'allow-snippet-annotations',
    ],
  },
  {
    diagnostic: 'not-modelled',
    why: 'It acts on every request, and decisions do not show it.',
    keys: [
      'use-proxy-protocol',
      'forwarded-host-header',
      'enable-underscores-in-headers',
      'ignore-invalid-headers',
      'limit-conn-zone-variable',
      'proxy-set-headers',
      'add-headers',
      'hide-headers',
      'enable-modsecurity',
      'enable-owasp-modsecurity-crs',
      'ssl-reject-handshake',
      'disable-catch-all',
    ],
  },
  {
    diagnostic: 'no-effect',
    why: 'It concerns connections, buffers, logs or traces, which no decision depends on.',
    keys: [
      'generate-request-id',
      'proxy-http-version',
      'proxy-ssl-location-only',
      'ssl-ciphers',
      'ssl-protocols',
      'enable-opentelemetry',
      'opentelemetry-operation-name',
      'opentelemetry-trust-incoming-span',
      'use-gzip',
      'gzip-level',
      'gzip-min-length',
      'gzip-types',
      'enable-brotli',
      'brotli-level',
      'brotli-min-length',
      'brotli-types',
      'enable-access-log-for-default-backend',
      'upstream-keepalive-connections',
      'upstream-keepalive-requests',
      'upstream-keepalive-time',
      'upstream-keepalive-timeout',
      'upstream-hash-by',
      'proxy-redirect-from',
      'proxy-redirect-to',
    ],
  },
];
