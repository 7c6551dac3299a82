import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { type AddressSet, addressSet } from '@ingresskit/annotations';
import type { ClientSide } from '../client/client-side.ts';
import type { Timeouts } from '../exchange/core.ts';
import type { Peer } from '../gate/raw-request.ts';
import { plainAddress } from '../gate/raw-request.ts';
import type { ListenerOptions } from '../proxy-options.ts';
import { acceptProxied, type ProxyHeader } from '../proxy-protocol/index.ts';
import type { Expirable, Sweeper } from '../sweep.ts';
import { lookAhead, readProtocol } from './first-bytes.ts';
import { Http1Server } from './http1-server.ts';
import { Http2Connections } from './http2-connections.ts';

/** Where a listener can be reached. */
export interface ListenerAddress {
  readonly scheme: 'http' | 'https';
  readonly host: string;
  readonly port: number;
}

/** Where a connection comes from and goes to. */
export type Place = Omit<Peer, 'tls'>;

export interface ListenerTerms {
  readonly timeouts: Timeouts;
  readonly sweeper: Sweeper;
  onRequest(client: ClientSide): void;
  onMalformed(reason: string): void;
  /** A connection has to shake hands first; `serve` takes it when it has. */
  onTls(socket: Socket, place: Place, listener: Listener): void;
}

/** One way in, with its own connections: it can leave without the others. */
export class Listener implements Expirable {
  slot = -1;
  readonly host: string;
  /** As asked for: 0 stands for whichever was free. */
  readonly port: number;
  readonly #terms: ListenerTerms;
  readonly #server: Server;
  readonly #http1: Http1Server;
  readonly #http2: Http2Connections;
  readonly #sockets = new Set<Socket>();
  #tls = false;
  #trusted: AddressSet | undefined;
  #isLeaving = false;

  constructor(options: ListenerOptions, terms: ListenerTerms) {
    const { host = '127.0.0.1', port } = options;
    this.host = host;
    this.port = port;
    this.#terms = terms;
    const { timeouts, sweeper, onRequest, onMalformed } = terms;
    this.#http1 = new Http1Server({ timeouts, sweeper, onRequest, onMalformed });
    this.#http2 = new Http2Connections({ timeouts, sweeper, onRequest });
    this.#server = createServer({ noDelay: true, keepAlive: true, keepAliveInitialDelay: 60_000, allowHalfOpen: true }, (socket) =>
      this.#connected(socket),
    );
    // One of several workers would otherwise pass what it does not take to the next one, and so on without end.
    Object.assign(this.#server, { dropMaxConnection: true });
    this.#server.on('drop', () => onMalformed('too-many-connections'));
    this.change(options);
  }

  get isTls(): boolean {
    return this.#tls;
  }

  get connections(): number {
    return this.#sockets.size;
  }

  /** Where it is open. */
  get address(): ListenerAddress {
    const { address, port } = this.#server.address() as AddressInfo;
    return { scheme: this.#tls ? 'https' : 'http', host: address, port };
  }

  async open(): Promise<void> {
    this.#server.listen(this.port, this.host);
    await once(this.#server, 'listening');
  }

  /** Other terms, for the connections that are accepted from now on. */
  change({ tls = false, proxyProtocol, maxConnections = 16_384 }: ListenerOptions): void {
    this.#trusted = proxyProtocol === undefined ? undefined : addressSet(proxyProtocol);
    this.#tls = tls;
    this.#server.maxConnections = maxConnections;
  }

  /** Takes no new connections; those that are there are told to leave once they have their answers. */
  drain(): void {
    if (this.#isLeaving) return;
    this.#isLeaving = true;
    this.#server.close();
    this.#terms.sweeper.add(this);
    this.sweep();
  }

  /** Whoever had no answer yet when the others were told, or was still shaking hands, is told now. */
  sweep(): void {
    this.#http1.drain();
    this.#http2.drain();
    this.#endWhenEmpty();
  }

  /** Cuts everything. */
  async close(): Promise<void> {
    this.#isLeaving = true;
    this.#terms.sweeper.delete(this);
    this.#http1.close();
    this.#http2.close();
    for (const socket of this.#sockets) socket.destroy();
    if (this.#server.listening) await new Promise<void>((resolve) => this.#server.close(() => resolve()));
  }

  /**
   * Takes a connection that is ready for requests.
   *
   * @param waitedMs how long it has been open; a handshake has a time of its own.
   */
  serve(socket: Socket, peer: Peer, protocol: 'h1' | 'h2', waitedMs = 0): void {
    (protocol === 'h2' ? this.#http2 : this.#http1).serve(socket, peer, waitedMs);
  }

  #connected(socket: Socket): void {
    const openedAt = performance.now();
    // A clear-text client may end its side and still wait for the answer; in the middle of a handshake that is the end.
    socket.allowHalfOpen = !this.#tls;
    this.#sockets.add(socket);
    socket.on('error', ignore);
    socket.once('close', () => {
      this.#sockets.delete(socket);
      if (this.#isLeaving) this.#endWhenEmpty();
    });
    const isTls = this.#tls;
    if (this.#trusted === undefined) this.#accept(socket, isTls, undefined, openedAt);
    else {
      acceptProxied(
        socket,
        { trusted: this.#trusted, timeoutMs: this.#terms.timeouts.headersMs, onRefused: () => this.#terms.onMalformed('proxy-protocol') },
        (header) => this.#accept(socket, isTls, header, openedAt),
      );
    }
  }

  #accept(socket: Socket, isTls: boolean, header: ProxyHeader | undefined, openedAt: number): void {
    const proxied = header?.kind === 'proxied' ? header : undefined;
    const place = {
      address: plainAddress(proxied?.source.address ?? socket.remoteAddress ?? ''),
      port: proxied?.source.port ?? socket.remotePort ?? 0,
      localAddress: plainAddress(proxied?.destination.address ?? socket.localAddress ?? ''),
      localPort: proxied?.destination.port ?? socket.localPort ?? 0,
    };
    if (isTls) this.#terms.onTls(socket, place, this);
    else {
      // All that comes before the first request's headers takes of their time.
      const timeoutMs = Math.max(0, this.#terms.timeouts.headersMs - (performance.now() - openedAt));
      lookAhead(socket, { timeoutMs, limit: 24, read: readProtocol }, (protocol) =>
        this.serve(socket, place, protocol === 'h2' ? 'h2' : 'h1', performance.now() - openedAt),
      );
    }
  }

  /** Nobody is left: what watches over connections ends as well. */
  #endWhenEmpty(): void {
    if (this.#sockets.size > 0) return;
    this.#terms.sweeper.delete(this);
    this.#http1.close();
  }
}

function ignore(): void {}
