import { once } from 'node:events';
import { createSecureServer, createServer, type Http2SecureServer, type Http2Server, type ServerHttp2Session } from 'node:http2';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { setTimeout } from 'node:timers/promises';
import { parseManifests } from '@ingresskit/resources/yaml';
import { type Compiled, compile } from 'ingresskit';
import type { Endpoint } from '../endpoint.ts';
import type { ProxyOptions } from '../proxy-options.ts';
import type { CertificatePair } from '../tls/certificates.ts';
import { withEndpoints } from '../with-endpoints.ts';
import { type Backend, startBackend, startRawBackend } from './backend.ts';
import { ingressYaml, type Running, serviceYaml, startProxy } from './harness.ts';

/** What a stage serves. */
export interface Play {
  /** Of the Ingress `web` for `a.example`. */
  readonly annotations?: Readonly<Record<string, string>>;
  /** By `namespace/service:port`. */
  readonly endpoints?: Readonly<Record<string, readonly Endpoint[]>>;
  readonly profile?: string;
  readonly options?: ProxyOptions;
  /** More manifests; a Service `web` among them takes the place of the usual one. */
  readonly more?: string;
  /** Of the Service `web`. Default 80. */
  readonly port?: number;
  readonly allowExternalNames?: readonly string[];
}

/** The servers of a test, which end with it. */
export class Stage {
  readonly #closers: (() => unknown)[] = [];

  async backend(listener?: Parameters<typeof startBackend>[0]): Promise<Backend> {
    const backend = await startBackend(listener);
    this.closes(() => backend.close());
    return backend;
  }

  /** Backends that answer with their place in the list. */
  numbered(count: number): Promise<readonly Backend[]> {
    return Promise.all(Array.from({ length: count }, (_, index) => this.backend((_request, response) => void response.end(String(index)))));
  }

  async raw(listener: (socket: Socket) => void): Promise<Awaited<ReturnType<typeof startRawBackend>>> {
    const backend = await startRawBackend(listener);
    this.closes(() => backend.close());
    return backend;
  }

  /** A server of HTTP/2 alone: in plain text, or with a certificate. */
  async http2(onRequest: (headers: Readonly<Record<string, unknown>>, body: string) => void, pair?: CertificatePair): Promise<Endpoint> {
    const server: Http2Server | Http2SecureServer =
      pair === undefined ? createServer() : createSecureServer({ cert: pair.certificate, key: pair.key });
    const sessions = new Set<ServerHttp2Session>();
    server.on('session', (session: ServerHttp2Session) => sessions.add(session));
    server.on('stream', (stream, headers) => {
      let body = '';
      stream.setEncoding('utf8').on('data', (piece: string) => (body += piece));
      stream.on('end', () => {
        stream.respond({ ':status': 200 });
        stream.end('ok');
        onRequest(headers, body);
      });
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    this.closes(async () => {
      for (const session of sessions) session.destroy();
      await new Promise((resolve) => server.close(resolve));
    });
    const { address, port } = server.address() as AddressInfo;
    return { address, port, ready: true };
  }

  async serve(play: Play): Promise<Running> {
    const running = await startProxy(this.compile(play), play.options);
    this.closes(() => running.close());
    return running;
  }

  /** What a play is compiled to, for a proxy that serves another one already. */
  compile({ annotations = {}, endpoints = {}, profile = 'mse', more = '', port = 80, allowExternalNames = [] }: Play): Compiled {
    const web = more.includes('name: web') ? '' : serviceYaml('web', port);
    const ingress = ingressYaml('web', 'a.example', { '/': 'web' }, annotations).replace('number: 80', `number: ${port}`);
    const { resources } = parseManifests(ingress + web + more, { file: 'test.yaml' });
    const { snapshot, diagnostics, ...rest } = compile(resources, { profile, allowExternalNames });
    return { ...rest, snapshot, diagnostics, table: withEndpoints(rest.table, new Map(Object.entries(endpoints))) };
  }

  /** A connection to write requests on as they should be. */
  connect(port: number): Socket {
    const socket = connect(port, '127.0.0.1');
    socket.on('error', () => undefined);
    this.closes(() => socket.destroy());
    return socket;
  }

  /** Something else that ends with the test: what began last ends first. */
  closes(close: () => unknown): void {
    this.#closers.push(close);
  }

  async close(): Promise<void> {
    for (const close of this.#closers.splice(0).reverse()) await close();
  }
}

/** Waits for something to come true; gives up, so that a test that fails leaves nothing behind that runs on. */
export async function until(holds: () => boolean): Promise<void> {
  for (let turn = 0; !holds(); turn++) {
    if (turn === 4_000) throw new Error(`this did not come true: ${holds}`);
    await setTimeout(1);
  }
}
