import { once } from 'node:events';
import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http';
import { type AddressInfo, createServer as createTcpServer, type Socket } from 'node:net';
import type { Endpoint } from '../endpoint.ts';

/** A server that tests forward to. */
export interface Backend {
  readonly endpoint: Endpoint;
  readonly server: Server;
  /** Requests it has seen. */
  readonly seen: IncomingMessage[];
  close(): Promise<void>;
}

/** What the echo says of a request. */
export interface Echo {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string | string[]>>;
  readonly rawHeaders: readonly string[];
  readonly body: string;
}

/** Answers with the request as JSON, or as the listener says. */
export async function startBackend(listener?: RequestListener): Promise<Backend> {
  const seen: IncomingMessage[] = [];
  // The proxy's limits are tested, not this server's.
  const server = createServer({ maxHeaderSize: 262_144 }, (request, response) => {
    seen.push(request);
    if (listener !== undefined) {
      listener(request, response);
      return;
    }
    const pieces: Buffer[] = [];
    request.on('data', (piece: Buffer) => pieces.push(piece));
    request.on('end', () => {
      const { method, url, headers, rawHeaders } = request;
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify({ method, url, headers, rawHeaders, body: Buffer.concat(pieces).toString('latin1') }));
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    endpoint: endpointOf(server),
    server,
    seen,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** A backend that is not bound to HTTP: the listener gets each connection. */
export async function startRawBackend(
  listener: (socket: Socket) => void,
): Promise<{ readonly endpoint: Endpoint; readonly connections: Socket[]; close(): Promise<void> }> {
  const connections: Socket[] = [];
  const server = createTcpServer((socket) => {
    connections.push(socket);
    socket.on('error', () => undefined);
    listener(socket);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    endpoint: endpointOf(server),
    connections,
    close: async () => {
      for (const socket of connections) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** Waits until the other side has ended or cut a connection. */
export async function closedByPeer(socket: Socket | undefined): Promise<void> {
  if (socket === undefined || socket.destroyed || socket.readableEnded) return;
  socket.resume();
  await new Promise<void>((resolve) => socket.once('close', () => resolve()).once('end', () => resolve()));
}

/** A port that nobody listens on. */
export async function closedEndpoint(): Promise<Endpoint> {
  const server = createTcpServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const endpoint = endpointOf(server);
  await new Promise((resolve) => server.close(resolve));
  return endpoint;
}

function endpointOf(server: { address(): unknown }): Endpoint {
  const { address, port } = server.address() as AddressInfo;
  return { address, port, ready: true };
}
