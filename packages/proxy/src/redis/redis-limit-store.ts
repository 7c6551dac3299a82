import { createHash, randomUUID } from 'node:crypto';
import type { ConcurrencyCounter, ConcurrencyQuestion, RateAnswer, RateCounter, RateLimitQuestion } from '@ingresskit/families';
import { BoundedMap } from '@ingresskit/resources';
import type { Admission, LimitStore, Soon } from '../limits/index.ts';
import { Circuit, type CircuitOptions, MemoryLimitStore } from '../limits/index.ts';
import { gcraOf } from './gcra-of.ts';
import { LeaseBook } from './lease-book.ts';
import type { RedisCommands } from './redis-commands.ts';
import { DeadlineError, runScript, within } from './redis-commands.ts';
import { readPosition, readRateReply } from './replies.ts';
import { enterScript, rateScript } from './scripts.ts';

/** How a question to the shared store ended; for metrics. `local`: it was not asked, because it is away or the answer was known. */
export type StoreOutcome = 'ok' | 'over-limit' | 'error' | 'timeout' | 'local';

/**
 * What becomes of requests while the shared store is away: each gateway counts for itself (`local`), the limit does not hold (`pass`), or the request stays
 * uncounted (`refuse`), which the policy's setting `whenUncounted` turns into a refusal by default.
 */
export type WhenAway = 'local' | 'pass' | 'refuse';

export interface RedisLimitStoreOptions {
  readonly client: RedisCommands;
  /** Before every key. Default `ingresskit:`. */
  readonly prefix?: string;
  /** While the store is away or late; one for all limits, or one for each counter, whose name begins with that of its annotation. Default `local`. */
  readonly whenAway?: WhenAway | ((counter: string) => WhenAway);
  /** The longest time that a request waits for the store. Default 30. */
  readonly deadlineMs?: number;
  /** How long the places of a gateway that died stay taken. Default 30 000. */
  readonly leaseMs?: number;
  readonly circuit?: CircuitOptions;
  /** How many gateways share the store: each allows its part of a limit while the store is away. Default 1, so each allows the whole. */
  readonly replicas?: number;
  /** Milliseconds of a clock that never goes back. Default `performance.now`. */
  readonly now?: () => number;
  readonly onOutcome?: (outcome: StoreOutcome) => void;
  /** Called on close; for what was opened for this store only. */
  readonly onClose?: () => Promise<void>;
}

/**
 * Counts what is `counted: 'gateway'` in Redis or Valkey, together with all other gateways, and the rest in this process. While the store is away each gateway
 * counts for itself, unless `whenAway` says otherwise, so that a limit still limits; no request waits for longer than the deadline.
 */
export class RedisLimitStore implements LimitStore {
  readonly #client: RedisCommands;
  readonly #prefix: string;
  readonly #deadlineMs: number;
  readonly #leaseMs: number;
  readonly #replicas: number;
  readonly #whenAway: (counter: string) => WhenAway;
  readonly #now: () => number;
  readonly #onOutcome: (outcome: StoreOutcome) => void;
  readonly #onClose: () => Promise<void>;
  readonly #circuit: Circuit;
  readonly #local: MemoryLimitStore;
  readonly #leases: LeaseBook;
  /** Until when a counter is known to be full: its requests need not ask. */
  readonly #fullUntil = new BoundedMap<number>(10_000);

  constructor(options: RedisLimitStoreOptions) {
    const { client, prefix = 'ingresskit:', deadlineMs = 30, leaseMs = 30_000, replicas = 1, now = () => performance.now() } = options;
    this.#client = client;
    this.#prefix = prefix;
    this.#deadlineMs = deadlineMs;
    this.#leaseMs = leaseMs;
    this.#replicas = replicas;
    const { whenAway = 'local' } = options;
    this.#whenAway = typeof whenAway === 'function' ? whenAway : () => whenAway;
    this.#now = now;
    this.#onOutcome = options.onOutcome ?? (() => undefined);
    this.#onClose = options.onClose ?? (() => Promise.resolve());
    this.#circuit = new Circuit(now, options.circuit);
    this.#local = new MemoryLimitStore({ now });
    this.#leases = new LeaseBook(client, leaseMs);
  }

  /** Whether the shared store is asked at present. */
  get isShared(): boolean {
    return this.#client.isReady && this.#circuit.state !== 'open';
  }

  count(question: RateLimitQuestion): Soon<RateAnswer> {
    const shared = question.counters.filter(isShared);
    if (shared.length === 0) return this.#local.count(question);
    const own = { ...question, counters: question.counters.filter((counter) => !isShared(counter)) };
    const refused = this.#local.peek(own);
    if (refused.verdict === 'exceeds') return { ...refused, index: indexIn(question.counters, own.counters, refused.index) };
    const full = this.#knownFull(shared);
    if (full !== undefined) {
      this.#onOutcome('local');
      return { verdict: 'exceeds', index: question.counters.indexOf(full.counter), retryAfterMs: full.retryAfterMs };
    }
    if (!this.#mayAsk()) return this.#countAlone(question);
    return this.#countShared(question, shared, own);
  }

  enter(question: ConcurrencyQuestion): Soon<Admission> {
    const shared = question.counters.filter(isShared);
    if (shared.length === 0) return this.#local.enter(question);
    const counters = question.counters.filter((counter) => !isShared(counter));
    const own = this.#local.enter({ ...question, counters });
    if (own.answer.verdict === 'exceeds') {
      return { answer: { verdict: 'exceeds', index: indexIn(question.counters, counters, own.answer.index) }, leave: own.leave };
    }
    if (this.#mayAsk()) return this.#enterShared(question, shared, own);
    own.leave();
    return this.#enterAlone(question);
  }

  async close(): Promise<void> {
    this.#leases.close();
    await this.#onClose();
  }

  async #countShared(question: RateLimitQuestion, shared: readonly RateCounter[], own: RateLimitQuestion): Promise<RateAnswer> {
    const keys = shared.map(({ counter }) => this.#keyOf('rate', counter));
    const values = shared.flatMap(({ limit }) => {
      const { intervalMicros, burst } = gcraOf(limit);
      return [String(intervalMicros), String(burst)];
    });
    let reply: ReturnType<typeof readRateReply>;
    try {
      reply = readRateReply(await within(this.#deadlineMs, runScript(this.#client, rateScript, keys, values)), keys.length);
    } catch (error) {
      this.#failed(error);
      return this.#countAlone(question);
    }
    this.#circuit.succeeded();
    const { position, microseconds } = reply;
    const counter = shared[position - 1];
    if (counter === undefined) {
      this.#onOutcome('ok');
      this.#local.count(own);
      return { verdict: 'passes' };
    }
    this.#onOutcome('over-limit');
    const retryAfterMs = Math.ceil(microseconds / 1000);
    this.#fullUntil.set(counter.counter, this.#now() + microseconds / 1000);
    return { verdict: 'exceeds', index: question.counters.indexOf(counter), retryAfterMs };
  }

  async #enterShared(question: ConcurrencyQuestion, shared: readonly ConcurrencyCounter[], own: Admission): Promise<Admission> {
    const keys = shared.map(({ counter }) => this.#keyOf('in-flight', counter));
    const lease = randomUUID();
    const asked = runScript(this.#client, enterScript, keys, [lease, String(this.#leaseMs), ...shared.map(({ most }) => String(most))]);
    let position: number;
    try {
      position = readPosition(await within(this.#deadlineMs, asked), keys.length);
    } catch (error) {
      this.#failed(error);
      // The places may have been taken after all, and this request knows nothing of them.
      asked.then(() => this.#leases.giveBack(lease, keys)).catch(() => undefined);
      own.leave();
      return this.#enterAlone(question);
    }
    this.#circuit.succeeded();
    const counter = shared[position - 1];
    if (counter !== undefined) {
      this.#onOutcome('over-limit');
      own.leave();
      return { answer: { verdict: 'exceeds', index: question.counters.indexOf(counter) }, leave: () => undefined };
    }
    this.#onOutcome('ok');
    this.#leases.hold(lease, keys);
    return {
      answer: { verdict: 'passes' },
      leave: () => {
        own.leave();
        this.#leases.release(lease);
      },
    };
  }

  #countAlone(question: RateLimitQuestion): RateAnswer {
    const counters = this.#countersAlone(question.counters);
    if (counters === undefined) return uncounted;
    const answer = this.#local.count({ ...question, counters: counters.map((counter) => this.#partOfRate(counter)) });
    return answer.verdict === 'exceeds' ? { ...answer, index: indexIn(question.counters, counters, answer.index) } : answer;
  }

  #enterAlone(question: ConcurrencyQuestion): Admission {
    const counters = this.#countersAlone(question.counters);
    if (counters === undefined) return { answer: uncounted, leave: () => undefined };
    const parts = counters.map((counter) => (isShared(counter) ? { ...counter, most: this.#partOf(counter.most) } : counter));
    const { answer, leave } = this.#local.enter({ ...question, counters: parts });
    return {
      answer: answer.verdict === 'exceeds' ? { ...answer, index: indexIn(question.counters, counters, answer.index) } : answer,
      leave,
    };
  }

  /** What is counted while the store is away; `undefined` where a limit rather refuses. */
  #countersAlone<C extends RateCounter | ConcurrencyCounter>(counters: readonly C[]): readonly C[] | undefined {
    if (counters.some((counter) => isShared(counter) && this.#whenAway(counter.counter) === 'refuse')) return undefined;
    return counters.filter((counter) => !isShared(counter) || this.#whenAway(counter.counter) === 'local');
  }

  #partOfRate(whole: RateCounter): RateCounter {
    if (!isShared(whole)) return whole;
    const { counter, limit } = whole;
    return {
      counter,
      limit: { ...limit, requests: this.#partOf(limit.requests), burst: limit.burst === 0 ? 0 : this.#partOf(limit.burst) },
    };
  }

  #partOf(whole: number): number {
    return Math.max(1, Math.floor(whole / this.#replicas));
  }

  #knownFull(shared: readonly RateCounter[]): { readonly counter: RateCounter; readonly retryAfterMs: number } | undefined {
    const now = this.#now();
    for (const counter of shared) {
      const until = this.#fullUntil.get(counter.counter);
      if (until !== undefined && until > now) return { counter, retryAfterMs: Math.ceil(until - now) };
    }
    return undefined;
  }

  #mayAsk(): boolean {
    const may = this.#client.isReady && this.#circuit.enter();
    if (!may) this.#onOutcome('local');
    return may;
  }

  #failed(error: unknown): void {
    this.#circuit.failed();
    this.#onOutcome(error instanceof DeadlineError ? 'timeout' : 'error');
  }

  /** A digest, since counters hold what clients send, at any length. */
  #keyOf(kind: string, counter: string): string {
    return `${this.#prefix}${kind}:${createHash('sha256').update(counter).digest('base64url')}`;
  }
}

const uncounted = { verdict: 'uncounted', why: 'the shared store of limits is away' } as const;

function indexIn<C>(counters: readonly C[], some: readonly C[], index: number): number {
  return counters.indexOf(some[index] as C);
}

function isShared(counter: RateCounter | ConcurrencyCounter): boolean {
  return ('limit' in counter ? counter.limit.counted : counter.counted) === 'gateway';
}
