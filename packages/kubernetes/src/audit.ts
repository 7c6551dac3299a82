import { keyOf } from './api-object.ts';
import type { Clock } from './clock.ts';
import type { ObjectStore, Stored } from './object-store.ts';
import { compareVersions } from './resource-version.ts';

/** Says when a copy is due to be compared with a full list. */
export class AuditPlan {
  readonly #clock: Clock;
  readonly #random: () => number;
  readonly #interval: number;
  #dueAt = Number.POSITIVE_INFINITY;

  constructor(clock: Clock, random: () => number, interval: number) {
    this.#clock = clock;
    this.#random = random;
    this.#interval = interval;
    this.#plan();
  }

  /** True once for each interval. */
  takeDue(): boolean {
    if (this.#clock.now() < this.#dueAt) return false;
    this.#plan();
    return true;
  }

  #plan(): void {
    // Stretched at random, so that the collections of one process, and its replicas, do not list together.
    if (this.#interval > 0) this.#dueAt = this.#clock.now() + this.#interval * (1 + this.#random());
  }
}

/** How many objects of a list a store should have known by the version it had seen, and did not; and how many it has that are gone. */
export function driftOf<T extends Stored>(store: ObjectStore<T>, listed: readonly T[], seen: string): number {
  const present = new Set(listed.map(({ metadata }) => keyOf(metadata)));
  const missed = listed.filter(({ metadata }) => {
    const version = metadata.resourceVersion ?? '';
    return (compareVersions(version, seen) ?? 1) <= 0 && store.get(keyOf(metadata))?.metadata.resourceVersion !== version;
  });
  const gone = [...store.values()].filter(({ metadata }) => !present.has(keyOf(metadata)));
  return missed.length + gone.length;
}
