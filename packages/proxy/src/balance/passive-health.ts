import type { EndpointState } from './endpoint-state.ts';

/** When an endpoint that cannot be connected to is left out, and for how long. */
export interface PassiveHealthOptions {
  /** Connection failures in a row that eject. Default 3. */
  readonly failures?: number;
  /** Length of the first ejection in milliseconds; each further one is twice as long. Default 1 000. */
  readonly baseMs?: number;
  /** Longest ejection in milliseconds. Default 60 000. */
  readonly longestMs?: number;
  /**
   * Where a smaller part of the endpoints than this is left, ejections are ignored: then the network, not the endpoints, is ill, and the few that are
   * left would be crushed. Default 0.5, in [0, 1].
   */
  readonly panicBelow?: number;
}

/** Ejects endpoints by what requests find out; it sends no probes. */
export class PassiveHealth {
  readonly #failures: number;
  readonly #baseMs: number;
  readonly #longestMs: number;
  readonly #panicBelow: number;

  constructor({ failures = 3, baseMs = 1_000, longestMs = 60_000, panicBelow = 0.5 }: PassiveHealthOptions = {}) {
    if (!(failures >= 1 && baseMs > 0 && longestMs >= baseMs && panicBelow >= 0 && panicBelow <= 1)) {
      throw new TypeError('passive health needs failures >= 1, 0 < baseMs <= longestMs and panicBelow in [0, 1]');
    }
    this.#failures = failures;
    this.#baseMs = baseMs;
    this.#longestMs = longestMs;
    this.#panicBelow = panicBelow;
  }

  /** Those that may be chosen: never none of some. */
  usable(states: readonly EndpointState[], now: number): readonly EndpointState[] {
    let ejected = 0;
    for (const state of states) if (isEjected(state, now)) ejected += 1;
    if (ejected === 0) return states;
    const left = states.length - ejected;
    return left === 0 || left / states.length < this.#panicBelow ? states : states.filter((state) => !isEjected(state, now));
  }

  recordConnectFailure(state: EndpointState, now: number): void {
    state.failures += 1;
    // Failures of requests that were already under way when it was ejected must not lengthen the ejection.
    if (state.failures < this.#failures || isEjected(state, now)) return;
    state.ejectedUntil = now + this.#lengthOf(state.ejections);
    state.ejections += 1;
  }

  /** A connection came about. The next ejection is as short as the first only after a time of health as long as the last one. */
  recordConnection(state: EndpointState, now: number): void {
    state.failures = 0;
    if (state.ejections > 0 && now - state.ejectedUntil >= this.#lengthOf(state.ejections - 1)) state.ejections = 0;
  }

  #lengthOf(earlier: number): number {
    return Math.min(this.#longestMs, this.#baseMs * 2 ** Math.min(earlier, 40));
  }
}

/** Whether an endpoint is left out now. */
export function isEjected({ ejectedUntil }: EndpointState, now: number): boolean {
  return now < ejectedUntil;
}
