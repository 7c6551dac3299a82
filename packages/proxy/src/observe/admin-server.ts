import { once } from 'node:events';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** One thing that must be so before the gateway may get traffic. */
export interface ReadinessCheck {
  readonly name: string;
  readonly isReady: () => boolean;
}

/** What the admin listener shows. */
export interface AdminOptions {
  /** Default `127.0.0.1`: metrics and health are nobody else's business unless the operator says so. */
  readonly host?: string;
  /** 0 picks a free one. */
  readonly port: number;
  readonly checks: readonly ReadinessCheck[];
  /** The metrics in the text format of Prometheus, of all workers where there are several. */
  readonly metrics: () => Promise<string>;
  /** Further pages by path, shown as JSON: what the process knows of itself. Nothing secret belongs there. */
  readonly pages?: Readonly<Record<string, () => unknown | Promise<unknown>>>;
}

/** A running admin listener. */
export interface AdminServer {
  readonly host: string;
  readonly port: number;
  close(): Promise<void>;
}

/** Starts the listener of `/healthz`, `/livez`, `/readyz` and `/metrics`. It is apart from the others, so no Ingress can route to it or away from it. */
export async function startAdminServer(options: AdminOptions): Promise<AdminServer> {
  const { host = '127.0.0.1', port } = options;
  const server = createServer({ headersTimeout: 5_000, requestTimeout: 5_000, maxHeaderSize: 8_192 }, (request, response) => {
    void answer(request, response, options);
  });
  server.maxConnections = 64;
  server.listen(port, host);
  await once(server, 'listening');
  const address = server.address() as AddressInfo;
  return { host: address.address, port: address.port, close: () => closeServer(server) };
}

async function answer(request: IncomingMessage, response: ServerResponse, options: AdminOptions): Promise<void> {
  const [path = '', query = ''] = (request.url ?? '').split('?', 2);
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    respond(response, 405, 'method not allowed\n', { allow: 'GET, HEAD' });
    return;
  }
  switch (path) {
    // That this answers is the proof: the process lives and its loop turns.
    case '/healthz':
    case '/livez':
      respond(response, 200, 'ok\n');
      return;
    case '/readyz':
      respondReadiness(response, options.checks, new URLSearchParams(query).has('verbose'));
      return;
    case '/metrics':
      await respondMetrics(response, options.metrics);
      return;
    default:
      await respondPage(response, options.pages ?? {}, path);
  }
}

function respondReadiness(response: ServerResponse, checks: readonly ReadinessCheck[], isVerbose: boolean): void {
  const results = checks.map(({ name, isReady }) => ({ name, ready: isReady() }));
  const ready = results.every((result) => result.ready);
  const lines = isVerbose || !ready ? results.map((result) => `${result.ready ? '[+]' : '[-]'}${result.name}\n`) : [];
  respond(response, ready ? 200 : 503, `${lines.join('')}${ready ? 'ok' : 'not ready'}\n`);
}

async function respondPage(response: ServerResponse, pages: NonNullable<AdminOptions['pages']>, path: string): Promise<void> {
  const page = Object.hasOwn(pages, path) ? pages[path] : undefined;
  if (page === undefined) {
    respond(response, 404, 'not found\n');
    return;
  }
  try {
    respond(response, 200, `${JSON.stringify(await page(), undefined, 2)}\n`, { 'content-type': 'application/json; charset=utf-8' });
  } catch {
    respond(response, 500, 'the page could not be made\n');
  }
}

async function respondMetrics(response: ServerResponse, metrics: () => Promise<string>): Promise<void> {
  try {
    respond(response, 200, await metrics(), { 'content-type': 'text/plain; version=0.0.4; charset=utf-8' });
  } catch {
    respond(response, 500, 'the metrics could not be collected\n');
  }
}

function respond(response: ServerResponse, status: number, body: string, headers: Readonly<Record<string, string>> = {}): void {
  const length = String(Buffer.byteLength(body));
  response.writeHead(status, {
    'content-type': 'text/plain; charset=utf-8',
    'cache-control': 'no-store',
    'content-length': length,
    ...headers,
  });
  response.end(body);
}

async function closeServer(server: Server): Promise<void> {
  const closed = once(server, 'close');
  server.close();
  server.closeAllConnections();
  await closed;
}
