import type { PersistentMap } from '@ingresskit/resources';
import { canonicalJson } from '@ingresskit/resources';
import type { Route } from './route.ts';
import { routeId } from './route.ts';
import type { RouteTable } from './table.ts';
import type { VirtualHost } from './virtual-host.ts';

/** One structural difference between two tables. */
export interface TableChange {
  readonly change: 'added' | 'removed' | 'changed';
  /** What it is about. */
  readonly what: 'host' | 'route' | 'host-setting' | 'order' | 'backend' | 'endpoints' | 'gateway' | 'profile';
  /** Host name, `host routeId`, or backend key. */
  readonly name: string;
  /** The fields that differ, for `changed`. */
  readonly fields?: readonly string[];
  readonly before?: unknown;
  readonly after?: unknown;
}

/**
 * The structural differences between two tables, sorted by name. Parts that the tables share by identity are skipped without a look, so the diff
 * of two versions of one table costs what changed.
 */
export function diffTables(before: RouteTable, after: RouteTable): readonly TableChange[] {
  const changes: TableChange[] = [];
  for (const field of ['profile', 'phases', 'request'] as const) compareField('profile', field, before[field], after[field], changes);
  for (const field of ['sources', 'addressLists', 'denied'] as const)
    compareField('gateway', field, before.gateway[field], after.gateway[field], changes);
  diffMaps(before.hosts, after.hosts, (name, a, b) => {
    if (a === undefined) changes.push({ change: 'added', what: 'host', name, after: b });
    else if (b === undefined) changes.push({ change: 'removed', what: 'host', name, before: a });
    else diffHosts(name, a, b, changes);
  });
  for (const what of ['backend', 'endpoints'] as const) {
    const field = what === 'backend' ? 'backends' : 'endpoints';
    diffMaps<unknown>(before[field], after[field], (name, a, b) => {
      if (same(a, b)) return;
      changes.push(change(what, name, a, b));
    });
  }
  return changes;
}

function change(what: TableChange['what'], name: string, before: unknown, after: unknown, fields?: readonly string[]): TableChange {
  const kind = before === undefined ? 'added' : after === undefined ? 'removed' : 'changed';
  return {
    change: kind,
    what,
    name,
    ...(fields === undefined ? {} : { fields }),
    ...(before === undefined ? {} : { before }),
    ...(after === undefined ? {} : { after }),
  };
}

function compareField(what: TableChange['what'], name: string, before: unknown, after: unknown, changes: TableChange[]): void {
  if (!same(before, after)) changes.push(change(what, name, before, after));
}

function diffMaps<V>(
  before: PersistentMap<V>,
  after: PersistentMap<V>,
  visit: (key: string, a: V | undefined, b: V | undefined) => void,
): void {
  if (before === after) return;
  const keys = new Set<string>();
  for (const [key, value] of before) if (after.get(key) !== value) keys.add(key);
  for (const [key, value] of after) if (before.get(key) !== value) keys.add(key);
  for (const key of [...keys].sort()) visit(key, before.get(key), after.get(key));
}

function diffHosts(name: string, a: VirtualHost, b: VirtualHost, changes: TableChange[]): void {
  for (const field of ['policies', 'tls', 'denied'] as const) {
    if (!same(a[field], b[field])) changes.push(change('host-setting', `${name} ${field}`, a[field], b[field]));
  }
  const before = byId(a.routes);
  const after = byId(b.routes);
  for (const id of [...new Set([...before.keys(), ...after.keys()])].sort()) {
    const left = before.get(id);
    const right = after.get(id);
    if (left === right) continue;
    const fields = left === undefined || right === undefined ? undefined : differingFields(left, right);
    if (fields === undefined || fields.length > 0) changes.push(change('route', `${name} ${id}`, left, right, fields));
  }
  const order = (routes: readonly Route[], other: ReadonlyMap<string, Route>): readonly string[] =>
    routes.map(routeId).filter((id) => other.has(id));
  const orderBefore = order(a.routes, after);
  const orderAfter = order(b.routes, before);
  if (!same(orderBefore, orderAfter)) changes.push(change('order', name, orderBefore, orderAfter));
}

function byId(routes: readonly Route[]): Map<string, Route> {
  return new Map(routes.map((route) => [routeId(route), route]));
}

function differingFields(a: Route, b: Route): readonly string[] {
  const fields = new Set([...Object.keys(a), ...Object.keys(b)]);
  return [...fields].filter((field) => !same(a[field as keyof Route], b[field as keyof Route])).sort();
}

function same(a: unknown, b: unknown): boolean {
  return a === b || canonicalJson(a) === canonicalJson(b);
}
