import type { DetailedPeerCertificate, Server, TLSSocket } from 'node:tls';

/** Most certificates that are read from one handshake; OpenSSL itself takes no message with more than 100 KiB of them. */
const maxShown = 128;

/**
 * The certificates that clients show: their own and, of those they send along, the ones that lead on from it, PEM.
 *
 * Some versions of Node take the chain apart before anybody is told of the handshake (nodejs/node#65579), so it is read at the very end of the
 * handshake, before Node's own listener; the `keylog` event is the only one that shows the socket so early. Its lines, which are secret, are not
 * touched. `getPeerX509Certificate` would give the chain exactly as sent, but loses the memory of each certificate in it.
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
  // Without a certificate it is an object without members, and the last of a chain may lack its issuer, whatever the types say.
  let certificate: Partial<DetailedPeerCertificate> | undefined = socket.getPeerCertificate(true);
  let pem = '';
  for (let left = maxShown; certificate?.raw !== undefined && left > 0; left--) {
    pem += `-----BEGIN CERTIFICATE-----\n${certificate.raw.toString('base64').replaceAll(/.{64}(?=.)/g, '$&\n')}\n-----END CERTIFICATE-----\n`;
    // The authority at the end is its own issuer.
    certificate = certificate.issuerCertificate === certificate ? undefined : certificate.issuerCertificate;
  }
  return pem === '' ? undefined : pem;
}
