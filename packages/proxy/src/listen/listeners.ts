import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import type { TLSSocket } from 'node:tls';
import { addressSet } from '@ingresskit/annotations';
import type { ClientSide } from '../client/client-side.ts';
import type { Timeouts } from '../exchange/core.ts';
import type { Peer } from '../gate/raw-request.ts';
import { plainAddress } from '../gate/raw-request.ts';
import type { Greeted } from '../passthrough/index.ts';
import type { ListenerOptions } from '../proxy-options.ts';
import { acceptProxied, type ProxyHeader } from '../proxy-protocol/index.ts';
import type { Sweeper } from '../sweep.ts';
import type { HandshakePolicy } from '../tls/handshake-policy.ts';
import { type TlsState, TlsTerminator } from '../tls/tls-terminator.ts';
import { lookAhead, readProtocol } from './first-bytes.ts';
import { Http1Server } from './http1-server.ts';
import { Http2Connections } from './http2-connections.ts';

/** Where a listener can be reached. */
export interface ListenerAddress {
  readonly scheme: 'http' | 'https';
  readonly host: string;
  readonly port: number;
}

export interface ListenersOptions {
  readonly listeners: readonly ListenerOptions[];
  readonly timeouts: Timeouts;
  readonly sweeper: Sweeper;
  tls(): TlsState;
  onRequest(client: ClientSide): void;
  /** A TLS connection that nobody opens here. */
  onPassthrough(connection: Greeted): void;
  onMalformed(reason: string): void;
  onHandshakeFailed(error: Error): void;
}

/** All the ways in: each connection goes through PROXY protocol and TLS where its listener has them, and then to the protocol it speaks. */
export class Listeners {
  readonly #options: ListenersOptions;
  readonly #http1: Http1Server;
  readonly #http2: Http2Connections;
  readonly #terminator: TlsTerminator;
  readonly #places = new WeakMap<Socket, Omit<Peer, 'tls'>>();
  readonly #sockets = new Set<Socket>();
  #servers: Server[] = [];

  constructor(options: ListenersOptions) {
    this.#options = options;
    const { timeouts, sweeper, onRequest, onMalformed } = options;
    this.#http1 = new Http1Server({ timeouts, sweeper, onRequest, onMalformed });
    this.#http2 = new Http2Connections({ timeouts, sweeper, onRequest });
    this.#terminator = new TlsTerminator({
      handshakeTimeoutMs: timeouts.tlsHandshakeMs,
      state: options.tls,
      onSecure: (socket, below, policy) => this.#secured(socket, below, policy),
      onPassthrough: (socket, serverName) => this.#passThrough(socket, serverName),
      onFailed: options.onHandshakeFailed,
    });
  }

  get connections(): number {
    return this.#sockets.size;
  }

  async open(): Promise<readonly ListenerAddress[]> {
    if (this.#servers.length > 0) throw new TypeError('the proxy listens already');
    try {
      return await Promise.all(this.#options.listeners.map((listener) => this.#open(listener)));
    } catch (error) {
      // One port that is taken: the others must not stay open behind a proxy that failed.
      await this.close();
      throw error;
    }
  }

  drain(): void {
    for (const server of this.#servers) server.close();
    this.#http1.drain();
    this.#http2.drain();
  }

  async close(): Promise<void> {
    const servers = this.#servers;
    this.#servers = [];
    this.#http1.close();
    this.#http2.close();
    for (const socket of this.#sockets) socket.destroy();
    await Promise.all(
      servers.map((server) => (server.listening ? new Promise<void>((resolve) => server.close(() => resolve())) : undefined)),
    );
  }

  async #open({
    host = '127.0.0.1',
    port,
    tls = false,
    proxyProtocol,
    maxConnections = 16_384,
  }: ListenerOptions): Promise<ListenerAddress> {
    const trusted = proxyProtocol === undefined ? undefined : addressSet(proxyProtocol);
    // A clear-text client may end its side and still wait for the answer; in the middle of a handshake that is the end.
    const server = createServer({ noDelay: true, keepAlive: true, keepAliveInitialDelay: 60_000, allowHalfOpen: !tls }, (socket) => {
      const openedAt = performance.now();
      this.#sockets.add(socket);
      socket.on('error', ignore);
      socket.once('close', () => this.#sockets.delete(socket));
      if (trusted === undefined) this.#accept(socket, tls, undefined, openedAt);
      else {
        acceptProxied(
          socket,
          { trusted, timeoutMs: this.#options.timeouts.headersMs, onRefused: () => this.#options.onMalformed('proxy-protocol') },
          (header) => this.#accept(socket, tls, header, openedAt),
        );
      }
    });
    server.maxConnections = maxConnections;
    // One of several workers would otherwise pass what it does not take to the next one, and so on without end.
    Object.assign(server, { dropMaxConnection: true });
    server.on('drop', () => this.#options.onMalformed('too-many-connections'));
    this.#servers.push(server);
    server.listen(port, host);
    await once(server, 'listening');
    const address = server.address() as AddressInfo;
    return { scheme: tls ? 'https' : 'http', host: address.address, port: address.port };
  }

  #accept(socket: Socket, isTls: boolean, header: ProxyHeader | undefined, openedAt: number): void {
    const proxied = header?.kind === 'proxied' ? header : undefined;
    const place = {
      address: plainAddress(proxied?.source.address ?? socket.remoteAddress ?? ''),
      port: proxied?.source.port ?? socket.remotePort ?? 0,
      localAddress: plainAddress(proxied?.destination.address ?? socket.localAddress ?? ''),
      localPort: proxied?.destination.port ?? socket.localPort ?? 0,
    };
    if (isTls) {
      this.#places.set(socket, place);
      this.#terminator.accept(socket);
      return;
    }
    // All that comes before the first request's headers takes of their time.
    const timeoutMs = Math.max(0, this.#options.timeouts.headersMs - (performance.now() - openedAt));
    lookAhead(socket, { timeoutMs, limit: 24, read: readProtocol }, (protocol) =>
      (protocol === 'h2' ? this.#http2 : this.#http1).serve(socket, place, performance.now() - openedAt),
    );
  }

  #passThrough(socket: Socket, serverName: string): void {
    const peer = this.#places.get(socket);
    if (peer === undefined) socket.destroy();
    else this.#options.onPassthrough({ socket, serverName, peer });
  }

  #secured(socket: TLSSocket, below: Socket, policy: HandshakePolicy): void {
    const place = this.#places.get(below);
    if (place === undefined) {
      socket.destroy();
      return;
    }
    socket.on('error', ignore);
    const name = socket.servername as unknown;
    const certificate = socket.authorized ? socket.getPeerX509Certificate()?.toString() : undefined;
    const peer: Peer = {
      ...place,
      tls: {
        sni: typeof name === 'string' && name !== '' ? name : undefined,
        policy: policy.key,
        certificate,
        version: socket.getProtocol() ?? '',
        cipher: socket.getCipher().name,
      },
    };
    if (socket.alpnProtocol === 'h2') this.#http2.serve(socket, peer);
    else this.#http1.serve(socket, peer);
  }
}

function ignore(): void {}
