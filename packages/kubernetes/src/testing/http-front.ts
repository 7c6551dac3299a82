import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { TransportRequest } from '../transport.ts';
import { BytePipe } from './byte-pipe.ts';
import type { Outcome } from './memory-transport.ts';

/** TLS of the front: PEM. `requestCert` asks clients for a certificate of `ca`. */
export interface FrontTls {
  readonly key: string;
  readonly cert: string;
  readonly ca?: string;
  readonly requestCert?: boolean;
}

/** A listening socket on loopback that hands requests to the server. */
export interface HttpFront {
  /** `http://127.0.0.1:port` */
  readonly url: string;
  /** How many connections clients opened so far. */
  connections(): number;
  close(): Promise<void>;
}

/** Listens on 127.0.0.1, at a free port unless one is given. */
export async function openFront(handle: (request: TransportRequest) => Promise<Outcome>, tls?: FrontTls, port = 0): Promise<HttpFront> {
  const listener = (request: IncomingMessage, response: ServerResponse): void => {
    serve(handle, request, response).catch(() => response.socket?.destroy());
  };
  const server: Server =
    tls === undefined ? createServer(listener) : createTlsServer({ ...tls, rejectUnauthorized: tls.requestCert === true }, listener);
  let connections = 0;
  server.on('connection', () => {
    connections += 1;
  });
  server.keepAliveTimeout = 60_000;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  const { port: bound } = server.address() as AddressInfo;
  return {
    url: `${tls === undefined ? 'http' : 'https'}://127.0.0.1:${bound}`,
    connections: () => connections,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function serve(
  handle: (request: TransportRequest) => Promise<Outcome>,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const outcome = await handle({
    method: (request.method ?? 'GET') as TransportRequest['method'],
    path: request.url ?? '/',
    headers: Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, String(value)])),
    body: Buffer.concat(chunks).toString(),
  });
  if (outcome === 'hang') return;
  if (outcome === 'reset') {
    request.socket.resetAndDestroy();
    return;
  }
  if (!(outcome instanceof BytePipe)) {
    response.writeHead(outcome.status, outcome.headers).end(outcome.body);
    return;
  }
  response.writeHead(200, { 'content-type': 'application/json' });
  response.flushHeaders();
  response.on('close', () => outcome.leave());
  try {
    for await (const chunk of outcome) {
      // Waiting for the kernel to take the bytes makes a slow client slow us, and lets a reset come after what was sent.
      await new Promise<void>((resolve) => {
        response.write(chunk, () => resolve());
      });
    }
    response.end();
  } catch {
    request.socket.destroy();
  }
}
