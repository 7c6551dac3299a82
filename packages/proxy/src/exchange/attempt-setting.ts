import type { Readable } from 'node:stream';
import type { RetryBudget, RetrySetting } from '../retry/index.ts';
import type { Core } from './core.ts';

/** What is tried. */
interface Tried {
  readonly body: Readable | Uint8Array | undefined;
  /** Endpoints of the backend. */
  readonly places: number;
}

/** What decides beside a policy whether a request is tried again. A class, since an object literal with a getter costs a hidden class of its own for each request. */
export class AttemptSetting implements RetrySetting {
  readonly method: string;
  readonly budget: RetryBudget;
  readonly now: () => number;
  readonly random: () => number;
  readonly #attempts: Tried;

  constructor({ budget, now, random }: Core, method: string, attempts: Tried) {
    this.method = method;
    this.budget = budget;
    this.now = now;
    this.random = random;
    this.#attempts = attempts;
  }

  get isReplayable(): boolean {
    const { body } = this.#attempts;
    return body === undefined || body instanceof Uint8Array;
  }

  get places(): number {
    return this.#attempts.places;
  }
}
