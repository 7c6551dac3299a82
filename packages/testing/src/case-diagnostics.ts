import type { DiagnosticSet } from '@ingresskit/resources';
import { defineDiagnostics } from '@ingresskit/resources';

/** What can be wrong with a case itself, not with the manifests it is about. A case that has one of these is not run. */
export const caseDiagnostics: DiagnosticSet<{
  readonly [N in 'unreadable' | 'unknown-field' | 'invalid-field' | 'invalid-request' | 'empty']: CaseProblem;
}> = defineDiagnostics('case', {
  unreadable: {
    severity: 'error',
    consequence: 'object-rejected',
    title: 'The case is not YAML',
    doc: 'The document that says `kind: Case` cannot be parsed, so nothing of it runs.',
  },
  'unknown-field': {
    severity: 'error',
    consequence: 'object-rejected',
    title: 'The case has a field that does not exist',
    doc: 'A misspelt field would expect nothing, so the case is refused. The fields are title, profile, ingressClass, gateway, options, requests and diagnostics.',
  },
  'invalid-field': {
    severity: 'error',
    consequence: 'object-rejected',
    title: 'A field of the case has the wrong type',
    doc: 'Titles, profiles and gateways are text, requests and diagnostics are lists, options is a map.',
  },
  'invalid-request': {
    severity: 'error',
    consequence: 'object-rejected',
    title: 'A request of the case cannot be read',
    doc: 'Write `METHOD URL -> DECISION`, or a map with `request` and `expect`.',
  },
  empty: {
    severity: 'error',
    consequence: 'object-rejected',
    title: 'The case expects nothing',
    doc: 'A case needs at least one request or one diagnostic; otherwise it cannot fail.',
  },
});

interface CaseProblem {
  readonly severity: 'error';
  readonly consequence: 'object-rejected';
  readonly title: string;
  readonly doc: string;
}
