import { connect as connectHttp2 } from 'node:http2';
import { connect as connectTcp, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import type { RequestInput } from '@ingresskit/annotations';
import type { Decision } from '@ingresskit/matcher';
import {
  createProxy,
  type Endpoint,
  type IngressProxy,
  type ListenerAddress,
  selfSignedCertificates,
  withEndpoints,
} from '@ingresskit/proxy';
import { anyBackend, backendKey, type RouteTable } from '@ingresskit/route-table';
import type { Compiled } from 'ingresskit';
import { type Answer, BackendStub } from './backend-stub.ts';
import { memoryless } from './memoryless.ts';
import { differenceOf, type Seen } from './observed.ts';
import { parseResponse } from './parse-response.ts';

export type Version = 'HTTP/1.1' | 'HTTP/2';

/** Headers that the request gate writes itself, or that belong to a connection: what a client says there is not what a policy sees. */
const gatekept =
  /^(?:x-forwarded-.*|x-envoy-.*|forwarded|x-real-ip|x-request-id|x-original-.*|x-scheme|connection|keep-alive|upgrade|te|trailer|expect|transfer-encoding|content-length|proxy-.*|http2-settings|.*[_.].*)$/i;

/** Bytes that surely hold the headers of the stub's answers; `proxy-buffer-size: 1` is allowed, and makes every answer a 502. */
const leastBuffer = 1024;

/** Sends requests through a live proxy and compares what happens with a decision. One proxy for all tables: each is an update. */
export class SocketDriver {
  readonly #stub: BackendStub;
  readonly #proxy: IngressProxy;
  readonly #http: number;
  readonly #https: number;
  /** Whether some host of the table has a cipher list. */
  #hasCiphers = false;
  readonly #world: { draw: number; request: RequestInput };
  #served:
    | { readonly table: RouteTable; readonly snapshot: Compiled['snapshot']; readonly endpoints: Map<string, readonly Endpoint[]> }
    | undefined;

  private constructor(
    stub: BackendStub,
    proxy: IngressProxy,
    addresses: readonly ListenerAddress[],
    world: { draw: number; request: RequestInput },
  ) {
    this.#stub = stub;
    this.#proxy = proxy;
    this.#world = world;
    this.#http = addresses.find(({ scheme }) => scheme === 'http')?.port ?? 0;
    this.#https = addresses.find(({ scheme }) => scheme === 'https')?.port ?? 0;
  }

  static async open(): Promise<SocketDriver> {
    const world: { draw: number; request: RequestInput } = { draw: 0.5, request: { url: '' } };
    const answer = (question: unknown): unknown => memoryless(question as never, world.request);
    const proxy = createProxy({
      listeners: [
        { port: 0, proxyProtocol: ['127.0.0.0/8'] },
        { port: 0, proxyProtocol: ['127.0.0.0/8'], tls: true },
      ],
      defaultCertificate: selfSignedCertificates('gateway.example'),
      random: () => world.draw,
      // A single request never trips a limit (cli-contract.md §1), and its external authentication is part of it.
      answerers: {
        password: answer,
        'external-auth': answer,
        'client-certificate': answer,
        'rate-limit': () => ({ verdict: 'passes' }),
        'concurrency-limit': () => ({ verdict: 'passes' }),
      },
    });
    return new SocketDriver(new BackendStub(), proxy, await proxy.listen(), world);
  }

  /** Serves what was compiled, with a backend of the stub behind every Service port that has endpoints. */
  async serve({ snapshot }: Pick<Compiled, 'snapshot'>, table: RouteTable): Promise<void> {
    this.#hasCiphers = false;
    for (const [, { policies }] of table.hosts)
      this.#hasCiphers ||= (policies['server-tls'] as { readonly ciphers?: string } | undefined)?.ciphers !== undefined;
    const endpoints = new Map<string, readonly Endpoint[]>();
    for (const [key, entry] of table.endpoints) {
      const hasSome = entry.source === 'assumed' || entry.externalName !== undefined || entry.endpoints.some(({ ready }) => ready);
      if (!hasSome || key === anyBackend) continue;
      const endpoint = await this.#stub.endpointOf(key);
      // The labels stay, since subsets choose by them.
      const ready = entry.endpoints.filter((one) => one.ready);
      endpoints.set(key, ready.length === 0 ? [endpoint] : ready.map((one) => ({ ...one, ...endpoint })));
    }
    this.#served = { table, snapshot, endpoints };
    await this.#grantAll(table, endpoints);
    this.#proxy.update(withEndpoints(table, endpoints), snapshot);
  }

  /** Where Services are taken for granted those of all routes have a backend: what a policy makes of its answer may not show that it was asked. */
  async #grantAll(table: RouteTable, endpoints: Map<string, readonly Endpoint[]>): Promise<void> {
    if (!table.endpoints.has(anyBackend)) return;
    for (const [, { routes }] of table.hosts) {
      for (const { backends, canaries = [] } of routes) {
        for (const { backend } of [...backends, ...canaries.flatMap((canary) => canary.backends)]) {
          const key = backendKey(backend);
          if (!table.endpoints.has(key) && !endpoints.has(key)) endpoints.set(key, [await this.#stub.endpointOf(key)]);
        }
      }
    }
  }

  /** A fallback that the manifests do not hold, and that the profile takes for granted, gets a backend when it is first expected. */
  async #grant(expected: Decision): Promise<void> {
    if (expected.kind !== 'forward' || this.#served === undefined) return;
    const { table, snapshot, endpoints } = this.#served;
    for (const backend of [expected.backend, expected.fallback?.from]) {
      const key = backend === undefined ? anyBackend : backendKey(backend);
      if (table.endpoints.has(key) || endpoints.has(key) || !table.endpoints.has(anyBackend)) continue;
      endpoints.set(key, [await this.#stub.endpointOf(key)]);
      this.#proxy.update(withEndpoints(table, endpoints), snapshot);
    }
  }

  /** Why a request cannot be sent over a socket as it is described; `undefined` when it can. */
  static obstacleOf({ headers = {}, at, clientCertificate, url, sni, upstream }: RequestInput): string | undefined {
    if (at !== undefined) return 'virtual time';
    if (clientCertificate !== undefined) return 'a certificate without its key';
    const odd = Object.keys(headers).find((name) => gatekept.test(name));
    if (odd !== undefined) return `the header ${odd} is the gate's`;
    if (Object.values(headers).some((value) => Array.isArray(value) && value.length === 0)) return 'a header without a line';
    if (/[^\x21-\x7e]/.test(url) || !/^https?:\/\//.test(url)) return 'a URL that is no request target';
    if (sni !== undefined && !url.startsWith('https:')) return 'SNI without TLS';
    if (upstream !== undefined && (upstream.status < 200 || upstream.status === 204 || upstream.status === 304))
      return 'an answer without a body';
    return undefined;
  }

  /** Why a decision cannot be carried out against the stub. */
  static limitOf(expected: Decision): string | undefined {
    if (expected.kind !== 'forward') return undefined;
    const tls = expected.policies['upstreamTls'] as { readonly verify?: boolean; readonly credential?: unknown } | undefined;
    if (tls?.verify === true || tls?.credential !== undefined) return 'certificates that are only placeholders';
    const { bufferBytes = leastBuffer } = (expected.policies['buffering'] ?? {}) as { readonly bufferBytes?: number };
    if (bufferBytes < leastBuffer) return 'a buffer that holds no response header of the stub';
    return 'serviceUpstream' in expected.policies ? 'the address of a cluster' : undefined;
  }

  /** Sends a request and says what differs from the decision, in words. */
  async difference(request: RequestInput, expected: Decision, version: Version): Promise<string | undefined> {
    await this.#grant(expected);
    const { draw = 0.5, upstream } = request;
    this.#world.draw = draw;
    this.#world.request = request;
    const fallback =
      expected.kind === 'forward' && expected.fallback?.because.startsWith('status-') === true ? backendKey(expected.backend) : undefined;
    const given: Answer = { status: upstream?.status ?? 200, headers: pairsOf(upstream?.headers ?? {}) };
    const plain: Answer = { status: 200, headers: [] };
    this.#stub.received.length = 0;
    // A Service may be its own fallback: then only its first answer is the given one.
    const isOwn =
      expected.kind === 'forward' &&
      fallback !== undefined &&
      expected.fallback !== undefined &&
      backendKey(expected.fallback.from) === fallback;
    let asked = 0;
    this.#stub.answer = (backend) => {
      asked += 1;
      return backend === fallback && (!isOwn || asked > 1) ? plain : given;
    };
    const seen = await Promise.race([this.#send(request, version), overdue()]);
    if (seen === 'overdue') return 'no answer';
    if (seen === undefined) {
      if (!request.url.startsWith('https:')) return 'the connection was closed without an answer';
      // A host that is closed, or wants a certificate, refuses in the handshake what it would answer; so does one whose cipher list
      // the TLS library does not take, also for requests that a wider host answers.
      return expected.kind === 'respond' || this.#hasCiphers ? undefined : 'the handshake failed';
    }
    // Two views of one refusal: the handshake was for another host.
    if (seen.status === 421 && request.url.startsWith('https:') && expected.kind === 'respond') return undefined;
    return differenceOf(expected, seen, this.#stub.received, fallback === undefined ? given : plain, upstream !== undefined);
  }

  async close(): Promise<void> {
    await this.#proxy.close();
    await this.#stub.close();
  }

  /** The response; `undefined` when TLS refuses the client. */
  async #send(request: RequestInput, version: Version): Promise<Seen | undefined> {
    const { method = 'GET', url, headers = {}, clientAddress = '127.0.0.1' } = request;
    const isTls = url.startsWith('https:');
    const start = url.indexOf('//') + 2;
    const end = url.slice(start).search(/[/?#]/);
    const authority = end < 0 ? url.slice(start) : url.slice(start, start + end);
    const rest = end < 0 ? '/' : url.slice(start + end);
    const target = rest.startsWith('/') ? rest : `/${rest}`;
    const pairs = pairsOf(headers).filter(([name]) => name.toLowerCase() !== 'host');
    const host = pairsOf(headers).find(([name]) => name.toLowerCase() === 'host')?.[1] ?? authority;
    const bare = authority.replace(/:\d*$/, '').replace(/\.$/, '').toLowerCase();
    const sni = request.sni ?? (/^(?:\[|[\d.]+$)/.test(bare) ? '' : bare);
    const socket = await this.#connect(isTls, clientAddress, sni, version);
    if (socket === undefined) return undefined;
    try {
      return version === 'HTTP/2'
        ? await overHttp2(socket, { method, target, host, scheme: isTls ? 'https' : 'http', pairs })
        : await overHttp1(
            socket,
            `${method} ${target} HTTP/1.1\r\nHost: ${host}\r\n${pairs.map(([name, value]) => `${name}: ${value}\r\n`).join('')}Connection: close\r\n\r\n`,
          );
    } finally {
      socket.destroy();
    }
  }

  #connect(isTls: boolean, clientAddress: string, sni: string, version: Version): Promise<Socket | undefined> {
    return new Promise((resolve) => {
      const below = connectTcp(isTls ? this.#https : this.#http, '127.0.0.1');
      below.on('error', () => resolve(undefined));
      const family = clientAddress.includes(':') ? 'TCP6' : 'TCP4';
      below.write(`PROXY ${family} ${clientAddress} ${family === 'TCP6' ? '::1' : '127.0.0.1'} 50000 80\r\n`);
      if (!isTls) {
        below.once('connect', () => resolve(below));
        return;
      }
      const socket = connectTls({
        socket: below,
        servername: sni,
        rejectUnauthorized: false,
        ALPNProtocols: [version === 'HTTP/2' ? 'h2' : 'http/1.1'],
      });
      socket.once('secureConnect', () => resolve(socket));
      socket.on('error', () => resolve(undefined));
    });
  }
}

/** An exchange that hangs must say which one it was. */
function overdue(): Promise<'overdue'> {
  return new Promise((resolve) => {
    setTimeout(() => resolve('overdue'), 15_000).unref();
  });
}

function pairsOf(headers: Readonly<Record<string, string | readonly string[]>>): (readonly [string, string])[] {
  return Object.entries(headers).flatMap(([name, value]) =>
    typeof value === 'string' ? [[name, value] as const] : value.map((one) => [name, one] as const),
  );
}

function overHttp1(socket: Socket, text: string): Promise<Seen | undefined> {
  return new Promise((resolve) => {
    let received = '';
    socket.setEncoding('latin1');
    socket.on('data', (piece: string) => {
      received += piece;
    });
    // In TLS 1.3 a refusal of the client's certificate arrives only now.
    const finish = (): void => resolve(received === '' ? undefined : parseResponse(received));
    socket.on('end', finish).on('close', finish).on('error', finish);
    socket.write(text, 'latin1');
  });
}

function overHttp2(
  socket: Socket,
  {
    method,
    target,
    host,
    scheme,
    pairs,
  }: {
    readonly method: string;
    readonly target: string;
    readonly host: string;
    readonly scheme: string;
    readonly pairs: readonly (readonly [string, string])[];
  },
): Promise<Seen | undefined> {
  return new Promise((resolve) => {
    const session = connectHttp2(`${scheme}://gateway.example`, { createConnection: () => socket });
    session.on('error', () => resolve(undefined));
    const headers: Record<string, string | string[]> = { ':method': method, ':path': target, ':authority': host, ':scheme': scheme };
    for (const [name, value] of pairs) headers[name.toLowerCase()] = [...[headers[name.toLowerCase()] ?? []].flat(), value];
    const stream = session.request(headers, { endStream: true });
    const seen = new Map<string, readonly string[]>();
    let status = 0;
    let body = '';
    stream.setEncoding('latin1');
    stream.on('response', (answer) => {
      status = answer[':status'] ?? 0;
      for (const [name, value] of Object.entries(answer)) if (value !== undefined) seen.set(name, [value].flat().map(String));
    });
    stream.on('data', (piece: string) => {
      body += piece;
    });
    stream.on('error', () => undefined);
    stream.on('close', () => {
      session.destroy();
      // A stream that is reset was malformed: what HTTP/1.1 answers with 400.
      resolve(
        status === 0 ? (stream.rstCode === 1 ? { status: 400, headers: seen, body: '' } : undefined) : { status, headers: seen, body },
      );
    });
  });
}
