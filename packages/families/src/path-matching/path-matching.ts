import type { Family } from '@ingresskit/annotations';
import { bool, defineFamily, field } from '@ingresskit/annotations';
import { defineDiagnostics } from '@ingresskit/resources';
import { patternDiagnostics, toPattern } from './to-pattern.ts';

/** How the paths of an Ingress are compared with the path of a request. */
export interface PathMatchingPolicy {
  /** Paths are RE2 patterns: open at their end, or matching the full path. */
  readonly pattern?: 'open' | 'full';
  /** Plain paths match in either case. */
  readonly ignoreCase: boolean;
}

/**
 * Paths as patterns, and paths in either case (mse.md §2.4, higress.md A.5 and A.16). It acts when routes are compiled. That one pattern turns every
 * path of a host into one, and in either case, is said by the profile's `paths`, since it takes all Ingresses of the host to know
 * (ingress-nginx.md §1.7).
 */
export const pathMatching: Family<'path-matching', PathMatchingPolicy> = defineFamily({
  name: 'path-matching',
  title: 'Paths as patterns, or in any case',
  scope: 'route',
  phase: 'locate',
  fields: {
    useRegex: field('use-regex', bool(), {
      doc: 'Reads the paths of the Ingress as RE2 patterns that match from the start of the request path and are open at their end.',
      default: false,
      example: 'true',
      badExample: 'on',
      risk: 'Low',
    }),
    fullPath: field('full-path-regex', bool(), {
      doc: 'Reads the paths of the Ingress as RE2 patterns that must match the request path as a whole.',
      default: false,
      example: 'true',
      badExample: 'on',
      dialect: 'twin',
      risk: 'Low',
    }),
    ignoreCase: field('ignore-path-case', bool(), {
      doc: 'Lets plain paths, exact and prefix, match letters in either case; patterns stay as they are.',
      default: false,
      example: 'true',
      badExample: 'on',
      dialect: 'twin',
      risk: 'Low',
    }),
  },
  diagnostics: defineDiagnostics('path-matching', {
    ...patternDiagnostics,
    'case-of-patterns': {
      severity: 'warning',
      consequence: 'field-ignored',
      title: 'ignore-path-case does nothing for patterns',
      doc: 'Patterns compare letters as they are written. Begin a pattern with "(?i)" to make it match in either case.',
    },
  }),
  resolve({ useRegex, fullPath, ignoreCase }, context) {
    if (!useRegex && !fullPath) return ignoreCase ? { ignoreCase } : undefined;
    if (ignoreCase) {
      context.report('case-of-patterns', {
        field: 'ignoreCase',
        message: 'The paths of this Ingress are patterns, for which ignore-path-case has no effect.',
        help: 'Begin the patterns with "(?i)".',
      });
    }
    return { pattern: fullPath ? 'full' : 'open', ignoreCase: false };
  },
  shape({ pattern, ignoreCase }, draft, context) {
    if (pattern !== undefined) return toPattern(draft, pattern, context, pattern === 'full' ? 'fullPath' : 'useRegex');
    if (ignoreCase) draft.path = { ...draft.path, ignoreCase };
    return undefined;
  },
});
