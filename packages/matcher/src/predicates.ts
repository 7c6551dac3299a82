import type { CanonicalRequest } from '@ingresskit/annotations';
import { patternOf } from '@ingresskit/annotations';
import type { NamedMatch, Predicates, ValueMatch } from '@ingresskit/route-table';
import { formatNamedMatch } from '@ingresskit/route-table';

/** Whether a request meets all conditions besides host and path. */
export function predicatesHold(predicates: Predicates | undefined, request: CanonicalRequest): boolean {
  return predicates === undefined || firstFailure(predicates, request) === undefined;
}

/** The first condition a request does not meet, in words. */
export function failingPredicate(predicates: Predicates | undefined, request: CanonicalRequest): string | undefined {
  return predicates === undefined ? undefined : firstFailure(predicates, request)?.();
}

function firstFailure({ methods, headers, queries, cookies }: Predicates, request: CanonicalRequest): (() => string) | undefined {
  if (methods !== undefined && !methods.includes(request.method)) return () => `the method is not ${methods.join(' or ')}`;
  if (headers !== undefined) {
    for (const condition of headers)
      if (!holds(condition, request.header(condition.name))) return () => `not: ${formatNamedMatch('header', condition)}`;
  }
  if (queries !== undefined) {
    for (const condition of queries) {
      if (!holds(condition, request.queryParameter(condition.name))) return () => `not: ${formatNamedMatch('query parameter', condition)}`;
    }
  }
  if (cookies !== undefined) {
    for (const condition of cookies)
      if (!holds(condition, request.cookie(condition.name))) return () => `not: ${formatNamedMatch('cookie', condition)}`;
  }
  return undefined;
}

function holds({ match }: NamedMatch, value: string | undefined): boolean {
  return value !== undefined && valueMatches(match, value);
}

function valueMatches(match: ValueMatch, value: string): boolean {
  const { kind, value: expected } = match;
  if (kind === 'exact') return value === expected;
  if (kind === 'prefix') return value.startsWith(expected);
  return patternOf(match, 'search')?.test(value) === true;
}
