import type { OrderCriterion } from '@ingresskit/annotations';
import type { Route } from '@ingresskit/route-table';

type Comparison = (a: Route, b: Route) => number;

const kindRank = { exact: 0, prefix: 1, regex: 3 } as const;
/** A route that a family adds (app-root) comes after ordinary prefixes and before regexes (higress.md §1.4, rule 4). */
const addedRank = 2;

function rankOf({ provenance, path }: Route): number {
  return provenance.origin === 'family' ? addedRank : kindRank[path.kind];
}

function isCatchAll({ path, predicates }: Route): boolean {
  return path.kind === 'prefix' && path.value === '/' && predicates === undefined;
}

function methods({ predicates }: Route): number {
  return predicates?.methods?.join('|').length ?? Number.POSITIVE_INFINITY;
}

function number(condition: boolean): number {
  return condition ? 1 : 0;
}

const comparisons: Readonly<Record<Exclude<OrderCriterion, 'age'>, Comparison>> = {
  'default-backend-last': (a, b) => number(a.provenance.origin === 'default-backend') - number(b.provenance.origin === 'default-backend'),
  'added-first': (a, b) => number(b.provenance.origin === 'family') - number(a.provenance.origin === 'family'),
  'catch-all-last': (a, b) => number(isCatchAll(a)) - number(isCatchAll(b)),
  kind: (a, b) => rankOf(a) - rankOf(b),
  length: (a, b) => textOf(b).length - textOf(a).length,
  methods: (a, b) => {
    const left = methods(a);
    const right = methods(b);
    return left === right ? 0 : left - right;
  },
  headers: (a, b) => conditions(b, 'headers') + conditions(b, 'cookies') - conditions(a, 'headers') - conditions(a, 'cookies'),
  queries: (a, b) => conditions(b, 'queries') - conditions(a, 'queries'),
  'path-descending': (a, b) => (textOf(a) < textOf(b) ? 1 : textOf(a) > textOf(b) ? -1 : 0),
};

/** What is compared of a path. Of a pattern it is the text that somebody wrote: what became of it when it was read does not move it. */
function textOf({ path, pathText }: Route): string {
  return path.kind === 'regex' ? pathText : path.value;
}

function conditions({ predicates }: Route, kind: 'headers' | 'cookies' | 'queries'): number {
  return predicates?.[kind]?.length ?? 0;
}

/**
 * Puts the routes of a host in the order they are tried. The input stands in order of age (oldest Ingress first, then by rule and path), and the
 * sort is stable, so `age` is the last word. Total: two routes never compare as equal and unordered.
 */
export function sortRoutes(routes: readonly Route[], order: readonly OrderCriterion[]): readonly Route[] {
  if (routes.length < 2) return routes;
  const criteria: Comparison[] = [];
  for (const criterion of order) if (criterion !== 'age') criteria.push(comparisons[criterion]);
  return [...routes].sort((a, b) => {
    for (const compare of criteria) {
      const difference = compare(a, b);
      if (difference !== 0) return difference;
    }
    return 0;
  });
}
