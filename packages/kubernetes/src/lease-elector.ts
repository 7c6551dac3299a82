import type { ApiMetadata, ApiObject } from './api-object.ts';
import { leases } from './api-resource.ts';
import { type Clock, sleep, startDeadline, systemClock } from './clock.ts';
import { isKubernetesError, KubernetesError, toKubernetesError } from './errors.ts';
import { isSameJson } from './json.ts';
import type { ObjectClient } from './object-client.ts';

/** What happens in an election. */
export type ElectionEvent =
  | { readonly type: 'leading' }
  /** This process stopped leading: its lease could not be renewed in time, or someone else has it. */
  | { readonly type: 'lost' }
  /** Someone else, or nobody (`''`), holds the lease now. */
  | { readonly type: 'leader'; readonly identity: string }
  | { readonly type: 'released' }
  | { readonly type: 'failed'; readonly error: KubernetesError };

/** How to elect. Times in milliseconds; all candidates must use the same. */
export interface LeaseElectorOptions {
  /** A client whose writes are not held back by this election: it writes the Lease itself. */
  readonly client: ObjectClient;
  readonly namespace: string;
  /** Name of the Lease. */
  readonly name: string;
  /** Unlike that of any other candidate, and new with every start: the pod's uid, or its name and a random part. */
  readonly identity: string;
  /** Others may take over so long after they saw the last renewal; default 15,000. */
  readonly leaseDuration?: number;
  /** The leader acts no longer than this after its last renewal began; default 10,000. */
  readonly renewDeadline?: number;
  /** Time between tries; default 2,000. */
  readonly retryPeriod?: number;
  readonly clock?: Clock;
  /** A number in [0, 1). */
  readonly random?: () => number;
  readonly onEvent?: (event: ElectionEvent) => void;
}

interface Lease extends ApiObject {
  readonly metadata: ApiMetadata;
  readonly spec?: LeaseSpec;
}

interface LeaseSpec {
  readonly holderIdentity?: string;
  readonly leaseDurationSeconds?: number;
  readonly acquireTime?: string;
  readonly renewTime?: string;
  readonly leaseTransitions?: number;
}

/**
 * Elects one leader among processes with a Lease. The leader believes in itself for `renewDeadline` from the *start* of its last successful renewal;
 * the others wait `leaseDuration` from when they *saw* it. Both use their own monotonic clock, so clocks may differ, as long as they run equally fast.
 * A request that was sent before the loss may still arrive after it: a Lease cannot fence, so such writes must be safe to repeat.
 */
export class LeaseElector {
  readonly #options: Required<LeaseElectorOptions>;
  #lease: Lease | undefined;
  #seenAt = Number.NEGATIVE_INFINITY;
  #validUntil = Number.NEGATIVE_INFINITY;
  #leader: string | undefined;
  #isRunning = false;

  constructor(options: LeaseElectorOptions) {
    this.#options = {
      leaseDuration: 15_000,
      renewDeadline: 10_000,
      retryPeriod: 2_000,
      clock: systemClock,
      random: Math.random,
      onEvent: () => undefined,
      ...options,
    };
    const { leaseDuration, renewDeadline, retryPeriod, identity } = this.#options;
    if (identity === '') throw new TypeError('A candidate needs an identity.');
    if (leaseDuration <= renewDeadline || renewDeadline <= retryPeriod * 1.2) {
      throw new TypeError('leaseDuration must be longer than renewDeadline, and that longer than 1.2 times retryPeriod.');
    }
  }

  /** Whether this process may act as the leader at this very moment. Ask right before every write: a paused process learns here that it was replaced. */
  get isLeading(): boolean {
    return this.#options.clock.now() < this.#validUntil;
  }

  /** Who held the lease when it was last seen; `''` for nobody. */
  get leader(): string | undefined {
    return this.#leader;
  }

  /**
   * Takes part until the signal aborts. While this process leads, `lead` runs; its signal aborts when the lead is lost. It must then end soon: the next
   * try to lead begins after it has. When `lead` ends by itself, this process steps down and `run` ends in the same way. The lease is released last.
   */
  async run(signal: AbortSignal, lead: (signal: AbortSignal) => Promise<void>): Promise<void> {
    if (this.#isRunning) throw new TypeError('The elector runs already.');
    this.#isRunning = true;
    try {
      while (!signal.aborted) {
        await this.#acquire(signal);
        if (signal.aborted || (await this.#leadOnce(signal, lead))) return;
      }
    } finally {
      this.#stepDown();
      await this.#release();
      this.#isRunning = false;
    }
  }

  async #acquire(signal: AbortSignal): Promise<void> {
    const { clock, retryPeriod, random } = this.#options;
    while (!signal.aborted) {
      if (await this.#tryOnce(signal)) return;
      await sleep(clock, retryPeriod * (1 + 1.2 * random()), signal).catch(() => undefined);
    }
  }

  /** True when `lead` ended by itself. */
  async #leadOnce(signal: AbortSignal, lead: (signal: AbortSignal) => Promise<void>): Promise<boolean> {
    const leading = new AbortController();
    const stop = (): void => leading.abort(signal.reason);
    signal.addEventListener('abort', stop, { once: true });
    if (signal.aborted) stop();
    this.#emit({ type: 'leading' });
    let isOver = false;
    const work = (async () => {
      try {
        await lead(leading.signal);
        isOver = !leading.signal.aborted;
      } finally {
        leading.abort();
      }
    })();
    // Whether `work` fails is for the `await` below to say.
    work.catch(() => undefined);
    await this.#keep(leading.signal);
    if (!leading.signal.aborted) {
      this.#stepDown();
      this.#emit({ type: 'lost' });
      leading.abort(new KubernetesError('kubernetes/not-leading', 'The lead was lost.'));
    }
    signal.removeEventListener('abort', stop);
    await work;
    return isOver;
  }

  /** Renews until the lead is lost or given up. */
  async #keep(signal: AbortSignal): Promise<void> {
    const { clock, retryPeriod } = this.#options;
    while (!signal.aborted) {
      const wait = Math.min(retryPeriod, this.#validUntil - clock.now());
      if (wait <= 0) return;
      await sleep(clock, wait, signal).catch(() => undefined);
      if (signal.aborted || !this.isLeading) return;
      await this.#tryOnce(signal);
      if (this.#leader !== this.#options.identity) return;
    }
  }

  /** One try to take or renew the lease, bounded so that a silent server cannot hold it up. */
  async #tryOnce(signal: AbortSignal): Promise<boolean> {
    const { clock, renewDeadline, identity } = this.#options;
    const started = clock.now();
    const deadline = startDeadline(clock, renewDeadline / 2, signal);
    try {
      if (!(await this.#takeOrRenew(deadline.signal))) return false;
      // The server may have written at any moment since the start; others count from then, or later.
      this.#validUntil = started + renewDeadline;
      this.#notice(identity);
      return this.isLeading;
    } catch (error) {
      if (!signal.aborted) this.#emit({ type: 'failed', error: toKubernetesError(error) });
      return false;
    } finally {
      deadline.cancel();
    }
  }

  async #takeOrRenew(signal: AbortSignal): Promise<boolean> {
    if (this.isLeading && this.#holds(this.#lease)) {
      try {
        this.#lease = await this.#write(this.#lease, signal);
        return true;
      } catch (error) {
        // Someone wrote in between, or the answer of a write was lost: look again.
        if (signal.aborted) throw error;
      }
    }
    const { client, namespace, name } = this.#options;
    const found = await client.find<Lease>(leases, { namespace, name }, { signal });
    this.#observe(found);
    if (found !== undefined && this.#isHeldByOther(found)) return false;
    try {
      this.#lease = await this.#write(found, signal);
      return true;
    } catch (error) {
      if (isKubernetesError(error, 'kubernetes/conflict', 'kubernetes/already-exists')) return false;
      throw error;
    }
  }

  #observe(found: Lease | undefined): void {
    // Any change is a sign of life of the holder, judged by our own clock; times inside the Lease are for people.
    if (!isSameJson(found?.spec, this.#lease?.spec)) this.#seenAt = this.#options.clock.now();
    this.#lease = found;
    this.#notice(found?.spec?.holderIdentity ?? '');
  }

  #notice(identity: string): void {
    if (this.#leader === identity) return;
    const isFirst = this.#leader === undefined;
    this.#leader = identity;
    if (identity !== this.#options.identity && !(isFirst && identity === '')) this.#emit({ type: 'leader', identity });
  }

  #isHeldByOther({ spec }: Lease): boolean {
    const holder = spec?.holderIdentity ?? '';
    if (holder === '' || holder === this.#options.identity) return false;
    // A holder with a longer lease than ours has told so; a shorter one is not believed, but for the second that a release leaves.
    const told = (spec?.leaseDurationSeconds ?? 0) * 1000;
    return this.#options.clock.now() < this.#seenAt + Math.max(told, this.#options.leaseDuration);
  }

  #holds(lease: Lease | undefined): lease is Lease {
    return lease?.spec?.holderIdentity === this.#options.identity;
  }

  #write(current: Lease | undefined, signal: AbortSignal, identity: string = this.#options.identity): Promise<Lease> {
    const { client, namespace, name, leaseDuration, clock } = this.#options;
    const now = microTime(clock.wallTime());
    const isRenewal = this.#holds(current);
    const spec: LeaseSpec = {
      holderIdentity: identity,
      leaseDurationSeconds: identity === '' ? 1 : Math.ceil(leaseDuration / 1000),
      acquireTime: (isRenewal ? current.spec?.acquireTime : undefined) ?? now,
      renewTime: now,
      leaseTransitions: (current?.spec?.leaseTransitions ?? 0) + (current === undefined || isRenewal ? 0 : 1),
    };
    if (current === undefined) {
      return client.create<Lease>(
        leases,
        { apiVersion: leases.apiVersion, kind: leases.kind, metadata: { namespace, name }, spec },
        { signal },
      );
    }
    // The resourceVersion in the metadata is what makes two candidates exclude each other.
    return client.replace<Lease>(leases, { ...current, spec }, { signal });
  }

  #stepDown(): void {
    this.#validUntil = Number.NEGATIVE_INFINITY;
  }

  /** Lets the next one in at once. A failure only means that it has to wait. */
  async #release(): Promise<void> {
    if (!this.#holds(this.#lease)) return;
    const deadline = startDeadline(this.#options.clock, this.#options.renewDeadline / 2);
    try {
      this.#lease = await this.#write(this.#lease, deadline.signal, '');
      this.#leader = '';
      this.#emit({ type: 'released' });
    } catch (error) {
      this.#emit({ type: 'failed', error: toKubernetesError(error) });
    } finally {
      deadline.cancel();
    }
  }

  #emit(event: ElectionEvent): void {
    try {
      this.#options.onEvent(event);
    } catch {
      // Whoever listens must not be able to end the election.
    }
  }
}

/** Kubernetes' MicroTime. */
function microTime(ms: number): string {
  return new Date(ms).toISOString().replace('Z', '000Z');
}
