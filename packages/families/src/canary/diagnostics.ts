import type { DiagnosticSet } from '@ingresskit/resources';
import { defineDiagnostics } from '@ingresskit/resources';

/** What the canary family reports. */
export const canaryDiagnostics: DiagnosticSet = defineDiagnostics('canary', {
  'not-enabled': {
    severity: 'warning',
    consequence: 'family-ignored',
    title: 'Canary conditions without canary: "true"',
    doc: 'Only an Ingress with the annotation canary set to "true" is a canary. This one is an ordinary Ingress, and competes with the Ingress that it was meant to join.',
  },
  'name-missing': {
    severity: 'warning',
    consequence: 'none',
    title: 'A canary value or pattern without the name it belongs to',
    doc: 'A value says what a header, query parameter or cookie must hold, and the annotation that names it is missing. The condition selects no request.',
  },
  'value-not-a-pattern': {
    severity: 'warning',
    consequence: 'none',
    title: 'The header value cannot be read as a regular expression',
    doc: 'On this gateway canary-by-header-value is a regular expression, and this one does not compile, so it selects no request.',
  },
  'pattern-hidden': {
    severity: 'warning',
    consequence: 'field-ignored',
    title: 'A canary has both a value and a pattern',
    doc: 'The exact value holds and the pattern is ignored. Remove one of them.',
  },
  'condition-hidden': {
    severity: 'warning',
    consequence: 'field-ignored',
    title: 'A canary has conditions of several kinds',
    doc: 'One canary Ingress contributes one kind: its header and query conditions, else its cookie, else its weight. Use one canary Ingress for each kind.',
  },
  'no-condition': {
    severity: 'warning',
    consequence: 'none',
    title: 'Nothing selects requests for the canary',
    doc: 'The Ingress is a canary without a condition and without a weight, so it takes no traffic.',
  },
  'weight-over-total': {
    severity: 'warning',
    consequence: 'none',
    title: 'A canary weight is larger than its total',
    doc: 'The canary takes all requests that the weight draw decides, and its primary none. Lower the weight or raise the total.',
  },
  'total-too-small': {
    severity: 'warning',
    consequence: 'default-used',
    title: 'The canary-weight-total is below the least total',
    doc: 'The gateway counts weights in at least that many parts, so the weight is a smaller share than it seems.',
  },
  oversubscribed: {
    severity: 'warning',
    consequence: 'none',
    title: 'The canaries of a primary ask for more than all requests',
    doc: 'The weights are scaled down to sum to the whole, and the primary keeps only what rounding leaves. Lower the weights.',
  },
  'other-total': {
    severity: 'warning',
    consequence: 'field-ignored',
    title: 'A canary counts its weight in another total than holds',
    doc: 'The total of the oldest canary holds for all canaries of a primary; on some gateways a primary with several destinations counts in 100. Give the canary the total that holds.',
  },
  'share-too-small': {
    severity: 'warning',
    consequence: 'none',
    title: 'A canary weight is less than one percent',
    doc: 'Shares are whole percents, rounded down, so this canary takes no traffic.',
  },
  'older-canary': {
    severity: 'warning',
    consequence: 'route-dropped',
    title: 'The primary already has a canary',
    doc: 'This gateway joins one canary to a primary, the oldest. The other takes no traffic.',
  },
  'total-without-weight': {
    severity: 'info',
    consequence: 'none',
    title: 'A canary has a total and no weight',
    doc: 'canary-weight-total says in how many parts weights count, and this canary has none of them. Add canary-weight, or remove the total.',
  },
  'closed-primary': {
    severity: 'warning',
    consequence: 'route-dropped',
    title: 'The primary of a canary is closed',
    doc: 'The path that the canary would join has no backend, because something about it could not be read. A canary does not open it and takes no traffic; mend the primary.',
  },
});
