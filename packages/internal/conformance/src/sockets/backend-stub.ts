import { once } from 'node:events';
import { createServer as createHttp1, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createHttp2 } from 'node:http2';
import { createServer as createTcp, type Server, type Socket } from 'node:net';
import { createServer as createTls } from 'node:tls';
import { type Endpoint, selfSignedCertificates } from '@ingresskit/proxy';
import { headersOf, serveFastCgi } from './fastcgi-stub.ts';

/** A request as a backend got it. */
export interface Received {
  /** The Service port it was meant for: `namespace/service:port`. */
  readonly backend: string;
  readonly method: string;
  readonly path: string;
  readonly host: string;
  /** Names in lower case; several lines of one name are a list. */
  readonly headers: ReadonlyMap<string, readonly string[]>;
  /** What a FastCGI process was told. */
  readonly params?: ReadonlyMap<string, string>;
}

/** What a backend answers. */
export interface Answer {
  readonly status: number;
  readonly headers: readonly (readonly [string, string])[];
}

/**
 * Backends that speak whatever they are spoken to: HTTP/1.1 or HTTP/2, in the clear or over TLS, or FastCGI. Each Service port has a port of its own, so a request
 * shows where it was sent.
 */
export class BackendStub {
  /** What was received since it was last emptied. */
  readonly received: Received[] = [];
  answer: (backend: string) => Answer = () => ({ status: 200, headers: [] });
  readonly #endpoints = new Map<string, Endpoint>();
  readonly #names = new Map<number, string>();
  readonly #servers: Server[] = [];
  readonly #sockets = new Set<Socket>();
  readonly #certificates = selfSignedCertificates('backend.example');
  readonly #http1 = createHttp1({ maxHeaderSize: 262_144 }, (request, response) => this.#serve(request, response));
  readonly #http2 = createHttp2((request, response) => this.#serve(request as never, response as never));
  readonly #tls = createTls(
    {
      cert: this.#certificates.map(({ certificate }) => certificate),
      key: this.#certificates.map(({ key }) => key),
      ALPNProtocols: ['h2', 'http/1.1'],
    },
    (socket) => {
      const inner = socket.alpnProtocol === 'h2' ? this.#http2 : this.#http1;
      inner.emit('connection', socket);
    },
  );

  /** The endpoint of a Service port; the same for the same name. */
  async endpointOf(backend: string): Promise<Endpoint> {
    let endpoint = this.#endpoints.get(backend);
    if (endpoint === undefined) {
      const server = createTcp((socket) => this.#accept(socket));
      this.#servers.push(server);
      server.listen(0, '127.0.0.1');
      await once(server, 'listening');
      const { port } = server.address() as { port: number };
      endpoint = { address: '127.0.0.1', port, ready: true };
      this.#endpoints.set(backend, endpoint);
      this.#names.set(port, backend);
    }
    return endpoint;
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await Promise.all(this.#servers.map((server) => new Promise((resolve) => server.close(resolve))));
  }

  #accept(socket: Socket): void {
    this.#sockets.add(socket);
    socket.on('error', () => undefined);
    socket.once('close', () => this.#sockets.delete(socket));
    socket.once('readable', () => {
      const first = socket.read() as Buffer | null;
      if (first === null) return;
      socket.unshift(first);
      if (first[0] === 1) {
        this.#serveFastCgi(socket);
        return;
      }
      const server = first[0] === 22 ? this.#tls : first.toString('latin1', 0, 3) === 'PRI' ? this.#http2 : this.#http1;
      server.emit('connection', socket);
    });
  }

  #serveFastCgi(socket: Socket): void {
    const backend = this.#names.get(socket.localPort ?? 0) ?? '';
    serveFastCgi(socket, (params) => {
      const textOf = (name: string): string => params.get(name) ?? '';
      const query = textOf('QUERY_STRING');
      this.received.push({
        backend,
        method: textOf('REQUEST_METHOD'),
        path: query === '' ? textOf('SCRIPT_NAME') : `${textOf('SCRIPT_NAME')}?${query}`,
        host: textOf('HTTP_HOST'),
        headers: headersOf(params),
        params,
      });
      return this.answer(backend);
    });
  }

  #serve(request: IncomingMessage, response: ServerResponse): void {
    const { localPort } = request.socket;
    const headers = new Map<string, string[]>();
    for (let index = 0; index < request.rawHeaders.length; index += 2) {
      const name = (request.rawHeaders[index] as string).toLowerCase();
      headers.set(name, [...(headers.get(name) ?? []), request.rawHeaders[index + 1] as string]);
    }
    const backend = this.#names.get(localPort ?? 0) ?? '';
    this.received.push({
      backend,
      method: request.method ?? '',
      path: request.url ?? '',
      host: headers.get(':authority')?.[0] ?? headers.get('host')?.[0] ?? '',
      headers,
    });
    request.resume();
    const { status, headers: own } = this.answer(backend);
    for (const [name, value] of own) response.appendHeader(name, value);
    response.writeHead(status);
    response.end();
  }
}
