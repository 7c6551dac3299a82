/** Bounds on the copies of requests. A copy never delays, fails or outlives the memory of the request it copies. */
export interface MirrorQueueOptions {
  /** Copies on their way at once. Default 64. */
  readonly mostRunning?: number;
  /** Copies that wait for their turn; more are dropped. Default 256. */
  readonly mostWaiting?: number;
  /** Bytes of bodies held for all copies together. Default 32 MiB. */
  readonly mostBytes?: number;
  /** Bytes of the longest body that is collected while it streams. Default 1 MiB. */
  readonly mostBodyBytes?: number;
  /** Time for one copy, its answer included. Default 10 000. */
  readonly timeoutMs?: number;
}

/** A copy that is ready to be sent. */
export interface MirrorJob {
  /** Bytes of its body; they were taken from the queue's `bytes` and go back when the copy is over. */
  readonly size: number;
  /** Sends the copy and reads its answer to the end. What it throws is counted and forgotten. */
  readonly send: (signal: AbortSignal) => Promise<void>;
}

/** What became of copies so far. */
export interface MirrorCounts {
  /** Answered by the mirror. */
  readonly sent: number;
  readonly failed: number;
  /** Never sent: too many, or the body was too long, or the request ended before its body did. */
  readonly dropped: number;
}

/** Whether a request is copied: `percent` of them are. `draw` is in [0, 1). */
export function isMirrored(percent: number, draw: number): boolean {
  return draw * 100 < percent;
}

/** Sends copies of requests and forgets them. */
export class MirrorQueue {
  readonly bytes: ByteBudget;
  readonly mostBodyBytes: number;
  readonly #mostRunning: number;
  readonly #mostWaiting: number;
  readonly #timeoutMs: number;
  readonly #waiting: MirrorJob[] = [];
  readonly #running = new Set<AbortController>();
  readonly #counts = { sent: 0, failed: 0, dropped: 0 };
  #closed = false;

  constructor(options: MirrorQueueOptions = {}) {
    const { mostRunning = 64, mostWaiting = 256, mostBytes = 33_554_432, mostBodyBytes = 1_048_576, timeoutMs = 10_000 } = options;
    this.mostBodyBytes = mostBodyBytes;
    this.bytes = new ByteBudget(mostBytes);
    this.#mostRunning = mostRunning;
    this.#mostWaiting = mostWaiting;
    this.#timeoutMs = timeoutMs;
  }

  get counts(): MirrorCounts {
    return { ...this.#counts };
  }

  /** Takes a copy, or drops it when there are too many. */
  offer(job: MirrorJob): boolean {
    if (this.#closed || (this.#running.size >= this.#mostRunning && this.#waiting.length >= this.#mostWaiting)) {
      this.drop(job.size);
      return false;
    }
    if (this.#running.size < this.#mostRunning) this.#run(job);
    else this.#waiting.push(job);
    return true;
  }

  /** Counts a copy that could not even be made, because its body did not fit. */
  drop(size = 0): void {
    this.bytes.give(size);
    this.#counts.dropped += 1;
  }

  /** Aborts what is on its way and takes nothing more. */
  close(): void {
    this.#closed = true;
    for (const { size } of this.#waiting.splice(0)) this.drop(size);
    for (const controller of this.#running) controller.abort();
  }

  #run(job: MirrorJob): void {
    const controller = new AbortController();
    this.#running.add(controller);
    const timer = setTimeout(() => controller.abort(), this.#timeoutMs);
    timer.unref();
    void this.#send(job, controller.signal).then(() => {
      clearTimeout(timer);
      this.#running.delete(controller);
      this.bytes.give(job.size);
      const next = this.#waiting.shift();
      if (next !== undefined) this.#run(next);
    });
  }

  async #send({ send }: MirrorJob, signal: AbortSignal): Promise<void> {
    try {
      await send(signal);
      this.#counts.sent += 1;
    } catch {
      this.#counts.failed += 1;
    }
  }
}

/** Bytes that may be held at once. */
export class ByteBudget {
  #left: number;

  constructor(bytes: number) {
    this.#left = bytes;
  }

  get left(): number {
    return this.#left;
  }

  take(bytes: number): boolean {
    if (bytes > this.#left) return false;
    this.#left -= bytes;
    return true;
  }

  give(bytes: number): void {
    this.#left += bytes;
  }
}
