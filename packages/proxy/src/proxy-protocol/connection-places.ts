import type { Socket } from 'node:net';
import type { Place, ProxyHeader } from './proxy-header.ts';

/** The parts of a socket that tell connections apart; TLS sockets and HTTP/2 sessions show those of the socket below them. */
export interface ConnectionLike {
  readonly remoteAddress?: string | undefined;
  readonly remotePort?: number | undefined;
  readonly localAddress?: string | undefined;
  readonly localPort?: number | undefined;
}

/**
 * Remembers what PROXY headers said, and finds it again from whatever a server hands out: the socket itself, or a TLS socket on top of it, which
 * offers no way down but has the same four addresses. A connection is forgotten when it closes.
 */
export class ConnectionPlaces {
  readonly #headers = new Map<string, ProxyHeader & { kind: 'proxied' }>();

  remember(socket: Socket, header: ProxyHeader): void {
    if (header.kind === 'direct') return;
    const key = keyOf(socket);
    this.#headers.set(key, header);
    socket.once('close', () => {
      // The same four addresses may be in use again already.
      if (this.#headers.get(key) === header) this.#headers.delete(key);
    });
  }

  /** Where the connection really came from, and where it went to; `undefined` when the socket's own addresses say it. */
  of(socket: ConnectionLike): { readonly source: Place; readonly destination: Place } | undefined {
    return this.#headers.get(keyOf(socket));
  }
}

function keyOf({ remoteAddress, remotePort, localAddress, localPort }: ConnectionLike): string {
  return `${remoteAddress} ${remotePort} ${localAddress} ${localPort}`;
}
