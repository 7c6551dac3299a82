import { type Clock, systemClock } from './clock.ts';
import { TokenBucket } from './token-bucket.ts';

/** How a queue paces itself. Times in milliseconds. */
export interface WorkQueueOptions {
  readonly clock?: Clock;
  /** First wait of a key that failed; doubles with each failure. Default 5. */
  readonly initialDelay?: number;
  /** Longest wait of a key; default 1,000,000. */
  readonly maxDelay?: number;
  /** Failures of all keys together that may be tried again in a second; default 10. */
  readonly rate?: number;
  /** … and at once; default 100. */
  readonly burst?: number;
  /** Keys of one group take turns with those of other groups. Default: the part before `/`, the namespace. */
  readonly groupOf?: (key: string) => string;
}

/** A key that was taken from a queue. `done` must be called, whatever became of it. */
export interface WorkItem {
  readonly key: string;
  done(): void;
}

/**
 * Keys that need work. A key waits at most once, and is worked on by one worker at a time: what comes meanwhile makes it wait once more. Groups take
 * turns, so a namespace with ten thousand changes does not hold up one with a single change.
 */
export class WorkQueue {
  readonly #options: Required<WorkQueueOptions>;
  readonly #groups = new Map<string, Set<string>>();
  readonly #waiting = new Set<string>();
  readonly #active = new Set<string>();
  readonly #again = new Set<string>();
  readonly #delayed = new Map<string, { readonly at: number; readonly cancel: () => void }>();
  readonly #failures = new Map<string, number>();
  readonly #takers: ((item: WorkItem | undefined) => void)[] = [];
  readonly #idlers: (() => void)[] = [];
  readonly #bucket: TokenBucket;
  #isShut = false;

  constructor(options: WorkQueueOptions = {}) {
    this.#options = {
      clock: systemClock,
      initialDelay: 5,
      maxDelay: 1_000_000,
      rate: 10,
      burst: 100,
      groupOf: (key) => key.slice(0, Math.max(0, key.indexOf('/'))),
      ...options,
    };
    const { clock, burst, rate } = this.#options;
    this.#bucket = new TokenBucket(clock, burst, 1000 / rate);
  }

  /** Keys that wait, without those of a later time. */
  get depth(): number {
    return this.#waiting.size;
  }

  /** Keys that are being worked on. */
  get active(): number {
    return this.#active.size;
  }

  /** The key needs work. */
  add(key: string): void {
    if (this.#isShut) return;
    if (this.#active.has(key)) {
      this.#again.add(key);
      return;
    }
    if (this.#waiting.has(key)) return;
    this.#waiting.add(key);
    const group = this.#options.groupOf(key);
    const keys = this.#groups.get(group);
    if (keys === undefined) this.#groups.set(group, new Set([key]));
    else keys.add(key);
    this.#serve();
  }

  /** The key needs work after so long; of several times the earliest counts. */
  addAfter(key: string, ms: number): void {
    if (this.#isShut) return;
    if (ms <= 0) {
      this.add(key);
      return;
    }
    const at = this.#options.clock.now() + ms;
    const known = this.#delayed.get(key);
    if (known !== undefined && known.at <= at) return;
    known?.cancel();
    const cancel = this.#options.clock.timer(ms, () => {
      this.#delayed.delete(key);
      this.add(key);
    });
    this.#delayed.set(key, { at, cancel });
  }

  /** The key failed: it needs work after its own growing wait, and when the failures of all keys leave room. */
  addRateLimited(key: string): void {
    const { initialDelay, maxDelay } = this.#options;
    const failures = this.#failures.get(key) ?? 0;
    this.#failures.set(key, failures + 1);
    this.addAfter(key, Math.max(Math.min(initialDelay * 2 ** Math.min(failures, 40), maxDelay), this.#bucket.reserve()));
  }

  /** The key went well: its next failure waits as its first. */
  forget(key: string): void {
    this.#failures.delete(key);
  }

  /** How often the key failed in a row. */
  failuresOf(key: string): number {
    return this.#failures.get(key) ?? 0;
  }

  /** The next key; `undefined` once the queue is shut down and nothing waits. */
  take(): Promise<WorkItem | undefined> {
    return new Promise((resolve) => {
      this.#takers.push(resolve);
      this.#serve();
    });
  }

  /**
   * Works on keys until the queue is shut down. Work that rejects is repeated with growing waits; give `onFailure` to see why.
   *
   * @param workers how many keys at a time; default 1.
   */
  async run(
    work: (key: string) => Promise<void>,
    options: { readonly workers?: number; readonly onFailure?: (key: string, error: unknown) => void } = {},
  ): Promise<void> {
    const { workers = 1, onFailure = () => undefined } = options;
    const worker = async (): Promise<void> => {
      for (let item = await this.take(); item !== undefined; item = await this.take()) {
        try {
          await work(item.key);
          this.forget(item.key);
        } catch (error) {
          this.addRateLimited(item.key);
          onFailure(item.key, error);
        } finally {
          item.done();
        }
      }
    };
    await Promise.all(Array.from({ length: workers }, worker));
  }

  /**
   * Takes no more keys and forgets those of a later time. With `drain` what waits is still worked on. Resolves when nothing is being worked on; so call
   * it from outside the workers.
   */
  shutDown({ drain = false }: { readonly drain?: boolean } = {}): Promise<void> {
    this.#isShut = true;
    for (const { cancel } of this.#delayed.values()) cancel();
    this.#delayed.clear();
    if (!drain) {
      this.#again.clear();
      this.#waiting.clear();
      this.#groups.clear();
    }
    this.#serve();
    return new Promise((resolve) => {
      this.#idlers.push(resolve);
      this.#checkIdle();
    });
  }

  #serve(): void {
    while (this.#takers.length > 0) {
      const key = this.#next();
      if (key === undefined) break;
      this.#active.add(key);
      this.#takers.shift()?.({ key, done: () => this.#finish(key) });
    }
    // With keys still active, one of them may come again.
    if (this.#isShut && this.#waiting.size === 0 && this.#again.size === 0) for (const taker of this.#takers.splice(0)) taker(undefined);
  }

  #next(): string | undefined {
    const [first] = this.#groups;
    if (first === undefined) return undefined;
    const [group, keys] = first;
    const [key] = keys;
    this.#groups.delete(group);
    if (key === undefined) return undefined;
    keys.delete(key);
    // To the end of the row, with what the group has left.
    if (keys.size > 0) this.#groups.set(group, keys);
    this.#waiting.delete(key);
    return key;
  }

  #finish(key: string): void {
    if (!this.#active.delete(key)) return;
    if (this.#again.delete(key)) {
      const isShut = this.#isShut;
      this.#isShut = false;
      this.add(key);
      this.#isShut = isShut;
    }
    this.#serve();
    this.#checkIdle();
  }

  #checkIdle(): void {
    if (this.#active.size === 0 && this.#waiting.size === 0) for (const idler of this.#idlers.splice(0)) idler();
  }
}
