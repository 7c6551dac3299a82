import type { Transport, TransportRequest, TransportResponse } from '../transport.ts';

/** The header by which the server knows a metered request again. */
export const meterHeader = 'x-fake-request';

/** One request as the client side sees it. */
export interface MeteredRequest {
  readonly id: string;
  readonly isStream: boolean;
  /** Whether the head of the answer has arrived. */
  hasHead: boolean;
  /** Bytes of the body that the client has taken. */
  received: number;
}

/** Passes requests on and knows which are under way: what `FakeApiServer.settled` waits for. */
export class MeteredTransport implements Transport {
  readonly #inner: Transport;
  readonly #nextId: () => string;
  readonly open: Set<MeteredRequest> = new Set();

  constructor(inner: Transport, nextId: () => string) {
    this.#inner = inner;
    this.#nextId = nextId;
  }

  async request(request: TransportRequest): Promise<TransportResponse> {
    const metered: MeteredRequest = { id: this.#nextId(), isStream: request.isStream ?? false, hasHead: false, received: 0 };
    this.open.add(metered);
    try {
      const answer = await this.#inner.request({ ...request, headers: { ...request.headers, [meterHeader]: metered.id } });
      metered.hasHead = true;
      return { ...answer, body: this.#read(answer.body, metered) };
    } catch (error) {
      this.open.delete(metered);
      throw error;
    }
  }

  close(): Promise<void> {
    return this.#inner.close();
  }

  async *#read(body: AsyncIterable<Uint8Array>, metered: MeteredRequest): AsyncGenerator<Uint8Array, undefined, undefined> {
    try {
      for await (const chunk of body) {
        metered.received += chunk.byteLength;
        yield chunk;
      }
    } finally {
      this.open.delete(metered);
    }
  }
}
