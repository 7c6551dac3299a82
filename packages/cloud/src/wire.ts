import { AsyncLocalStorage } from 'node:async_hooks';
import diagnosticsChannel from 'node:diagnostics_channel';
import type { ClientRequest, IncomingMessage } from 'node:http';

/**
 * What a call looks like on the wire. The vendor's client offers neither a signal nor the headers of a failed answer, so both are taken from
 * Node's own diagnostics channels: the requests created inside `observe` are those of this call and of no other.
 */
export interface Wire {
  /** Of the last answer. */
  readonly status: number | undefined;
  header(name: string): string | undefined;
  /** Destroys the sockets of this call. */
  abort(): void;
}

const current = new AsyncLocalStorage<ObservedWire>();
const created = 'http.client.request.created';
const answered = 'http.client.response.finish';

class ObservedWire implements Wire {
  readonly #requests = new Set<ClientRequest>();
  #answer: IncomingMessage | undefined;
  #aborted = false;

  get status(): number | undefined {
    return this.#answer?.statusCode;
  }

  header(name: string): string | undefined {
    const value = this.#answer?.headers[name];
    return Array.isArray(value) ? value[0] : value;
  }

  abort(): void {
    this.#aborted = true;
    for (const request of this.#requests) request.destroy();
  }

  onCreated = (message: unknown): void => {
    if (current.getStore() !== this) return;
    const { request } = message as { request: ClientRequest };
    this.#requests.add(request);
    // The vendor's promise settles on the error; without a listener of its own a late one would be fatal.
    request.on('error', () => {});
    if (this.#aborted) request.destroy();
  };

  onAnswered = (message: unknown): void => {
    const { request, response } = message as { request: ClientRequest; response: IncomingMessage };
    if (this.#requests.has(request)) this.#answer = response;
  };
}

/** Runs one call and lets it be watched. The subscriptions end with it. */
export async function observe<T>(run: (wire: Wire) => Promise<T>): Promise<T> {
  const wire = new ObservedWire();
  diagnosticsChannel.subscribe(created, wire.onCreated);
  diagnosticsChannel.subscribe(answered, wire.onAnswered);
  try {
    return await current.run(wire, () => run(wire));
  } finally {
    diagnosticsChannel.unsubscribe(created, wire.onCreated);
    diagnosticsChannel.unsubscribe(answered, wire.onAnswered);
  }
}
