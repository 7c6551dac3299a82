import type { Profile } from '@ingresskit/annotations';

/** What the controller does where no annotation says otherwise, and how its families differ from those of `mse`. By family name. */
export const nginxSettings: Profile['settings'] = {
  // §2: one canary for each primary, every kind of condition in turn, totals of 100 at least.
  canary: { kinds: 'all', canaries: 'oldest', order: 'age', smallestTotal: 100, neverStays: true, foldsUnderscores: true },
  // §1.10
  rewrite: { impliesPattern: 'other-target', replaces: 'whole', ignoresEqualTarget: true },
  // §1.11
  'app-root': { keepsQuery: false },
  // §1.6
  'gateway-redirects': { always: true },
  // §11
  redirect: { keepsRequest: false, relativeTargets: true },
  'ssl-redirect': {
    onByDefault: true,
    sslRedirectNeedsTls: true,
    path: 'raw',
    keepsFinalSlash: false,
    exemptPaths: ['/.well-known/acme-challenge'],
  },
  // §11
  hsts: { enabled: true },
  // §12
  'upstream-vhost': { variables: true },
  // §14
  'forwarded-headers': { sends: true },
  // §4
  cors: {
    preflightStatus: 204,
    preflightHeaders: { 'content-type': 'text/plain charset=UTF-8', 'content-length': '0' },
    preflightNeedsRequestMethod: false,
    allowAllValue: '*',
    onRedirects: true,
    headersOnEveryResponse: true,
    wildcardDepth: 'single',
    originIgnoresCase: true,
    defaultAllowHeaders: [
      'DNT',
      'Keep-Alive',
      'User-Agent',
      'X-Requested-With',
      'If-Modified-Since',
      'Cache-Control',
      'Content-Type',
      'Range',
      'Authorization',
    ],
  },
  // §3.1
  'basic-auth': { dropAuthorizationUpstream: true, exemptLocations: ['/.well-known/acme-challenge'] },
  // §3.4
  'client-tls': {
    secretNaming: 'any',
    namespaceRequired: true,
    keys: ['ca.crt'],
    depth: 1,
    handshake: 'request',
    upstreamHeaders: true,
  },
  // §7
  'body-size': { maxBytes: 1_048_576 },
  timeouts: { connectSeconds: 5, sendSeconds: 60, readSeconds: 60 },
  // §10
  // §12: the version of TLS and the depth are what nginx is told where nothing is written.
  'backend-protocol': { protocols: ['HTTP', 'HTTPS', 'GRPC', 'GRPCS', 'FCGI', 'AUTO_HTTP'] },
  'upstream-tls': { secretImpliesTls: 'never', needsSecret: true, defaults: { depth: 1, minVersion: 'TLSv1.2', maxVersion: 'TLSv1.2' } },
  'default-backend': { keepPath: true, headers: 'nginx', builtIn: true },
  // §7: three tries on every route; the timeout bounds when another may begin.
  retries: { zeroTries: 'unbounded', timeout: 'total', serverErrors: false, statuses: [403, 404, 429, 500, 502, 503, 504], always: true },
  // §8
  'load-balance': {
    algorithms: { round_robin: 'round_robin', ewma: 'ewma' },
    ignoresCase: false,
    hashKeys: 'template',
    mcpSessions: false,
  },
  'session-affinity': {
    switchedOnBy: 'affinity',
    modes: ['balanced', 'persistent'],
    path: undefined,
    lifetimes: 'both',
    issuedBy: 'asking-ingress',
  },
};
