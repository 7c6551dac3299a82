import { type BandwidthLimitPolicy, bytesAllowed } from '@ingresskit/families';

/** Holds a response to a rate: the bytes that may have been sent grow with every second. */
export class Throttle {
  readonly #policy: BandwidthLimitPolicy;
  readonly #now: () => number;
  readonly #began: number;
  #sent = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(policy: BandwidthLimitPolicy, now: () => number) {
    this.#policy = policy;
    this.#now = now;
    this.#began = now();
  }

  /** Counts what was sent; true when more may follow at once. Otherwise `resume` is called when it may. */
  sent(bytes: number, resume: () => void): boolean {
    this.#sent += bytes;
    const elapsed = this.#now() - this.#began;
    if (this.#sent < bytesAllowed(this.#policy, elapsed)) return true;
    // Allowances grow by whole seconds; one piece may have used up several of them.
    const seconds = Math.max(1, Math.ceil((this.#sent - this.#policy.afterBytes) / this.#policy.bytesPerSecond));
    clearTimeout(this.#timer);
    this.#timer = setTimeout(resume, Math.max(1, seconds * 1_000 - elapsed));
    return false;
  }

  close(): void {
    clearTimeout(this.#timer);
  }
}
