import { Readable } from 'node:stream';
import type { Peer, RawRequest } from '../gate/raw-request.ts';
import type { ClientOwner, ClientSide } from './client-side.ts';
import { RequestBody } from './request-body.ts';

/** A request that comes from the same process: what a test sends, and the response as the web platform knows it. */
export class FetchClient implements ClientSide {
  readonly raw: RawRequest;
  readonly mayHaveBody: boolean;
  readonly response: Promise<Response>;
  bytesSent = 0;
  owner: ClientOwner | undefined;
  readonly #source: ReadableStream<Uint8Array> | null;
  #resolve!: (response: Response) => void;
  #reject!: (error: unknown) => void;
  #body: RequestBody | undefined;
  #stream: ReadableStreamDefaultController<Uint8Array> | undefined;
  #over = false;

  constructor(request: Request, target: string, peer: Peer) {
    this.#source = request.body;
    this.mayHaveBody = request.body !== null;
    const headers: string[] = [];
    for (const [name, value] of request.headers) if (name !== 'host') headers.push(name, value);
    this.raw = {
      version: '2',
      method: request.method,
      target,
      authority: request.headers.get('host') ?? new URL(request.url).host,
      headers,
      peer,
    };
    this.response = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
    const { signal } = request;
    signal.addEventListener('abort', () => this.#close(false, signal.reason), { once: true });
  }

  get bytesReceived(): number {
    return this.#body?.received ?? 0;
  }

  get unsent(): number {
    // The platform counts pieces: either it wants more, or all that waits is too much.
    return (this.#stream?.desiredSize ?? 1) > 0 ? 0 : this.bytesSent;
  }

  openBody(): RequestBody {
    const source = this.#source === null ? Readable.from([]) : Readable.fromWeb(this.#source as never);
    this.#body = new RequestBody(source, () => false);
    return this.#body;
  }

  discardBody(): void {
    this.#body?.destroy();
  }

  informational(): void {
    // `fetch` shows no interim responses.
  }

  head(status: number, headers: readonly string[]): void {
    if (this.#over) return;
    const received = new Headers();
    for (let index = 0; index < headers.length; index += 2) received.append(headers[index] as string, headers[index + 1] as string);
    const isBodiless = status === 204 || status === 205 || status === 304 || this.raw.method === 'HEAD';
    const body = isBodiless
      ? null
      : new ReadableStream<Uint8Array>(
          {
            start: (controller) => {
              this.#stream = controller;
            },
            pull: () => this.owner?.clientReads(),
            cancel: () => this.#close(false, undefined),
          },
          new ByteLengthQueuingStrategy({ highWaterMark: 65_536 }),
        );
    this.#resolve(new Response(body, { status, headers: received }));
  }

  data(chunk: Uint8Array): boolean {
    if (this.#over || this.#stream === undefined) return true;
    this.bytesSent += chunk.length;
    // A copy: the backend's buffer is used again.
    this.#stream.enqueue(Uint8Array.from(chunk));
    return (this.#stream.desiredSize ?? 0) > 0;
  }

  end(): void {
    if (this.#over) return;
    this.#stream?.close();
    this.#close(true, undefined);
  }

  abort(): void {
    this.#close(false, new Error('the exchange was cut off'));
  }

  closeAfter(): void {
    // There is no connection.
  }

  upgrade(): undefined {
    return undefined;
  }

  /** What is malformed is answered with 400, since there is no stream to reset. */
  reset(): void {
    this.#resolve(new Response(null, { status: 400 }));
    this.#close(true, undefined);
  }

  #close(complete: boolean, error: unknown): void {
    if (this.#over) return;
    this.#over = true;
    if (error !== undefined) {
      this.#reject(error);
      try {
        this.#stream?.error(error);
      } catch {
        // The reader has gone already.
      }
    }
    this.owner?.clientClosed(complete);
  }
}
