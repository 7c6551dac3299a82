import type { PathRules } from '@ingresskit/annotations';
import { compilePattern } from '@ingresskit/annotations';
import type { Diagnostic } from '@ingresskit/resources';
import { formatRef, quote } from '@ingresskit/resources';
import type { Route } from '@ingresskit/route-table';
import { fieldOf } from '@ingresskit/route-table';
import { routeDiagnostics } from './diagnostics.ts';

/**
 * Where the profile says so, one pattern among the routes of a host makes a pattern of every other path of the host: anchored at its start, open at its
 * end, of the path's own text (ingress-nginx.md §1.7). It takes all Ingresses of the host to know, so it is settled here and not by a family.
 */
export function inPatternMode(host: string, routes: readonly Route[], rules: PathRules, diagnostics: Diagnostic[]): readonly Route[] {
  const cause = rules.regexScope === 'host' ? routes.find(({ path }) => path.kind === 'regex') : undefined;
  if (cause === undefined) return routes;
  const told = new Set<string>();
  const exact = new Set(routes.filter(({ pathType }) => pathType === 'Exact').map(({ pathText }) => pathText));
  return routes.map((route) => {
    if (route.provenance.origin !== 'path') return route;
    const isPlain = route.path.kind !== 'regex';
    const value = isPlain ? plainText(route, exact) : route.path.value;
    const compiled = compilePattern(value, { end: 'open', ignoreCase: rules.regexIgnoresCase });
    if (!compiled.ok) {
      diagnostics.push(notAPattern(host, route, cause, compiled.problem));
      return route;
    }
    const ingress = formatRef(route.provenance.ingress);
    if (isPlain && !told.has(ingress)) {
      told.add(ingress);
      diagnostics.push(readAsPattern(host, route, cause));
    }
    return Object.freeze({
      ...route,
      path: Object.freeze({ kind: 'regex', value, end: 'open', ...(rules.regexIgnoresCase ? { ignoreCase: true as const } : {}) }),
    });
  });
}

/** A plain prefix stands for what lies below it and for itself; the second part belongs to an exact path of the same text (ingress-nginx.md §1.5, §1.7). */
function plainText({ path, pathText }: Route, exact: ReadonlySet<string>): string {
  const leavesItself = path.kind === 'prefix' && exact.has(pathText) && !pathText.endsWith('/');
  return leavesItself ? `${pathText}/` : pathText;
}

function readAsPattern(host: string, route: Route, cause: Route): Diagnostic {
  return routeDiagnostics.make('read-as-pattern', {
    object: route.provenance.ingress,
    path: fieldOf(route.provenance),
    message: `Host "${host}" has patterns, so the plain paths of this Ingress are patterns there too: ${quote(route.pathText)} serves every path that begins with it.`,
    help: 'End paths that are meant exactly with "$", or give the patterns a host of their own.',
    related: [{ object: cause.provenance.ingress, path: fieldOf(cause.provenance), message: 'This path is a pattern.' }],
    data: { host, path: route.pathText },
  });
}

function notAPattern(host: string, route: Route, cause: Route, problem: { readonly message: string; readonly help?: string }): Diagnostic {
  return routeDiagnostics.make('not-a-pattern', {
    object: route.provenance.ingress,
    path: fieldOf(route.provenance),
    message: `Host "${host}" has patterns, and ${quote(route.pathText)} ${problem.message}; it is compared as before.`,
    ...(problem.help === undefined ? {} : { help: problem.help }),
    related: [{ object: cause.provenance.ingress, path: fieldOf(cause.provenance), message: 'This path is a pattern.' }],
    data: { host, path: route.pathText },
  });
}
