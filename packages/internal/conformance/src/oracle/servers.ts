import type { Ingress, IngressBackend } from '@ingresskit/resources';
import { annotation, flag } from './annotations.ts';

/** Where requests of a location go. */
export type Destination = { readonly service: string; readonly namespace: string; readonly port: number } | 'default';

/** One location of a server, as the controller knows it before it writes nginx's configuration. */
export interface Location {
  readonly path: string;
  readonly isExact: boolean;
  readonly destination: Destination;
  /** Whose annotations hold. Absent for the controller's own default location. */
  readonly ingress: Ingress | undefined;
  /** The path of the rule it was made of; `/` for what no rule has. */
  readonly rulePath: string;
  /** No rule made it: it stands for every path that no rule has. */
  readonly isPlaceholder?: true;
  /** On the default location of unknown hosts, redirects and rewrites do not hold (ingress-nginx.md §1.1). */
  readonly isCatchAll?: true;
}

/** A server: one host, all of its locations in the order in which they are written. */
export interface Server {
  /** `_` for unknown hosts. */
  readonly host: string;
  readonly locations: readonly Location[];
  /** Every location is a pattern (§1.7). */
  readonly inPatternMode: boolean;
  readonly appRoot: string | undefined;
  /** Some Ingress of the host has a TLS section (§11). */
  readonly hasTls: boolean;
}

/** Oldest first; of the same age, the larger name first (§0 step 3). */
function byAge(a: Ingress, b: Ingress): number {
  const [timeA, timeB] = [a, b].map(({ metadata }) => Date.parse(metadata.creationTimestamp ?? ''));
  if (timeA !== timeB) return (timeA ?? 0) - (timeB ?? 0);
  const [nameA, nameB] = [a, b].map(({ metadata }) => `${metadata.namespace}/${metadata.name}`) as [string, string];
  return nameA < nameB ? 1 : -1;
}

function destinationOf({ metadata }: Ingress, backend: IngressBackend | undefined): Destination {
  const service = backend?.service;
  if (service === undefined) return 'default';
  return { namespace: metadata.namespace, service: service.name, port: service.port?.number ?? 0 };
}

/** Servers of a set of Ingresses, from the facts of ingress-nginx.md §1: nothing of the compiler is used. */
export function serversOf(ingresses: readonly Ingress[]): readonly Server[] {
  const inOrder = [...ingresses].sort(byAge);
  const owners = new Map<string, Ingress[]>([['_', []]]);
  for (const ingress of inOrder) {
    for (const { host = '' } of ingress.spec?.rules ?? []) {
      const key = host === '' ? '_' : host;
      const known = owners.get(key) ?? [];
      owners.set(key, known);
      if (!known.includes(ingress)) known.push(ingress);
    }
  }
  return [...owners].sort(([a], [b]) => (a < b ? -1 : 1)).map(([host, all]) => serverOf(host, all, inOrder));
}

function serverOf(host: string, owners: readonly Ingress[], everything: readonly Ingress[]): Server {
  const locations: Location[] = [placeholder(host, owners, everything)];
  for (const ingress of owners) {
    for (const rule of ingress.spec?.rules ?? []) {
      if ((rule.host === undefined || rule.host === '' ? '_' : rule.host) !== host) continue;
      for (const { path: written = '', pathType, backend } of rule.http?.paths ?? []) {
        const path = written === '' ? '/' : written;
        add(locations, { path, isExact: pathType === 'Exact', destination: destinationOf(ingress, backend), ingress, rulePath: path });
      }
    }
  }
  const inPatternMode = locations.some(isPattern);
  // §1.8: the longest text first, then the larger text; what is equal stays in the order of creation.
  const sorted = locations
    .map((location, index) => ({ location, index }))
    .sort((a, b) => b.location.path.length - a.location.path.length || compareText(b.location.path, a.location.path) || a.index - b.index)
    .map(({ location }) => location);
  const appRootOwner = owners.find((ingress) => annotation(ingress, 'app-root') !== undefined);
  return {
    host,
    locations: expand(sorted, inPatternMode),
    inPatternMode,
    appRoot: appRootOwner === undefined ? undefined : annotation(appRootOwner, 'app-root'),
    hasTls: host !== '_' && owners.some(({ spec }) => (spec?.tls ?? []).length > 0),
  };
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** §1.1: the location of every path that no rule has. */
function placeholder(host: string, owners: readonly Ingress[], everything: readonly Ingress[]): Location {
  const place = { path: '/', isExact: false, rulePath: '/', isPlaceholder: true } as const;
  if (host === '_') {
    const catchAll = everything.find(({ spec }) => spec?.defaultBackend !== undefined && (spec.rules ?? []).length === 0);
    if (catchAll === undefined) return { ...place, destination: 'default', ingress: undefined };
    return { ...place, destination: destinationOf(catchAll, catchAll.spec?.defaultBackend), ingress: catchAll, isCatchAll: true };
  }
  const [oldest] = owners;
  return { ...place, destination: oldest === undefined ? 'default' : destinationOf(oldest, oldest.spec?.defaultBackend), ingress: oldest };
}

/** §1.4: the oldest keeps a path and type; the placeholder, which is the first, gives way to the first prefix `/`. */
function add(locations: Location[], location: Location): void {
  const at = locations.findIndex(({ path, isExact }) => path === location.path && isExact === location.isExact);
  if (at < 0) locations.push(location);
  else if (locations[at]?.isPlaceholder === true) locations[at] = location;
}

/** Whether a location alone would make patterns of all locations of its host (§1.7). */
function isPattern({ ingress, path, isCatchAll }: Location): boolean {
  if (ingress === undefined) return false;
  if (flag(ingress, 'use-regex', false)) return isCatchAll !== true;
  const target = annotation(ingress, 'rewrite-target');
  return isCatchAll !== true && target !== undefined && target !== path;
}

/** §1.5: a plain prefix is what lies below it, and itself where no exact path is the same. */
function expand(locations: readonly Location[], inPatternMode: boolean): readonly Location[] {
  const exact = new Set(locations.filter(({ isExact }) => isExact).map(({ path }) => path));
  const expanded: Location[] = [];
  for (const location of locations) {
    if (location.isExact || location.path === '/' || isPattern(location)) {
      expanded.push(location);
      continue;
    }
    const below = location.path.endsWith('/') ? location.path : `${location.path}/`;
    expanded.push({ ...location, path: below });
    if (!exact.has(location.path)) expanded.push({ ...location, isExact: true });
  }
  return inPatternMode ? expanded : withoutRepeats(expanded);
}

/** §1.4 and §18.5: of two prefixes that come to one location, that of the longer path holds. It stands first. */
function withoutRepeats(locations: readonly Location[]): readonly Location[] {
  const known = new Set<string>();
  return locations.filter(({ path, isExact }) => {
    const key = `${isExact ? '=' : ''}${path}`;
    if (known.has(key)) return false;
    known.add(key);
    return true;
  });
}
