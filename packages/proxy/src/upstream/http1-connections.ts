import type { Socket } from 'node:net';
import { Client, errors } from 'undici';
import type { CallSink, Outgoing } from './call.ts';
import { openConnection } from './connect.ts';
import { Http1Call, type Line, type LineOwner } from './http1-call.ts';
import type { UpstreamTarget } from './target.ts';

export interface Http1ConnectionsOptions {
  readonly connectTimeoutMs: number;
  /** How long a connection without a request is kept. */
  readonly idleMs: number;
  /** Most connections; requests beyond wait for one, in their order. */
  readonly maxConnections: number;
}

/**
 * The HTTP/1.1 connections to one target. undici has a pool of its own, which looks through its clients for a free one with each request, twice: with some
 * sixty under way that is a tenth of all that a request costs. Here the free ones lie on a stack.
 */
export class Http1Connections implements LineOwner {
  readonly #target: UpstreamTarget;
  readonly #options: Http1ConnectionsOptions;
  readonly #lines: LineClient[] = [];
  /** The last of them has been free for the shortest time, so that a busy minute's other connections are given up behind it. */
  readonly #free: Line[] = [];
  readonly #waiting = new Set<Http1Call>();

  constructor(target: UpstreamTarget, options: Http1ConnectionsOptions) {
    this.#target = target;
    this.#options = options;
  }

  get active(): number {
    return this.#lines.length - this.#free.length + this.#waiting.size;
  }

  get connected(): number {
    return this.#lines.reduce((count, line) => (line.stats.connected ? count + 1 : count), 0);
  }

  start(outgoing: Outgoing, sink: CallSink): Http1Call {
    // The only request of a connection closes it.
    const call = new Http1Call(this.#target.requestsPerConnection === 1 ? { ...outgoing, closes: true } : outgoing, sink, this);
    const line = this.#free.pop() ?? (this.#lines.length < this.#options.maxConnections ? this.#open() : undefined);
    if (line === undefined) this.#waiting.add(call);
    else call.begin(line);
    return call;
  }

  release(line: Line, isSound: boolean): void {
    if (isSound && this.#waiting.size === 0) this.#free.push(line);
    // Not at once: undici is still busy with the end of the call, and with that of all others on a connection that failed.
    else queueMicrotask(() => this.#next(line, isSound));
  }

  forget(call: Http1Call): void {
    this.#waiting.delete(call);
  }

  /** Every connection is closed behind its request. */
  close(): void {
    for (const line of this.#lines) void line.close();
  }

  async destroy(): Promise<void> {
    const waiting = [...this.#waiting];
    this.#waiting.clear();
    for (const call of waiting) call.onError(new errors.ClientDestroyedError());
    await Promise.all(this.#lines.map((line) => line.destroy()));
  }

  /** Gives a line to who has waited longest. */
  #next(line: Line, isSound: boolean): void {
    const [call] = this.#waiting;
    if (call !== undefined) {
      this.#waiting.delete(call);
      call.begin(line);
    } else if (isSound) this.#free.push(line);
    // It has to connect again: those that are connected come first.
    else this.#free.unshift(line);
  }

  #open(): LineClient {
    const { connectTimeoutMs, idleMs } = this.#options;
    const { address, port, requestsPerConnection } = this.#target;
    const host = address.includes(':') ? `[${address}]` : address;
    // Always "http": the connector decides about TLS, and undici then does not change connections when the Host of a request does.
    const line = new LineClient(
      new URL(`http://${host}:${port}`),
      {
        pipelining: 1,
        keepAliveTimeout: idleMs,
        // Deadlines are the exchange's business: it knows the route's.
        headersTimeout: 0,
        bodyTimeout: 0,
        maxHeaderSize: 65_536,
        // undici closes with the request after this many.
        ...(requestsPerConnection === undefined ? {} : { maxRequestsPerClient: requestsPerConnection - 1 }),
      },
      this.#target,
      connectTimeoutMs,
    );
    this.#lines.push(line);
    return line;
  }
}

/** One connection at a time, of which the last socket is known. */
class LineClient extends Client implements Line {
  readonly #last: { socket: Socket | undefined };

  constructor(origin: URL, options: Client.Options, target: UpstreamTarget, connectTimeoutMs: number) {
    const last: { socket: Socket | undefined } = { socket: undefined };
    super(origin, {
      ...options,
      connect: (_options, done) =>
        openConnection(target, connectTimeoutMs, (error, socket) => {
          last.socket = socket ?? undefined;
          done(error as never, socket as never);
        }),
    });
    this.#last = last;
  }

  get socket(): Socket | undefined {
    return this.#last.socket;
  }
}
