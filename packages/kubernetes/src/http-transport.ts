import { Pool } from 'undici';
import { type Clock, stopped, systemClock } from './clock.ts';
import type { ClusterOptions, ClusterSource, Credentials, TlsMaterial } from './cluster.ts';
import { createCredentials } from './credentials.ts';
import { KubernetesError, toKubernetesError } from './errors.ts';
import { isSameJson } from './json.ts';
import type { Transport, TransportRequest, TransportResponse } from './transport.ts';

/** How often certificate files are looked at, in milliseconds. */
const checkTlsAfter = 60_000;

/** The long-lived connections to one server: watches never take a connection that a short call needs. */
interface Connections {
  readonly material: TlsMaterial;
  readonly calls: Pool;
  readonly streams: Pool;
}

/**
 * A transport over HTTP/1.1 with kept connections. The pools live as long as the transport and are replaced only when the CA or the client
 * certificate changes; running watches then finish on the old ones. A 401 makes it read the credentials again and try once more.
 */
export function createTransport(options: ClusterOptions): Transport {
  return new HttpTransport(options);
}

/** The transport of a source, and whether whoever asked has to close it. */
export function transportOf(source: ClusterSource): { readonly transport: Transport; readonly isOwned: boolean } {
  if (typeof source === 'string') return { transport: createTransport({ server: source }), isOwned: true };
  if ('request' in source) return { transport: source, isOwned: false };
  return { transport: createTransport(source), isOwned: true };
}

class HttpTransport implements Transport {
  readonly #options: ClusterOptions;
  readonly #credentials: Credentials;
  readonly #clock: Clock;
  readonly #origin: string;
  readonly #prefix: string;
  readonly #retiring = new Set<Pool>();
  #connections: Connections | undefined;
  #checkedAt = Number.NEGATIVE_INFINITY;
  #isClosed = false;

  constructor(options: ClusterOptions) {
    this.#options = options;
    this.#credentials = options.credentials ?? createCredentials(options);
    this.#clock = options.clock ?? systemClock;
    if (!URL.canParse(options.server))
      throw new KubernetesError('kubernetes/bad-options', `"${options.server}" is not the URL of a server.`);
    const { protocol, origin, pathname } = new URL(options.server);
    if (protocol !== 'https:' && protocol !== 'http:') {
      throw new KubernetesError('kubernetes/bad-options', `"${options.server}" is neither an https nor an http URL.`);
    }
    this.#origin = origin;
    this.#prefix = pathname.replace(/\/+$/, '');
  }

  async request(request: TransportRequest): Promise<TransportResponse> {
    try {
      const answer = await this.#send(request);
      if (answer.status !== 401 || !this.#credentials.renew()) return answer;
      await discard(answer.body);
    } catch (error) {
      const known = toKubernetesError(error);
      if (known.code !== 'kubernetes/untrusted-server' || !this.#credentials.renew()) throw known;
      this.#checkedAt = Number.NEGATIVE_INFINITY;
    }
    return this.#send(request);
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    const open = [...this.#retiring, ...(this.#connections === undefined ? [] : [this.#connections.calls, this.#connections.streams])];
    this.#connections = undefined;
    this.#retiring.clear();
    await Promise.all(open.map((pool) => pool.destroy(new KubernetesError('kubernetes/stopped', 'The transport was closed.'))));
  }

  async #send({ method, path, headers, body, signal, isStream = false }: TransportRequest): Promise<TransportResponse> {
    const { headersTimeout = 30_000, bodyTimeout = 60_000 } = this.#options;
    const connections = await this.#connect();
    const own = await this.#credentials.headers();
    if (signal?.aborted) throw reasonOf(signal);
    try {
      const answer = await (isStream ? connections.streams : connections.calls).request({
        method,
        path: `${this.#prefix}${path}`,
        headers: { accept: 'application/json', 'user-agent': 'ingresskit', ...headers, ...own },
        body: body ?? null,
        signal: signal ?? null,
        headersTimeout,
        bodyTimeout: isStream ? 0 : bodyTimeout,
      });
      return { status: answer.statusCode, headers: firstValues(answer.headers), body: readBody(answer.body, signal) };
    } catch (error) {
      throw translate(error, signal);
    }
  }

  async #connect(): Promise<Connections> {
    if (this.#isClosed) throw new KubernetesError('kubernetes/stopped', 'The transport was closed.');
    if (this.#connections !== undefined && this.#clock.now() - this.#checkedAt < checkTlsAfter) return this.#connections;
    this.#checkedAt = this.#clock.now();
    const material = await this.#credentials.tls();
    const current = this.#connections;
    if (current !== undefined && isSameJson(current.material, material)) return current;
    if (this.#isClosed) throw new KubernetesError('kubernetes/stopped', 'The transport was closed.');
    this.#connections = this.#open(material);
    if (current !== undefined) this.#retire(current);
    return this.#connections;
  }

  #open(material: TlsMaterial): Connections {
    const connect = {
      timeout: this.#options.connectTimeout ?? 10_000,
      // A peer that vanished without a word is noticed by the kernel; the deadline of each watch is the second net.
      keepAlive: true,
      keepAliveInitialDelay: 30_000,
      ...(material.ca === undefined ? {} : { ca: material.ca }),
      ...(material.cert === undefined ? {} : { cert: material.cert }),
      ...(material.key === undefined ? {} : { key: material.key }),
      ...(material.serverName === undefined ? {} : { servername: material.serverName }),
      ...(material.insecureSkipTlsVerify === true ? { rejectUnauthorized: false } : {}),
    };
    // HTTP/2 stays off: one connection would carry all watches, and its flow control would let one slow watch hold up the others.
    return {
      material,
      calls: new Pool(this.#origin, { connect, connections: 16, allowH2: false }),
      streams: new Pool(this.#origin, { connect, connections: null, allowH2: false }),
    };
  }

  #retire({ calls, streams }: Connections): void {
    for (const pool of [calls, streams]) {
      this.#retiring.add(pool);
      // `close` waits for what is under way: calls for their answer, watches for their timeout of at most ten minutes.
      pool.close().then(
        () => this.#retiring.delete(pool),
        () => this.#retiring.delete(pool),
      );
    }
  }
}

/** Reads an answer nobody wants, which frees its connection. */
async function discard(body: AsyncIterable<Uint8Array>): Promise<void> {
  const chunks = body[Symbol.asyncIterator]();
  while ((await chunks.next()).done !== true);
}

async function* readBody(
  body: AsyncIterable<Uint8Array>,
  signal: AbortSignal | undefined,
): AsyncGenerator<Uint8Array, undefined, undefined> {
  try {
    yield* body;
  } catch (error) {
    throw translate(error, signal);
  }
}

function firstValues(headers: Readonly<Record<string, string | string[] | undefined>>): Readonly<Record<string, string>> {
  const values: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) {
    const first = Array.isArray(value) ? value[0] : value;
    if (first !== undefined) values[name] = first;
  }
  return values;
}

/** Errors of TLS that mean "I do not know this certificate", which a rotated CA bundle may cure. */
const distrust = /^(?:CERT_|UNABLE_TO_|SELF_SIGNED_|DEPTH_ZERO_|ERR_TLS_CERT_)/;

function translate(error: unknown, signal: AbortSignal | undefined): KubernetesError {
  if (signal?.aborted) return reasonOf(signal);
  if (error instanceof KubernetesError) return error;
  const code = error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';
  if (distrust.test(code))
    return new KubernetesError('kubernetes/untrusted-server', `The server's certificate is not trusted (${code}).`, { cause: error });
  if (code.endsWith('_TIMEOUT') || code === 'ETIMEDOUT')
    return new KubernetesError('kubernetes/timeout', `The server did not answer in time (${code}).`, { cause: error });
  return toKubernetesError(error);
}

function reasonOf(signal: AbortSignal): KubernetesError {
  return signal.reason instanceof KubernetesError ? signal.reason : stopped(signal);
}
