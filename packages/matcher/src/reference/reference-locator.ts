import type { CanonicalRequest } from '@ingresskit/annotations';
import { compilePattern } from '@ingresskit/annotations';
import type { PathMatch, RouteTable, VirtualHost } from '@ingresskit/route-table';
import { pathToRegexp, stringify } from 'path-to-regexp';
import { foldAscii } from '../host-index.ts';
import type { Location, Locator } from '../locator.ts';
import { predicatesHold } from '../predicates.ts';

/**
 * The rules of matching, written to be read: every host in turn from the narrowest to the widest, every route in order, the first that matches.
 * Slow on purpose; property tests hold the indexed locator to it.
 */
export function createReferenceLocator(): Locator {
  return {
    name: 'reference',
    locate(table: RouteTable, request: CanonicalRequest): Location | undefined {
      const candidates = [...table.hosts.values()]
        .filter((host) => hostCovers(host.host, request.host, table.request.wildcardDepth))
        .sort((a, b) => specificity(b.host) - specificity(a.host));
      for (const host of candidates) {
        const index = firstRoute(host, request);
        if (index >= 0) return { host, index };
        if (!table.request.hostFallback) return undefined;
      }
      return undefined;
    },
  };
}

/** Whether a host pattern of the table covers a request's host. */
export function hostCovers(pattern: string, host: string, wildcardDepth: 'any' | 'single'): boolean {
  if (pattern === '*' || pattern === host) return true;
  if (!pattern.startsWith('*.')) return false;
  const wanted = pattern.split('.').slice(1);
  const labels = host.split('.');
  const extra = labels.length - wanted.length;
  if (extra < 1 || (wildcardDepth === 'single' && extra > 1)) return false;
  return wanted.every((label, position) => labels[position + extra] === label);
}

/** Exact hosts before wildcards, wildcards with more labels before those with fewer, `*` last. */
function specificity(pattern: string): number {
  if (pattern === '*') return 0;
  return pattern.startsWith('*.') ? pattern.split('.').length : Number.POSITIVE_INFINITY;
}

function firstRoute({ routes }: VirtualHost, request: CanonicalRequest): number {
  return routes.findIndex(({ path, predicates }) => pathMatches(path, request.path) && predicatesHold(predicates, request));
}

/** Whether a path match covers a canonical path. */
export function pathMatches({ kind, value, end, ignoreCase }: PathMatch, path: string): boolean {
  if (kind === 'regex') {
    const compiled = compilePattern(value, { end: end ?? 'open', ignoreCase: ignoreCase === true });
    return compiled.ok && compiled.pattern.test(path);
  }
  const subject = ignoreCase === true ? foldAscii(path) : path;
  const text = ignoreCase === true ? foldAscii(value) : value;
  // A prefix that ends with a slash, the root above all, covers whatever begins with it; path-to-regexp would ask for one more element.
  if (kind === 'prefix' && text.endsWith('/')) return subject.startsWith(text);
  const literal = stringify({ tokens: [{ type: 'text', value: text }] });
  return pathToRegexp(literal, { end: kind === 'exact', trailing: false, sensitive: true }).regexp.test(subject);
}
