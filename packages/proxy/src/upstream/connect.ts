import { connect as connectTcp, type NetConnectOpts, type Socket } from 'node:net';
import { checkServerIdentity, connect as connectTls } from 'node:tls';
import type { UpstreamTarget } from './target.ts';

/** The endpoint did not accept a connection in time. */
export class ConnectTimeout extends Error {
  override readonly name = 'ConnectTimeout';
  readonly code = 'UND_ERR_CONNECT_TIMEOUT';
}

/** Opens a connection to a target, TLS included; calls back exactly once. */
export function openConnection(
  target: UpstreamTarget,
  timeoutMs: number,
  done: (error: Error | null, socket: Socket | null) => void,
): Socket {
  const { address, port, tls, version } = target;
  const base: NetConnectOpts = { host: address, port, noDelay: true, keepAlive: true, keepAliveInitialDelay: 60_000 };
  let socket: Socket;
  let isOver = false;
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
  const timer = setTimeout(() => finish(new ConnectTimeout(`no connection to ${address} port ${port} within ${timeoutMs} ms`)), timeoutMs);
  if (tls === undefined) {
    socket = connectTcp(base);
    socket.once('connect', () => finish(null));
  } else {
    const { serverName, verifyName = serverName, verify, authority, credential, minVersion, maxVersion, ciphers } = tls;
    const own = credential?.reveal();
    const secure = connectTls({
      ...base,
      // An empty name sends no SNI; without it Node would take the host.
      servername: serverName ?? '',
      rejectUnauthorized: verify,
      checkServerIdentity: (_host, certificate) => (verifyName === undefined ? undefined : checkServerIdentity(verifyName, certificate)),
      ...(authority === undefined ? {} : { ca: authority }),
      ...(own === undefined ? {} : { cert: own.certificate, key: own.key }),
      ...(minVersion === undefined ? {} : { minVersion }),
      ...(maxVersion === undefined ? {} : { maxVersion }),
      ...(ciphers === undefined ? {} : { ciphers }),
      ALPNProtocols: [version === '2' ? 'h2' : 'http/1.1'],
    });
    socket = secure;
    secure.once('secureConnect', () => {
      const isWrong = version === '2' && secure.alpnProtocol !== 'h2';
      finish(isWrong ? Object.assign(new Error('the backend does not speak HTTP/2'), { code: 'ALPN_MISMATCH' }) : null);
    });
  }
  socket.once('error', finish);
  return socket;
}

function ignore(): void {}
