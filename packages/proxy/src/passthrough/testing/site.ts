import { once } from 'node:events';
import { type AddressInfo, connect as connectTcp, createServer as createTcpServer, type Server, type Socket } from 'node:net';
import { type ConnectionOptions, connect, createServer as createTlsServer, type TLSSocket, type TlsOptions } from 'node:tls';
import type { Profile } from '@ingresskit/annotations';
import { type Compiled, profiles } from 'ingresskit';
import type { Endpoint } from '../../endpoint.ts';
import type { ProxyOptions } from '../../proxy-options.ts';
import { compiled, ingressYaml, type Running, serviceYaml, startProxy } from '../../testing/harness.ts';

const nginx = profiles['ingress-nginx'] as Profile;

/** ingress-nginx with the flag. */
export const passing: Profile = { ...nginx, settings: { ...nginx.settings, 'ssl-passthrough': { enabled: true } } };

/** `pass.example` and `*.wild.example` go to their Service unopened, `open.example` does not. */
export const manifests: string =
  ingressYaml('pass', 'pass.example', { '/': 'pass' }, { 'ssl-passthrough': 'true', 'ssl-redirect': 'false' }) +
  ingressYaml('wild', '*.wild.example', { '/': 'pass' }, { 'ssl-passthrough': 'true' }) +
  ingressYaml('open', 'open.example', { '/': 'open' }) +
  serviceYaml('pass') +
  serviceYaml('open');

/** The table, with endpoints of the Service that takes the connections, and of the other one. */
export function siteOf(pass: readonly Endpoint[], open: readonly Endpoint[] = [], text: string = manifests): Compiled {
  return compiled(text, { 'default/pass:80': pass, 'default/open:80': open }, passing);
}

/** A proxy with a TLS listener and a plain one in front of the site. */
export function startSite(site: Compiled, options: ProxyOptions = {}, listeners?: ProxyOptions['listeners']): Promise<Running> {
  return startProxy(site, options, listeners ?? [{ port: 0, tls: true }, { port: 0 }]);
}

/** A server with its endpoint and the connections it took. */
export interface Taker {
  readonly endpoint: Endpoint;
  readonly connections: Socket[];
  close(): Promise<void>;
}

async function taking(server: Server): Promise<Taker> {
  const connections: Socket[] = [];
  server.on('connection', (socket: Socket) => {
    connections.push(socket);
    socket.on('error', () => undefined);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { address, port } = server.address() as AddressInfo;
  return {
    endpoint: { address, port, ready: true },
    connections,
    close: async () => {
      for (const socket of connections) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** A backend that gets every byte, the ClientHello included. Its connections may be half open. */
export function startTaker(listener: (socket: Socket) => void): Promise<Taker> {
  return taking(createTcpServer({ allowHalfOpen: true }, listener));
}

/** A backend that makes the handshakes itself. */
export function startTlsTaker(options: TlsOptions, listener: (socket: TLSSocket) => void): Promise<Taker> {
  return taking(
    createTlsServer(options, (socket) => {
      socket.on('error', () => undefined);
      listener(socket);
    }),
  );
}

/** A client whose handshake is done, whoever made it. */
export async function handshake(port: number, servername: string, options: ConnectionOptions = {}): Promise<TLSSocket> {
  const socket = connect({ port, host: '127.0.0.1', servername, rejectUnauthorized: false, ...options });
  await once(socket, 'secureConnect');
  socket.on('error', () => undefined);
  return socket;
}

/** A client that says what it likes. */
export async function dial(port: number): Promise<Socket> {
  const socket = connectTcp({ port, host: '127.0.0.1', allowHalfOpen: true, noDelay: true });
  socket.on('error', () => undefined);
  await once(socket, 'connect');
  return socket;
}

/** Everything that comes until the other side ends or cuts. */
export async function readAll(socket: Socket): Promise<Buffer> {
  const pieces: Buffer[] = [];
  socket.on('data', (piece: Buffer) => pieces.push(piece));
  if (!socket.destroyed && !socket.readableEnded)
    await new Promise<void>((resolve) => socket.once('end', () => resolve()).once('close', () => resolve()));
  return Buffer.concat(pieces);
}

/** Waits for something that other connections bring about. */
export async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise(setImmediate);
}

/** Connections that the process holds. */
export function connectionsOfProcess(): number {
  return process.getActiveResourcesInfo().filter((name) => name === 'TCPSocketWrap').length;
}
