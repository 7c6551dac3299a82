import type { Server, TLSSocket } from 'node:tls';

/** Most certificates that are read from one handshake; OpenSSL itself takes no message with more than 100 KiB of them. */
const maxShown = 128;

/**
 * The certificates that clients show: their own and those they send along, PEM, in the order they sent them.
 *
 * Node hands a client's chain out once and forgets it with the first look (nodejs/node#65579), and some of its versions look themselves before anybody
 * is told of the handshake. So the chain is read at the very end of the handshake, before Node's own listener; the `keylog` event is the only one that
 * shows the socket so early. Its lines, which are secret, are not touched.
 */
export class ClientChains {
  readonly #chains = new WeakMap<TLSSocket, string | undefined>();

  /** Watches a server that asks clients for certificates. */
  watch(server: Server): void {
    server.on('keylog', (_line, socket) => {
      // One handshake has several lines.
      if (this.#chains.has(socket)) return;
      this.#chains.set(socket, undefined);
      socket.prependOnceListener('secure', () => this.#chains.set(socket, readChain(socket)));
    });
  }

  /** What the client of a finished handshake has shown; `undefined` when nothing. */
  take(socket: TLSSocket): string | undefined {
    const chain = this.#chains.get(socket) ?? readChain(socket);
    this.#chains.delete(socket);
    return chain;
  }
}

function readChain(socket: TLSSocket): string | undefined {
  let pem = '';
  let certificate = socket.getPeerX509Certificate();
  for (let left = maxShown; certificate !== undefined && left > 0; left--) {
    pem += certificate.toString();
    certificate = certificate.issuerCertificate;
  }
  return pem === '' ? undefined : pem;
}
