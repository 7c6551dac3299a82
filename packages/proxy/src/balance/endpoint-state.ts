import type { Endpoint } from '../endpoint.ts';
import { endpointKey } from '../endpoint.ts';

/** All that is remembered about an endpoint. */
export interface EndpointState {
  readonly key: string;
  endpoint: Endpoint;
  /** Requests in flight. */
  active: number;
  /** The running credit of smooth weighted round robin. */
  credit: number;
  /** Mean time to the first byte in milliseconds; `undefined` before the first answer. */
  latencyMs: number | undefined;
  latencyAt: number;
  /** When it joined the list: warm-up begins here, again each time it comes back. */
  since: number;
  /** When it was last in a list. */
  seen: number;
  /** Connection failures in a row. */
  failures: number;
  ejections: number;
  ejectedUntil: number;
}

/** How long an absent endpoint is remembered: readiness flaps and rolling restarts are shorter. */
const retentionMs = 600_000;

/** The states of the endpoints of one backend, kept across lists. */
export class EndpointStates {
  readonly #states = new Map<string, EndpointState>();
  #list: readonly Endpoint[] = [];
  #present: readonly EndpointState[] = [];

  /** The states of a list, in its order, without repeated addresses. */
  present(list: readonly Endpoint[], now: number): readonly EndpointState[] {
    if (list === this.#list || isSame(list, this.#list)) return this.#present;
    const before = new Set(this.#present);
    const present = new Set<EndpointState>();
    for (const endpoint of list) {
      const state = this.#stateOf(endpoint, now);
      if (!present.has(state) && !before.has(state)) state.since = now;
      state.endpoint = endpoint;
      present.add(state);
    }
    for (const state of this.#present) state.seen = now;
    for (const state of present) state.seen = now;
    for (const [key, state] of this.#states) {
      if (!present.has(state) && state.active === 0 && now - state.seen > retentionMs) this.#states.delete(key);
    }
    this.#list = list;
    this.#present = [...present];
    return this.#present;
  }

  /** Every remembered state, absent endpoints included. */
  all(): Iterable<EndpointState> {
    return this.#states.values();
  }

  #stateOf(endpoint: Endpoint, now: number): EndpointState {
    const key = endpointKey(endpoint);
    let state = this.#states.get(key);
    if (state === undefined) {
      state = {
        key,
        endpoint,
        active: 0,
        credit: 0,
        latencyMs: undefined,
        latencyAt: now,
        since: now,
        seen: now,
        failures: 0,
        ejections: 0,
        ejectedUntil: Number.NEGATIVE_INFINITY,
      };
      this.#states.set(key, state);
    }
    return state;
  }
}

function isSame(a: readonly Endpoint[], b: readonly Endpoint[]): boolean {
  return a.length === b.length && a.every((endpoint, index) => endpoint === b[index]);
}
