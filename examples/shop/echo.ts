import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What an echo says of the request that reached it. */
export interface Echoed {
  readonly service: string;
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string | readonly string[]>>;
}

/** A backend that answers every request with what reached it. */
export interface Echo {
  /** Of 127.0.0.1. */
  readonly port: number;
  close(): Promise<void>;
}

/** Starts the backend of a Service port on a free port of this machine. */
export async function startEcho(service: string): Promise<Echo> {
  const server = createServer(({ method, url, headers }, response) => {
    response.setHeader('content-type', 'application/json');
    response.end(`${JSON.stringify({ service, method, url, headers }, undefined, 2)}\n`);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    async close() {
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
    },
  };
}
