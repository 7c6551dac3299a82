import { PersistentMap } from '@ingresskit/resources';
import type { ServiceEndpoints } from './endpoints.ts';
import type { GatewaySettings, RequestRules } from './gateway-settings.ts';
import type { Policies } from './policies.ts';
import { reviveSensitive } from './sensitive-json.ts';
import type { RouteTable } from './table.ts';
import type { VirtualHost } from './virtual-host.ts';

/** The JSON form of a table: everything sorted, so that equal tables have equal text. Sensitive values are left out by name. */
export interface RouteTableJson {
  readonly format: 1;
  readonly profile: string;
  readonly phases: readonly string[];
  readonly request: RequestRules;
  readonly gateway: GatewaySettings;
  readonly hosts: readonly VirtualHost[];
  readonly backends: Readonly<Record<string, Policies>>;
  readonly endpoints: Readonly<Record<string, ServiceEndpoints>>;
}

/**
 * The table as plain JSON values. Credentials become `{ "$sensitive": name }`: a table that was written down can be read, compared and
 * explained, and its gates that need the credentials stay shut.
 */
export function toJSON(table: RouteTable): RouteTableJson {
  return JSON.parse(
    JSON.stringify({
      format: table.format,
      profile: table.profile,
      phases: table.phases,
      request: table.request,
      gateway: table.gateway,
      hosts: table.hosts.sortedEntries().map(([, host]) => host),
      backends: toRecord(table.backends.sortedEntries()),
      endpoints: toRecord(table.endpoints.sortedEntries()),
    }),
  ) as RouteTableJson;
}

function toRecord<V>(entries: readonly (readonly [string, V])[]): Record<string, V> {
  // Service names cannot be "__proto__", and a record without a prototype would take it for data all the same.
  const record: Record<string, V> = Object.create(null) as Record<string, V>;
  for (const [key, value] of entries) record[key] = value;
  return record;
}

/**
 * The table that `toJSON` wrote. It trusts the shape of policies; each family checks its own values when it acts.
 *
 * @throws TypeError for another format: a table of a different version is a programmer's mistake, not user input.
 */
export function fromJSON(json: RouteTableJson): RouteTable {
  if (json?.format !== 1) throw new TypeError(`this is not a route table of format 1: ${String(json?.format)}`);
  const plain = reviveSensitive(json) as RouteTableJson;
  return Object.freeze({
    format: 1,
    profile: plain.profile,
    phases: plain.phases,
    request: plain.request,
    gateway: plain.gateway,
    hosts: PersistentMap.from(plain.hosts.map((host) => [host.host, host] as const)),
    backends: PersistentMap.from(Object.entries(plain.backends)),
    endpoints: PersistentMap.from(Object.entries(plain.endpoints)),
  });
}
