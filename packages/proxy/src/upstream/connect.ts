import { connect as connectTcp, type NetConnectOpts, type Socket } from 'node:net';
import { checkServerIdentity, connect as connectTls, type DetailedPeerCertificate, TLSSocket } from 'node:tls';
import type { UpstreamTarget, UpstreamTls } from './target.ts';

/** The endpoint did not accept a connection in time. */
export class ConnectTimeout extends Error {
  override readonly name = 'ConnectTimeout';
  readonly code = 'UND_ERR_CONNECT_TIMEOUT';
}

/**
 * Opens a connection to a target, TLS included; calls back exactly once, never before it returns.
 *
 * @returns gives the connection up; nothing is called back then.
 */
export function openConnection(
  target: UpstreamTarget,
  timeoutMs: number,
  done: (error: Error | null, socket: Socket | null) => void,
): () => void {
  let isOver = false;
  let socket: Socket;
  try {
    socket = target.tls === undefined ? connectTcp(placeOf(target)) : startTls(target, target.tls);
  } catch (error) {
    // A certificate or cipher list that the TLS library does not take: the policy of one backend, not a fault of the process.
    setImmediate(() => {
      if (!isOver) done(Object.assign(new Error('the TLS terms cannot be used', { cause: error }), { code: 'INVALID_TLS_TERMS' }), null);
    });
    return () => {
      isOver = true;
    };
  }
  const finish = (error: Error | null): void => {
    if (isOver) return;
    isOver = true;
    clearTimeout(timer);
    socket.off('error', finish);
    if (error === null) done(null, socket);
    else {
      socket.on('error', ignore);
      socket.destroy();
      done(error, null);
    }
  };
  const timer = setTimeout(() => {
    finish(new ConnectTimeout(`no connection to ${target.address} port ${target.port} within ${timeoutMs} ms`));
  }, timeoutMs);
  const giveUp = (): void => {
    if (isOver) return;
    isOver = true;
    clearTimeout(timer);
    socket.on('error', ignore);
    socket.destroy();
  };
  socket.once('error', finish);
  if (!(socket instanceof TLSSocket)) {
    socket.once('connect', () => finish(null));
    return giveUp;
  }
  const secure = socket;
  secure.once('secureConnect', () => {
    const isWrong = target.version === '2' && secure.alpnProtocol !== 'h2';
    if (isWrong) finish(Object.assign(new Error('the backend does not speak HTTP/2'), { code: 'ALPN_MISMATCH' }));
    else if (target.tls?.depth !== undefined && target.tls.verify && intermediatesOf(secure) > target.tls.depth)
      finish(Object.assign(new Error('the chain of the backend is longer than allowed'), { code: 'CERT_CHAIN_TOO_LONG' }));
    else finish(null);
  });
  return giveUp;
}

/** Certificates between the backend's and the authority at the end of the chain that was verified. */
function intermediatesOf(socket: TLSSocket): number {
  let certificate: DetailedPeerCertificate | undefined = socket.getPeerCertificate(true);
  let length = 0;
  while (certificate?.fingerprint256 !== undefined) {
    length += 1;
    const issuer: DetailedPeerCertificate | undefined = certificate.issuerCertificate;
    if (issuer?.fingerprint256 === certificate.fingerprint256) break;
    certificate = issuer;
  }
  return length - 2;
}

function placeOf({ address, port }: UpstreamTarget): NetConnectOpts & { readonly host: string } {
  return { host: address, port, noDelay: true, keepAlive: true, keepAliveInitialDelay: 60_000 };
}

function startTls(target: UpstreamTarget, terms: UpstreamTls): TLSSocket {
  const { serverName, verifyName = serverName, verify, authority, credential, minVersion, maxVersion, ciphers } = terms;
  const own = credential?.reveal();
  return connectTls({
    ...placeOf(target),
    // An empty name sends no SNI; without it Node would take the host.
    servername: serverName ?? '',
    rejectUnauthorized: verify,
    checkServerIdentity: (_host, certificate) => (verifyName === undefined ? undefined : checkServerIdentity(verifyName, certificate)),
    ...(authority === undefined ? {} : { ca: authority }),
    ...(own === undefined ? {} : { cert: own.certificate, key: own.key }),
    ...(minVersion === undefined ? {} : { minVersion }),
    ...(maxVersion === undefined ? {} : { maxVersion }),
    ...(ciphers === undefined ? {} : { ciphers }),
    ALPNProtocols: [target.version === '2' ? 'h2' : 'http/1.1'],
  });
}

function ignore(): void {}
