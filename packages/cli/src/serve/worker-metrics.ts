import { droppedLinesSnapshot, MetricsAggregate, type MetricsSnapshot } from '@ingresskit/proxy';

/** Time for a worker to send its metrics; one that is busy counts with what it said last rather than failing a scrape. */
const collectMs = 2_000;

/** The metrics of all workers that are and were. */
export class WorkerMetrics {
  readonly #aggregate = new MetricsAggregate();
  readonly #scrapes = new Map<number, { readonly missing: Set<number>; done(): void }>();
  #count = 0;

  /** Takes what a worker sends, asked (`scrape`) or not. */
  take(worker: number, scrape: number | undefined, snapshot: MetricsSnapshot): void {
    this.#aggregate.take(worker, snapshot);
    this.#answered(worker, scrape);
  }

  /** The worker is gone and will send nothing more. */
  retire(worker: number): void {
    this.#aggregate.retire(worker);
    for (const scrape of this.#scrapes.keys()) this.#answered(worker, scrape);
  }

  /**
   * Everything in the text format of Prometheus.
   *
   * @param ask sends the question with the number of the scrape.
   * @param droppedLines of the access log, by this process.
   * @param own what this process counts besides.
   */
  async text(
    workers: readonly number[],
    ask: (worker: number, scrape: number) => void,
    droppedLines: number,
    own: MetricsSnapshot,
  ): Promise<string> {
    const scrape = this.#count++;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, collectMs);
      const done = (): void => {
        clearTimeout(timer);
        resolve();
      };
      if (workers.length === 0) {
        done();
        return;
      }
      this.#scrapes.set(scrape, { missing: new Set(workers), done });
      for (const worker of workers) ask(worker, scrape);
    });
    this.#scrapes.delete(scrape);
    return await this.#aggregate.text(droppedLinesSnapshot(droppedLines), own);
  }

  #answered(worker: number, scrape: number | undefined): void {
    const waiting = scrape === undefined ? undefined : this.#scrapes.get(scrape);
    if (waiting?.missing.delete(worker) === true && waiting.missing.size === 0) waiting.done();
  }
}
