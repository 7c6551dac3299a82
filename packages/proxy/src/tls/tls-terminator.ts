import type { Socket } from 'node:net';
import { createServer, type SecureContext, type Server, type TLSSocket } from 'node:tls';
import { lookAhead } from '../listen/first-bytes.ts';
import { type CertificatePair, pairOptions } from './certificates.ts';
import { ClientChains } from './client-chains.ts';
import { maxHello, readHelloName } from './client-hello.ts';
import type { HandshakePolicy } from './handshake-policy.ts';
import { contextOptions, defaultPolicy } from './handshake-policy.ts';

/** What the terminator asks of the present table; asked anew for each connection, so that certificates change without closing any. */
export interface TlsState {
  /** Whether all hosts share the default terms. */
  readonly isUniform: boolean;
  policyOf(name: string | undefined): HandshakePolicy;
  contextOf(name: string, policy: HandshakePolicy): SecureContext | undefined;
  /** What clients are shown that name no host. */
  defaultPairs(): readonly CertificatePair[];
}

export interface TlsTerminatorOptions {
  readonly handshakeTimeoutMs: number;
  state(): TlsState;
  /**
   * A handshake is done.
   *
   * @param shown the certificates of the client, PEM, verified or not.
   */
  onSecure(socket: TLSSocket, below: Socket, policy: HandshakePolicy, shown: string | undefined): void;
  /** The handshake for this name is a backend's; nothing has been taken off the connection. */
  onPassthrough(socket: Socket, serverName: string): void;
  onFailed(error: Error): void;
}

/** What ends a handshake that does not end by itself. */
interface Unfinished {
  readonly abandon: () => void;
  readonly late: NodeJS.Timeout | undefined;
}

/**
 * Handshakes. Hosts with equal terms share one TLS server, and with it the keys of session tickets: a ticket of one policy opens nothing under
 * another, and the terms hold from the first byte (reliability.md §2.5, A44).
 */
export class TlsTerminator {
  readonly #options: TlsTerminatorOptions;
  readonly #servers = new Map<string, { readonly server: Server; pairs: readonly CertificatePair[] }>();
  // The TLS socket does not lead to the socket below it, which knows where the connection comes from; both have the same four addresses.
  readonly #belows = new Map<string, Socket>();
  readonly #unfinished = new WeakMap<Socket, Unfinished>();
  readonly #chains = new ClientChains();

  constructor(options: TlsTerminatorOptions) {
    this.#options = options;
  }

  accept(socket: Socket): void {
    if (this.#options.state().isUniform) {
      this.#serve(socket, defaultPolicy);
      return;
    }
    const { handshakeTimeoutMs: timeoutMs } = this.#options;
    const openedAt = performance.now();
    lookAhead(socket, { timeoutMs, limit: maxHello, read: readHelloName }, ({ name }) => {
      // The table may be another one by now.
      const policy = this.#options.state().policyOf(name);
      if (name !== undefined && policy.terms.passthrough === true) this.#options.onPassthrough(socket, name);
      else this.#serve(socket, policy, timeoutMs - (performance.now() - openedAt));
    });
  }

  /** Terms that the TLS library does not take close their own host: nobody gets in there, and everybody else does elsewhere. */
  #serve(socket: Socket, policy: HandshakePolicy, leftMs?: number): void {
    try {
      this.#handOver(socket, policy, leftMs);
    } catch (error) {
      socket.destroy();
      this.#options.onFailed(error as Error);
    }
  }

  /** @param leftMs what is left of the time for the handshake; Node's server counts from here, and always the whole. */
  #handOver(socket: Socket, policy: HandshakePolicy, leftMs: number | undefined): void {
    let entry = this.#servers.get(policy.key);
    if (entry === undefined) {
      // Policies come and go with tables; a ticket key that is lost only costs a full handshake.
      if (this.#servers.size >= 256) this.#servers.clear();
      entry = { server: this.#open(policy), pairs: none };
      this.#servers.set(policy.key, entry);
    }
    const pairs = this.#options.state().defaultPairs();
    if (pairs !== entry.pairs && pairs.length > 0) {
      entry.pairs = pairs;
      entry.server.setSecureContext({ ...contextOptions(policy), ...pairOptions(pairs) });
    }
    const key = addressesOf(socket);
    this.#belows.set(key, socket);
    const late = leftMs === undefined ? undefined : setTimeout(() => socket.destroy(), leftMs);
    socket.once('close', () => {
      clearTimeout(late);
      if (this.#belows.get(key) === socket) this.#belows.delete(key);
    });
    // A client that has said its last word already will not finish a handshake; TLS itself would not notice, since the end was read before it came.
    const abandon = (): void => void socket.destroy();
    socket.once('end', abandon);
    this.#unfinished.set(socket, { abandon, late });
    entry.server.emit('connection', socket);
  }

  #open(policy: HandshakePolicy): Server {
    const { handshakeTimeoutMs, state, onSecure, onFailed } = this.#options;
    const { terms } = policy;
    const asks = terms.clientCertificate !== undefined;
    const server = createServer({
      handshakeTimeout: handshakeTimeoutMs,
      ALPNProtocols: ['h2', 'http/1.1'],
      requestCert: asks,
      rejectUnauthorized: terms.clientCertificate?.mode === 'require',
      ...contextOptions(policy),
      sessionIdContext: policy.key.slice(0, 32) || 'default',
      // Called for every client that names a host; it must not throw (CVE-2026-21637).
      SNICallback: (name, done) => {
        try {
          const present = state();
          const context = present.contextOf(name.toLowerCase(), policy);
          if (context === undefined) done(new Error('there is no certificate for this name'));
          else done(null, context);
        } catch (error) {
          done(error as Error);
        }
      },
    });
    if (asks) this.#chains.watch(server);
    server.on('secureConnection', (socket) => {
      const below = this.#belows.get(addressesOf(socket)) ?? socket;
      const unfinished = this.#unfinished.get(below);
      if (unfinished !== undefined) {
        below.off('end', unfinished.abandon);
        clearTimeout(unfinished.late);
      }
      onSecure(socket, below, policy, asks ? this.#chains.take(socket) : undefined);
    });
    server.on('tlsClientError', (error, socket) => {
      // After a handshake that took too long Node reports the error and leaves the connection open.
      const below = this.#belows.get(addressesOf(socket));
      socket.destroy();
      below?.destroy();
      onFailed(error);
    });
    return server;
  }
}

function addressesOf({ remoteAddress, remotePort, localAddress, localPort }: Socket): string {
  return `${remoteAddress} ${remotePort} ${localAddress} ${localPort}`;
}

const none: readonly CertificatePair[] = Object.freeze([]);
