import type { InactiveName } from '@ingresskit/annotations';
import { inactiveNames } from '../inactive-names.ts';

/** Removed from the controller in 1.12 (ingress-nginx.md §17). */
const removed: readonly InactiveName[] = [
  ...inactiveNames(['global-rate-limit'], {
    verdict: 'unsupported',
    restricts: true,
    instead: 'It was removed in 1.12. Use limit-rps or limit-rpm, which each replica counts for itself.',
  }),
  ...inactiveNames(['global-rate-limit-window', 'global-rate-limit-key', 'global-rate-limit-ignored-cidrs'], {
    verdict: 'unsupported',
    instead: 'It was removed in 1.12 together with global-rate-limit.',
  }),
];

/** Names of other gateways under the controller's prefix, and of tracing that it no longer has (ingress-nginx.md §17). */
const foreign: readonly InactiveName[] = [
  ...inactiveNames(['ssl-cipher'], { verdict: 'unsupported', instead: 'Use ssl-ciphers, in the language of OpenSSL.' }),
  ...inactiveNames(['enable-opentracing', 'opentracing-trust-incoming-span'], {
    verdict: 'unsupported',
    instead: 'It was removed. Use enable-opentelemetry and opentelemetry-trust-incoming-span.',
  }),
];

/** Emits a directive that nginx no longer acts on. */
const dead: readonly InactiveName[] = inactiveNames(['http2-push-preload'], { verdict: 'no-effect' });

/** Names of old versions that nothing reads any more (ingress-nginx.md §17). */
const old: readonly InactiveName[] = [
  ...inactiveNames(['secure-verify-ca-secret'], {
    verdict: 'unsupported',
    instead: 'Use proxy-ssl-secret with proxy-ssl-verify: without them nobody checks the certificates of the pods.',
  }),
  ...inactiveNames(['secure-backends'], { verdict: 'unsupported', instead: 'Use backend-protocol: HTTPS.' }),
  ...inactiveNames(['grpc-backend'], { verdict: 'unsupported', instead: 'Use backend-protocol: GRPC.' }),
  ...inactiveNames(['session-cookie-hash'], { verdict: 'unsupported', instead: 'Remove it: the cookie has one form.' }),
  ...inactiveNames(['add-base-url', 'base-url-scheme'], { verdict: 'unsupported', instead: 'Let the backend write its own base URL.' }),
  ...inactiveNames(['enable-influxdb', 'influxdb-measurement', 'influxdb-port', 'influxdb-host', 'influxdb-server-name'], {
    verdict: 'unsupported',
    instead: 'Remove it: metrics come from the controller itself.',
  }),
  ...inactiveNames(['lua-resty-waf'], { verdict: 'unsupported', restricts: true, instead: 'Use enable-modsecurity.' }),
  ...inactiveNames(
    [
      'lua-resty-waf-debug',
      'lua-resty-waf-ignore-rulesets',
      'lua-resty-waf-extra-rules',
      'lua-resty-waf-allow-unknown-content-types',
      'lua-resty-waf-score-threshold',
      'lua-resty-waf-process-multipart-body',
    ],
    { verdict: 'unsupported', instead: 'It was removed together with lua-resty-waf.' },
  ),
];

/** The names that the profile knows and that do not act in it. */
export const nginxInactive: readonly InactiveName[] = [...removed, ...foreign, ...dead, ...old];
