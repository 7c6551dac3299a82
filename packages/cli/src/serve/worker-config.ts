/** Time for a worker to show what it serves. */
const answerMs = 5_000;

/** Asks a worker for the table that it serves: the process that starts workers has none of its own. */
export class WorkerConfig {
  readonly #waiting = new Map<number, (config: unknown) => void>();
  #count = 0;

  /** Takes what a worker answers. */
  take(id: number, config: unknown): void {
    this.#waiting.get(id)?.(config);
  }

  /** Rejects when no answer comes. */
  async ask(send: (id: number) => void): Promise<unknown> {
    const id = this.#count++;
    let timer: NodeJS.Timeout | undefined;
    try {
      return await new Promise((resolve, reject) => {
        timer = setTimeout(() => reject(new Error('the worker does not answer')), answerMs);
        this.#waiting.set(id, resolve);
        send(id);
      });
    } finally {
      clearTimeout(timer);
      this.#waiting.delete(id);
    }
  }
}
