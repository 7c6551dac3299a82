import type { DiagnosticSet } from '@ingresskit/resources';
import { defineDiagnostics } from '@ingresskit/resources';

/** What the family reports. */
export const rateLimitDiagnostics: DiagnosticSet = defineDiagnostics('rate-limit', {
  'minute-hides-second': {
    severity: 'warning',
    consequence: 'field-ignored',
    title: 'route-limit-rpm hides route-limit-rps',
    doc: 'Only one of the two acts, and it is the limit for a minute. Remove one of them.',
  },
  'status-hides-redirect': {
    severity: 'warning',
    consequence: 'field-ignored',
    title: 'A status and a redirect for requests above the limit',
    doc: 'rate-limit-fallback-custom-response-code and rate-limit-fallback-redirect-url exclude each other. The status is sent; remove one of the two.',
  },
  'nothing-to-modify': {
    severity: 'warning',
    consequence: 'family-ignored',
    title: 'The details of a limit without the limit',
    doc: 'A burst multiplier, a fallback, a window or a key says how a limit acts, and the annotation with the limit itself is missing or not positive. Nothing is limited.',
  },
  'window-missing': {
    severity: 'error',
    consequence: 'route-denied',
    title: 'global-rate-limit without its window',
    doc: 'Nobody knows in which time the requests may come, so the routes answer 503. Add global-rate-limit-window.',
  },
  'unknown-variable': {
    severity: 'error',
    consequence: 'route-denied',
    title: 'The key of a limit has a variable that requests do not tell',
    doc: 'What is counted apart would depend on a value that is not known, so the routes answer 503. Use $remote_addr, $host, $request_uri, $http_<name>, $arg_<name> or $cookie_<name>.',
  },
});
