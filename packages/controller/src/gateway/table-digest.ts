import { createHash } from 'node:crypto';
import { canonicalJson, type PersistentMap } from '@ingresskit/resources';
import type { RouteTable } from 'ingresskit';

/** Names a table: replicas that serve the same have the same digests. */
export interface TableDigest {
  /** Of everything below. */
  readonly table: string;
  /** Hosts, routes, policies and gateway settings. */
  readonly routes: string;
  /** Endpoints, which replicas may see some moments apart. */
  readonly endpoints: string;
}

/**
 * Computes digests of successive tables. What two tables share is hashed once, so the next digest costs one pass over the names, not one over all
 * policies. Credentials are left out, as in the table's JSON form: a digest may be shown to whoever may see the metrics.
 */
export class TableDigester {
  // By identity: tables share what did not change.
  readonly #known = new WeakMap<object, string>();
  #last: { readonly table: RouteTable; readonly digest: TableDigest } | undefined;

  digestOf(table: RouteTable): TableDigest {
    if (this.#last?.table === table) return this.#last.digest;
    const { format, profile, phases, request, gateway } = table;
    const routes = createHash('sha256')
      .update(canonicalJson(plain({ format, profile, phases, request, gateway })))
      .update(this.#hashOf(table.hosts))
      .update(this.#hashOf(table.backends))
      .digest('hex');
    const endpoints = this.#hashOf(table.endpoints);
    const digest = { table: sha256(`${routes} ${endpoints}`), routes, endpoints };
    this.#last = { table, digest };
    return digest;
  }

  #hashOf(map: PersistentMap<object>): string {
    const known = this.#known.get(map);
    if (known !== undefined) return known;
    const hash = createHash('sha256');
    for (const [key, value] of map.sortedEntries()) hash.update(`${JSON.stringify(key)}${this.#hashOfValue(value)}`);
    const digest = hash.digest('hex');
    this.#known.set(map, digest);
    return digest;
  }

  #hashOfValue(value: object): string {
    let digest = this.#known.get(value);
    if (digest === undefined) {
      digest = sha256(canonicalJson(plain(value)));
      this.#known.set(value, digest);
    }
    return digest;
  }
}

/** The digests of one table. */
export function digestOf(table: RouteTable): TableDigest {
  return new TableDigester().digestOf(table);
}

/** As JSON has it, with credentials replaced by their names. */
function plain(value: object): unknown {
  return JSON.parse(JSON.stringify(value));
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
