import type { ForwardDecision } from './decision.ts';
import type { RouteWalk } from './route-walk.ts';

/** Hands back the object it was given: a class that extends it puts its private field on that object. */
class Given {
  constructor(object: object) {
    // biome-ignore lint/correctness/noConstructorReturn: this is how a private field gets onto an object of somebody else's.
    return object;
  }
}

/**
 * The walk that goes on when the backend has answered, as a private field of the decision it led to: nobody sees it, and it goes when the decision goes.
 * A `WeakMap` says the same at eighty times the cost, and what it holds outlives the young generation.
 */
class WaitingWalk extends Given {
  readonly #walk: RouteWalk;

  constructor(decision: ForwardDecision, walk: RouteWalk) {
    super(decision);
    this.#walk = walk;
  }

  static of(decision: object): RouteWalk | undefined {
    return #walk in decision ? decision.#walk : undefined;
  }
}

/** Remembers the walk behind a decision. Call it at most once for each. */
export function keepWalk(decision: ForwardDecision, walk: RouteWalk): void {
  new WaitingWalk(decision, walk);
}

/** The walk behind a decision, where a policy waits for the backend's answer. */
export function walkOf(decision: ForwardDecision): RouteWalk | undefined {
  return WaitingWalk.of(decision);
}
