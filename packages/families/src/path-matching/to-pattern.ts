import type { Dropped, ResolveContext, RouteDraft } from '@ingresskit/annotations';
import { compilePattern } from '@ingresskit/annotations';
import type { DiagnosticDefinition } from '@ingresskit/resources';
import { quote } from '@ingresskit/resources';

/** What every family that makes patterns of paths may have to report. */
export const patternDiagnostics: Readonly<Record<'invalid-pattern' | 'exact-ignored', DiagnosticDefinition>> = {
  'invalid-pattern': {
    severity: 'error',
    consequence: 'route-dropped',
    title: 'The path is not a pattern that RE2 can compile',
    doc: 'The path is to be read as a pattern and is none, so nobody can tell which requests it means: it is not served, and a wider route may answer instead. Rewrite the pattern in RE2 syntax.',
  },
  'exact-ignored': {
    severity: 'warning',
    consequence: 'none',
    title: 'A pattern with pathType Exact is open at its end',
    doc: 'A path that is read as a pattern matches from the start of the request path and need not reach its end, whatever its pathType says. End the pattern with "$", or use full-path-regex where the gateway has it.',
  },
};

/**
 * Makes a draft match by the pattern its path text is. The pathType no longer counts, as on the reference gateways (higress.md A.5, ingress-nginx.md
 * §1.7). `because` names the family's field that asks for it.
 */
export function toPattern(
  draft: RouteDraft,
  end: 'open' | 'full',
  context: Pick<ResolveContext<unknown>, 'report' | 'drop'>,
  because: string,
): Dropped | undefined {
  const { pathText } = draft;
  const compiled = compilePattern(pathText, { end });
  if (!compiled.ok) {
    const { message, help } = compiled.problem;
    return context.drop('invalid-pattern', {
      field: because,
      message: `Path ${quote(pathText)} ${message}; it is not served.`,
      ...(help === undefined ? {} : { help }),
      data: { path: pathText },
    });
  }
  if (draft.pathType === 'Exact' && end === 'open' && !pathText.endsWith('$')) {
    context.report('exact-ignored', {
      field: because,
      message: `Path ${quote(pathText)} is a pattern here, so pathType Exact has no effect: every request path that begins with a match is served.`,
      help: 'End the pattern with "$", or use another Ingress for exact paths.',
      data: { path: pathText },
    });
  }
  draft.path = { kind: 'regex', value: pathText, end };
  return undefined;
}
