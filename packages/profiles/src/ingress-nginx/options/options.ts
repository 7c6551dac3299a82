import { bool, cidrList, oneOf, size, statusCodes, text } from '@ingresskit/annotations';
import { count, header, headerBlocks, pathPrefixes, redirectStatus, refusalStatus, textList, wordsOf } from './codecs.ts';
import type { Option } from './option.ts';
import { option, set, setting } from './option.ts';

/** Who is let in, and which Ingresses are taken (ingress-nginx.md §5, §13). */
const access: readonly Option[] = [
  option('annotations-risk-level', oneOf(['Low', 'Medium', 'High', 'Critical']), (highestRisk, draft) => {
    draft.admission = { ...draft.admission, highestRisk };
  }),
  option('annotation-value-word-blocklist', textList, (forbiddenWords, draft) => {
    draft.admission = { ...draft.admission, forbiddenWords };
  }),
  option('strict-validate-path-type', bool(), (plainPathsExpected, draft) => {
    draft.admission = { ...draft.admission, plainPathsExpected };
  }),
  option('allow-cross-namespace-resources', bool(), (allowed, draft) => {
    draft.allowsCrossNamespace = allowed;
  }),
  setting('whitelist-source-range', cidrList({ strict: true }), 'ip-access', 'allow'),
  setting('denylist-source-range', cidrList({ strict: true }), 'ip-access', 'deny'),
  option('block-cidrs', cidrList({ strict: true }), (blocked, draft) => {
    draft.blockedAddresses = blocked;
  }),
  setting('block-user-agents', headerBlocks, 'client-blocks', 'userAgents'),
  setting('block-referers', headerBlocks, 'client-blocks', 'referers'),
  option('no-auth-locations', pathPrefixes, (exemptLocations, draft) => {
    set(draft, 'external-auth', { exemptLocations });
    set(draft, 'basic-auth', { exemptLocations });
  }),
  setting('limit-req-status-code', refusalStatus, 'rate-limit', 'clientLimitStatus'),
  setting('limit-conn-status-code', refusalStatus, 'concurrency-limit', 'clientLimitStatus'),
];

/** What stands in front of the controller (§5, §14). */
const proxies: readonly Option[] = [
  option('use-forwarded-headers', bool(), (trusts, draft) => {
    draft.clientAddress.isRead ||= trusts;
    set(draft, 'forwarded-headers', { trusts });
    set(draft, 'ssl-redirect', { trustsForwarded: trusts });
  }),
  option('enable-real-ip', bool(), (enabled, draft) => {
    draft.clientAddress.isRead ||= enabled;
  }),
  option('forwarded-for-header', header, (name, draft) => {
    draft.clientAddress.header = name;
    set(draft, 'forwarded-headers', { forwardedForHeader: name });
  }),
  option('proxy-real-ip-cidr', cidrList({ strict: true }), (trusted, draft) => {
    draft.clientAddress.trusted = trusted;
  }),
  setting('compute-full-forwarded-for', bool(), 'forwarded-headers', 'appendsFor'),
  setting('proxy-add-original-uri-header', bool(), 'forwarded-headers', 'sendsOriginalUri'),
];

/** Redirects and headers that the controller adds by itself (§11). */
const redirects: readonly Option[] = [
  setting('ssl-redirect', bool(), 'ssl-redirect', 'onByDefault'),
  setting('force-ssl-redirect', bool(), 'ssl-redirect', 'forcedByDefault'),
  setting('preserve-trailing-slash', bool(), 'ssl-redirect', 'keepsFinalSlash'),
  setting('no-tls-redirect-locations', pathPrefixes, 'ssl-redirect', 'exemptPaths'),
  setting('use-port-in-redirects', bool(), 'gateway-redirects', 'withPort'),
  setting('relative-redirects', bool(), 'gateway-redirects', 'relative'),
  option('http-redirect-code', redirectStatus, (status, draft) => {
    set(draft, 'ssl-redirect', { status });
    set(draft, 'www-redirect', { status });
  }),
  setting('hsts', bool(), 'hsts', 'enabled'),
  setting('hsts-max-age', count, 'hsts', 'maxAge'),
  setting('hsts-include-subdomains', bool(), 'hsts', 'includeSubDomains'),
  setting('hsts-preload', bool(), 'hsts', 'preload'),
];

/** How requests are carried out (§6–§8, §10). */
const upstream: readonly Option[] = [
  setting('proxy-connect-timeout', count, 'timeouts', 'connectSeconds'),
  setting('proxy-send-timeout', count, 'timeouts', 'sendSeconds'),
  setting('proxy-read-timeout', count, 'timeouts', 'readSeconds'),
  setting(
    'proxy-next-upstream',
    wordsOf([
      'error',
      'timeout',
      'invalid_header',
      'http_500',
      'http_502',
      'http_503',
      'http_504',
      'http_403',
      'http_404',
      'http_429',
      'non_idempotent',
      'off',
    ]),
    'retries',
    'conditions',
  ),
  setting('proxy-next-upstream-tries', count, 'retries', 'tries'),
  setting('proxy-next-upstream-timeout', count, 'retries', 'timeoutSeconds'),
  setting('retry-non-idempotent', bool(), 'retries', 'nonIdempotent'),
  setting('load-balance', oneOf(['round_robin', 'ewma']), 'load-balance', 'defaultAlgorithm'),
  setting('service-upstream', bool(), 'service-upstream', 'enabled'),
  setting('limit-rate', count, 'bandwidth-limit', 'kilobytesPerSecond'),
  setting('limit-rate-after', count, 'bandwidth-limit', 'afterKilobytes'),
  setting('custom-http-errors', statusCodes({ min: 300, max: 599 }), 'default-backend', 'statuses'),
  option('disable-proxy-intercept-errors', bool(), (isOff, draft) => set(draft, 'default-backend', { replacesAnswers: !isOff })),
  setting('proxy-body-size', size(), 'body-size', 'maxBytes'),
  setting('global-allowed-response-headers', textList, 'custom-headers', 'allowed'),
  setting('use-http2', bool(), 'external-auth', 'http2'),
];

const globalAuthKeys = {
  'global-auth-url': 'url',
  'global-auth-method': 'method',
  'global-auth-signin': 'signin',
  'global-auth-signin-redirect-param': 'signinRedirectParam',
  'global-auth-response-headers': 'responseHeaders',
  'global-auth-request-redirect': 'requestRedirect',
  'global-auth-always-set-cookie': 'alwaysSetCookie',
  'global-auth-cache-key': 'cacheKey',
  'global-auth-cache-duration': 'cacheDurations',
} as const;

/** External authentication for all routes (§3.2): read with the grammars of the annotations when a route needs it, so a bad value closes routes. */
const globalAuth: readonly Option[] = Object.entries(globalAuthKeys).map(([key, name]) =>
  option(key, text(), (value, draft) => {
    const { global } = draft.settings['external-auth'] ?? {};
    set(draft, 'external-auth', { global: { ...(global as object | undefined), [name]: value } });
  }),
);

/** The keys of the controller's ConfigMap that change what happens to requests (ingress-nginx.md §16). */
export const options: readonly Option[] = [...access, ...proxies, ...redirects, ...upstream, ...globalAuth];
