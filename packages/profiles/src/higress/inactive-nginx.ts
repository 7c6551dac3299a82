import type { InactiveName } from '@ingresskit/annotations';
import { inactiveNames } from '../inactive-names.ts';

/** What a backend sees, and how nginx talks to it. */
const upstream: readonly InactiveName[] = [
  ...inactiveNames(['proxy-connect-timeout', 'proxy-send-timeout', 'proxy-read-timeout'], {
    verdict: 'unlisted',
    instead: 'Use higress.io/timeout, which bounds the whole exchange.',
  }),
  ...inactiveNames(
    [
      'client-body-buffer-size',
      'proxy-buffering',
      'proxy-buffers-number',
      'proxy-buffer-size',
      'proxy-busy-buffers-size',
      'proxy-max-temp-file-size',
      'proxy-request-buffering',
      'proxy-http-version',
      'connection-proxy-header',
      'http2-push-preload',
    ],
    { verdict: 'unlisted', instead: 'Remove it: the gateway streams bodies and manages connections itself.' },
  ),
  ...inactiveNames(['proxy-ssl-verify-depth', 'proxy-ssl-ciphers', 'proxy-ssl-protocols'], {
    verdict: 'unlisted',
    instead: 'Use backend-protocol and proxy-ssl-secret alone.',
  }),
  ...inactiveNames(['proxy-cookie-domain', 'proxy-cookie-path'], {
    verdict: 'unlisted',
    instead: 'Rewrite cookies in the backend or in a plugin.',
  }),
  ...inactiveNames(['custom-headers'], {
    verdict: 'unlisted',
    instead: 'Use higress.io/response-header-control-update, one "Name Value" a line.',
  }),
];

/** Connections of clients, and what nginx writes down about them. */
const downstream: readonly InactiveName[] = [
  ...inactiveNames(['ssl-prefer-server-ciphers'], { verdict: 'unlisted', instead: 'Remove it: the gateway chooses the cipher.' }),
  ...inactiveNames(
    [
      'enable-access-log',
      'enable-rewrite-log',
      'enable-opentelemetry',
      'opentelemetry-trust-incoming-span',
      'opentelemetry-operation-name',
      'enable-opentracing',
      'opentracing-trust-incoming-span',
    ],
    { verdict: 'unlisted', instead: 'Logs and traces are switched on for the whole gateway, in the ConfigMap higress-config.' },
  ),
];

/** Text of nginx's own language. */
const snippets: readonly InactiveName[] = [
  ...inactiveNames(['configuration-snippet', 'server-snippet'], {
    verdict: 'unsupported',
    instead: 'Express the intent with annotations (headers, redirects, rewrites, timeout), or with a plugin.',
  }),
  ...inactiveNames(['stream-snippet'], { verdict: 'unsupported', instead: 'Publish TCP and UDP services by a load balancer.' }),
];

/** What the commercial product added, and the twin's own key that nobody reads. */
const extras: readonly InactiveName[] = [
  ...inactiveNames(['canary-by-query', 'canary-by-query-value', 'canary-by-query-pattern'], {
    verdict: 'unsupported',
    dialect: 'mse',
    instead: 'Use canary-by-header, canary-by-cookie or canary-weight.',
  }),
  ...inactiveNames(['canary-by-cookie-value'], {
    verdict: 'unsupported',
    dialect: 'mse',
    instead: 'The cookie must hold "always" here; use canary-by-header with canary-by-header-value for other values.',
  }),
  ...inactiveNames(['service-subset', 'subset-labels'], {
    verdict: 'unsupported',
    dialect: 'mse',
    instead: 'Give the pods of the canary a Service of their own.',
  }),
  ...inactiveNames(['wasmplugin'], {
    verdict: 'unsupported',
    dialect: 'mse',
    instead: 'Write a WasmPlugin object that names the Ingress.',
  }),
  ...inactiveNames(['http2rpc-name'], { verdict: 'no-effect', dialect: 'twin', instead: 'Use higress.io/rpc-destination-name.' }),
];

/** Names of ingress-nginx and of the commercial product that the twin does not read (higress.md §16, and the list of what was never there). */
export const higressInactiveNginx: readonly InactiveName[] = [...upstream, ...downstream, ...snippets, ...extras];
