/** Bounds on the connections to a Service, from a connection policy. */
export interface ConnectionLimits {
  readonly perService?: number;
  readonly perEndpoint?: number;
  /** A connection is closed after this many requests. */
  readonly requestsPerConnection?: number;
}

/** The right to hold one connection open. Closing it twice does nothing. */
export interface ConnectionPermit {
  /** Counts a request on the connection; `false` when it was the last one that it may carry. */
  use(): boolean;
  close(): void;
}

/** Counts the connections of one Service. */
export class ConnectionCounter {
  readonly #limits: ConnectionLimits;
  readonly #open = new Map<string, number>();
  #total = 0;

  constructor(limits: ConnectionLimits) {
    this.#limits = limits;
  }

  /** Connections open now. */
  get total(): number {
    return this.#total;
  }

  /** Allows one more connection to an endpoint (by `endpointKey`), or says that it would be one too many. */
  open(endpoint: string): ConnectionPermit | undefined {
    const { perService = Number.POSITIVE_INFINITY, perEndpoint = Number.POSITIVE_INFINITY } = this.#limits;
    const here = this.#open.get(endpoint) ?? 0;
    if (this.#total >= perService || here >= perEndpoint) return undefined;
    this.#open.set(endpoint, here + 1);
    this.#total += 1;
    let left = this.#limits.requestsPerConnection ?? Number.POSITIVE_INFINITY;
    let isOpen = true;
    return {
      use: () => {
        left -= 1;
        return left > 0;
      },
      close: () => {
        if (!isOpen) return;
        isOpen = false;
        this.#close(endpoint);
      },
    };
  }

  #close(endpoint: string): void {
    this.#total -= 1;
    const left = (this.#open.get(endpoint) ?? 1) - 1;
    if (left === 0) this.#open.delete(endpoint);
    else this.#open.set(endpoint, left);
  }
}
