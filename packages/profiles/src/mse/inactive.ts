import type { InactiveName } from '@ingresskit/annotations';
import { inactiveNames } from '../inactive-names.ts';
import { unlistedNames, unreadNames } from '../unread-names.ts';

/** Accepted, and nothing needs to happen: the gateway buffers, times and negotiates in its own way (mse.md §1.4). */
const noEffect: readonly InactiveName[] = inactiveNames(
  [
    'client-body-buffer-size',
    'proxy-buffering',
    'proxy-buffers-number',
    'proxy-buffer-size',
    'proxy-max-temp-file-size',
    'proxy-read-timeout',
    'proxy-send-timeout',
    'proxy-connect-timeout',
    'proxy-http-version',
    'ssl-prefer-server-ciphers',
    'proxy-ssl-protocols',
    'preserve-trailing-slash',
    'http2-push-preload',
    'proxy-ssl-ciphers',
    'enable-rewrite-log',
  ],
  { verdict: 'no-effect' },
);

/** Listed by the vendor as to be supported (mse.md §1.5), with the vendor's advice for the time until then. */
const planned: readonly InactiveName[] = [
  ...unreadNames('planned'),
  ...inactiveNames(['auth-url'], {
    verdict: 'planned',
    restricts: true,
    instead: 'Put the external authentication into a plugin of the gateway, or in front of the Service; without it every request gets in.',
  }),
  ...inactiveNames(
    [
      'auth-cache-key',
      'auth-cache-duration',
      'auth-keepalive',
      'auth-keepalive-requests',
      'auth-keepalive-share-vars',
      'auth-keepalive-timeout',
      'auth-proxy-set-headers',
    ],
    { verdict: 'planned', instead: 'It tunes external authentication, which this gateway does by plugin only.' },
  ),
  ...inactiveNames(['limit-rps', 'limit-connections', 'global-rate-limit'], {
    verdict: 'planned',
    restricts: true,
    instead:
      'Use mse.ingress.kubernetes.io/rate-limit, route-limit-rps or concurrency-limit; limits per client need the key-rate-limit plugin.',
  }),
  ...inactiveNames(['global-rate-limit-window', 'global-rate-limit-key', 'global-rate-limit-ignored-cidrs'], {
    verdict: 'planned',
    instead: 'Use mse.ingress.kubernetes.io/rate-limit, which counts for the whole gateway.',
  }),
  ...inactiveNames(['enable-modsecurity', 'enable-owasp-core-rules'], {
    verdict: 'planned',
    restricts: true,
    instead: 'Switch on WAF for the gateway or the route, or use the waf plugin.',
  }),
  ...inactiveNames(['modsecurity-transaction-id'], {
    verdict: 'planned',
    instead: 'Switch on WAF for the gateway; it numbers requests itself.',
  }),
  ...inactiveNames(['mirror-target'], {
    verdict: 'planned',
    instead: 'Use mse.ingress.kubernetes.io/mirror-target-service and mirror-percentage.',
  }),
  ...inactiveNames(['mirror-request-body', 'mirror-host'], {
    verdict: 'planned',
    instead: 'Remove it: mirror-target-service always copies the whole request, with "-shadow" behind its host.',
  }),
  ...inactiveNames(['proxy-body-size'], {
    verdict: 'planned',
    restricts: true,
    instead: 'Limit bodies in the backend: the gateway streams them; DownstreamConnectionBufferLimits helps very large ones through.',
  }),
  ...inactiveNames(['proxy-request-buffering', 'connection-proxy-header'], {
    verdict: 'planned',
    instead: 'Remove it: the gateway streams bodies and manages connections itself.',
  }),
  ...inactiveNames(['proxy-cookie-domain', 'proxy-cookie-path'], {
    verdict: 'planned',
    instead: 'Rewrite cookies in the backend or in a custom plugin.',
  }),
  ...inactiveNames(['proxy-ssl-verify-depth'], { verdict: 'planned', instead: 'Use proxy-ssl-verify alone.' }),
  ...inactiveNames(['enable-access-log', 'enable-opentelemetry', 'opentelemetry-trust-incoming-span'], {
    verdict: 'planned',
    instead: 'Logs and traces are switched on for the whole gateway, in spec.monitor of the MseIngressConfig.',
  }),
  ...inactiveNames(['custom-headers'], {
    verdict: 'planned',
    instead: 'Use mse.ingress.kubernetes.io/response-header-control-update, one "Name Value" a line.',
  }),
  ...inactiveNames(['from-to-www-redirect'], {
    verdict: 'planned',
    instead: 'Write an Ingress for the other host with permanent-redirect.',
  }),
  ...inactiveNames(['x-forwarded-prefix'], {
    verdict: 'planned',
    instead: 'Use mse.ingress.kubernetes.io/request-header-control-update with "X-Forwarded-Prefix /prefix".',
  }),
];

/** Text of nginx's own language, which another gateway cannot run (mse.md §1.6). */
const unsupported: readonly InactiveName[] = [
  ...inactiveNames(['configuration-snippet', 'server-snippet'], {
    verdict: 'unsupported',
    instead: 'Express the intent with annotations (headers, redirects, rewrites, timeouts), or with a custom plugin.',
  }),
  ...inactiveNames(['stream-snippet'], { verdict: 'unsupported', instead: 'Publish TCP and UDP services by a load balancer.' }),
  ...inactiveNames(['auth-snippet'], { verdict: 'unsupported', restricts: true, instead: 'Put the authentication into a custom plugin.' }),
  ...inactiveNames(['modsecurity-snippet'], {
    verdict: 'unsupported',
    restricts: true,
    instead: 'Write the conditions as custom rules of WAF.',
  }),
];

/** ingress-nginx has them; no page of the vendor lists them. */
const unlisted: readonly InactiveName[] = [
  ...unlistedNames,
  ...inactiveNames(['proxy-busy-buffers-size'], { verdict: 'unlisted', instead: 'Remove it: the gateway manages its buffers itself.' }),
  ...inactiveNames(
    [
      'auth-method',
      'auth-signin',
      'auth-signin-redirect-param',
      'auth-response-headers',
      'auth-request-redirect',
      'auth-always-set-cookie',
    ],
    { verdict: 'unlisted', instead: 'It belongs to external authentication, which this gateway does by plugin only.' },
  ),
  ...inactiveNames(['limit-rpm'], {
    verdict: 'unlisted',
    restricts: true,
    instead: 'Use mse.ingress.kubernetes.io/route-limit-rpm, which counts all clients together.',
  }),
  ...inactiveNames(['limit-rate', 'limit-rate-after', 'limit-burst-multiplier', 'limit-allowlist'], {
    verdict: 'unlisted',
    instead: 'Use mse.ingress.kubernetes.io/route-limit-rps and route-limit-burst-multiplier.',
  }),
  ...inactiveNames(['upstream-hash-by-subset', 'upstream-hash-by-subset-size'], {
    verdict: 'unlisted',
    instead: 'Use upstream-hash-by alone.',
  }),
  ...inactiveNames(['relative-redirects', 'use-port-in-redirects'], {
    verdict: 'unlisted',
    instead: 'Redirects carry the host of the request here.',
  }),
  ...inactiveNames(['opentelemetry-operation-name', 'enable-opentracing', 'opentracing-trust-incoming-span'], {
    verdict: 'unlisted',
    instead: 'Tracing is switched on for the whole gateway, in spec.monitor.tracing of the MseIngressConfig.',
  }),
];

/** The twin declares the name and never reads it (annotations-mse.csv). */
const unread: readonly InactiveName[] = inactiveNames(['http2rpc-name'], {
  verdict: 'no-effect',
  dialect: 'twin',
  instead: 'Use higress.io/rpc-destination-name.',
});

/** The names that the profile knows and that do not act in it (mse.md §1.4–1.6). */
export const mseInactive: readonly InactiveName[] = [...noEffect, ...planned, ...unsupported, ...unlisted, ...unread];
