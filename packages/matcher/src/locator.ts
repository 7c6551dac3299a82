import type { CanonicalRequest } from '@ingresskit/annotations';
import type { RouteTable, VirtualHost } from '@ingresskit/route-table';

/** A route of a virtual host, by its place in the order. */
export interface Location {
  readonly host: VirtualHost;
  readonly index: number;
}

/** Finds the route of a request. Two implementations answer alike: a readable one and a fast one. */
export interface Locator {
  readonly name: string;
  /** The first route in order that matches on the narrowest host that has one; `undefined` when none does. */
  locate(table: RouteTable, request: CanonicalRequest): Location | undefined;
}

/** Host names that can serve a request's host, narrowest first: itself, then wildcards with ever fewer labels, then `*`. */
export function* hostNames(host: string, wildcardDepth: 'any' | 'single'): Generator<string, undefined, undefined> {
  yield host;
  let dot = host.indexOf('.');
  while (dot >= 0) {
    yield `*${host.slice(dot)}`;
    if (wildcardDepth === 'single') break;
    dot = host.indexOf('.', dot + 1);
  }
  yield '*';
}
