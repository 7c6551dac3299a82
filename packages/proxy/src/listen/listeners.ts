import type { Socket } from 'node:net';
import type { TLSSocket } from 'node:tls';
import type { Peer } from '../gate/raw-request.ts';
import type { Greeted } from '../passthrough/index.ts';
import type { ListenerOptions } from '../proxy-options.ts';
import type { HandshakePolicy } from '../tls/handshake-policy.ts';
import { type TlsState, TlsTerminator } from '../tls/tls-terminator.ts';
import { Listener, type ListenerAddress, type ListenerTerms, type Place } from './listener.ts';

export interface ListenersOptions extends Omit<ListenerTerms, 'onTls'> {
  readonly listeners: readonly ListenerOptions[];
  tls(): TlsState;
  /** A TLS connection that nobody opens here. */
  onPassthrough(connection: Greeted): void;
  onHandshakeFailed(error: Error): void;
}

/** All the ways in: each connection goes through PROXY protocol and TLS where its listener has them, and then to the protocol it speaks. */
export class Listeners {
  readonly #options: ListenersOptions;
  readonly #terms: ListenerTerms;
  readonly #terminator: TlsTerminator;
  readonly #places = new WeakMap<Socket, { readonly place: Place; readonly listener: Listener }>();
  #listeners: readonly Listener[] = [];
  /** Removed, and not yet without connections. */
  readonly #leaving = new Set<Listener>();
  #changing: Promise<unknown> = Promise.resolve();
  #hasBegun = false;
  #isOver = false;

  constructor(options: ListenersOptions) {
    this.#options = options;
    const { timeouts, sweeper, onRequest, onMalformed } = options;
    this.#terms = {
      timeouts,
      sweeper,
      onRequest,
      onMalformed,
      onTls: (socket, place, listener) => {
        this.#places.set(socket, { place, listener });
        this.#terminator.accept(socket);
      },
    };
    // One for all of them: what a session ticket opens does not depend on the way in.
    this.#terminator = new TlsTerminator({
      handshakeTimeoutMs: timeouts.tlsHandshakeMs,
      state: options.tls,
      onSecure: (socket, below, policy, shown) => this.#secured(socket, below, policy, shown),
      onPassthrough: (socket, serverName) => this.#passThrough(socket, serverName),
      onFailed: options.onHandshakeFailed,
    });
  }

  get connections(): number {
    let sum = 0;
    for (const { connections } of this.#listeners) sum += connections;
    for (const { connections } of this.#leaving) sum += connections;
    return sum;
  }

  async open(): Promise<readonly ListenerAddress[]> {
    if (this.#hasBegun) throw new TypeError('the proxy listens already');
    return await this.set(this.#options.listeners);
  }

  /** Opens what is new, gives what stays its new terms, and lets go of the rest. When something cannot be opened, everything stays as it was. */
  async set(wanted: readonly ListenerOptions[]): Promise<readonly ListenerAddress[]> {
    this.#hasBegun = true;
    const change = this.#changing.then(() => this.#set(wanted));
    this.#changing = change.catch(() => undefined);
    return await change;
  }

  async #set(wanted: readonly ListenerOptions[]): Promise<readonly ListenerAddress[]> {
    if (this.#isOver) throw new Error('the proxy does not listen any more');
    const old = new Set(this.#listeners);
    const next = wanted.map((options) => {
      const kept = [...old].find((listener) => isSame(listener, options));
      if (kept !== undefined) old.delete(kept);
      return { options, kept, listener: kept ?? new Listener(options, this.#terms) };
    });
    const opened = next.flatMap(({ kept, listener }) => (kept === undefined ? [listener] : []));
    const results = await Promise.allSettled(opened.map((listener) => listener.open()));
    const failed = results.find((result) => result.status === 'rejected');
    if (failed !== undefined || this.#isOver) {
      // One port that is taken: the others must not stay open behind a change that failed.
      await Promise.all(opened.map((listener) => listener.close()));
      throw failed?.reason ?? new Error('the proxy does not listen any more');
    }
    for (const { options, kept } of next) kept?.change(options);
    this.#listeners = next.map(({ listener }) => listener);
    for (const listener of this.#leaving) if (listener.connections === 0) this.#leaving.delete(listener);
    for (const listener of old) {
      this.#leaving.add(listener);
      listener.drain();
    }
    return this.#listeners.map(({ address }) => address);
  }

  drain(): void {
    this.#isOver = true;
    for (const listener of this.#listeners) listener.drain();
  }

  async close(): Promise<void> {
    this.#isOver = true;
    const all = [...this.#listeners, ...this.#leaving];
    this.#listeners = [];
    this.#leaving.clear();
    await Promise.all(all.map((listener) => listener.close()));
    await this.#changing;
  }

  #passThrough(socket: Socket, serverName: string): void {
    const from = this.#places.get(socket);
    if (from === undefined) socket.destroy();
    else this.#options.onPassthrough({ socket, serverName, peer: from.place });
  }

  #secured(socket: TLSSocket, below: Socket, policy: HandshakePolicy, shown: string | undefined): void {
    const from = this.#places.get(below);
    if (from === undefined) {
      socket.destroy();
      return;
    }
    socket.on('error', ignore);
    const name = socket.servername as unknown;
    const peer: Peer = {
      ...from.place,
      tls: {
        sni: typeof name === 'string' && name !== '' ? name : undefined,
        policy: policy.key,
        certificate: shown,
        certificateProblem: shown === undefined || socket.authorized ? undefined : problemOf(socket),
        version: socket.getProtocol() ?? '',
        cipher: socket.getCipher().name,
      },
    };
    from.listener.serve(socket, peer, socket.alpnProtocol === 'h2' ? 'h2' : 'h1');
  }
}

/** Whether a listener is the one that is meant: by its place, as it was asked for or as it was found. */
function isSame(listener: Listener, { host = '127.0.0.1', port, tls = false }: ListenerOptions): boolean {
  if (listener.host !== host) return false;
  // Of several that took a free port only the scheme tells which is which.
  if (port === 0) return listener.port === 0 && listener.isTls === tls;
  return listener.port === port || listener.address.port === port;
}

/** `CERT_HAS_EXPIRED`, whatever the types say, as words. */
function problemOf({ authorizationError }: TLSSocket): string {
  return String(authorizationError ?? 'it does not verify')
    .toLowerCase()
    .replaceAll('_', ' ');
}

function ignore(): void {}
