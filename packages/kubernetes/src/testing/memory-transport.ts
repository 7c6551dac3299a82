import { stopped } from '../clock.ts';
import { KubernetesError } from '../errors.ts';
import type { Transport, TransportRequest, TransportResponse } from '../transport.ts';
import { BytePipe } from './byte-pipe.ts';
import type { FakeAnswer } from './status-body.ts';

/** What the server does with a request: answers, streams, breaks the connection, or never says anything. */
export type Outcome = FakeAnswer | BytePipe | 'reset' | 'hang';

/** A transport that calls the server without sockets: for tests of thousands of histories. */
export class MemoryTransport implements Transport {
  readonly #handle: (request: TransportRequest) => Promise<Outcome>;
  #isClosed = false;

  constructor(handle: (request: TransportRequest) => Promise<Outcome>) {
    this.#handle = handle;
  }

  async request(request: TransportRequest): Promise<TransportResponse> {
    const { signal } = request;
    if (this.#isClosed || signal?.aborted) throw reasonOf(signal);
    const outcome = await untilAborted(this.#handle(request), signal);
    if (outcome === 'hang') return untilAborted(new Promise<never>(() => undefined), signal);
    if (outcome === 'reset') throw new KubernetesError('kubernetes/connection', 'read ECONNRESET');
    if (outcome instanceof BytePipe) {
      return { status: 200, headers: { 'content-type': 'application/json' }, body: readPipe(outcome, signal) };
    }
    return { status: outcome.status, headers: outcome.headers, body: oneChunk(outcome.body, signal) };
  }

  close(): Promise<void> {
    this.#isClosed = true;
    return Promise.resolve();
  }
}

async function* oneChunk(body: string, signal: AbortSignal | undefined): AsyncGenerator<Uint8Array, undefined, undefined> {
  await Promise.resolve();
  if (signal?.aborted) throw reasonOf(signal);
  if (body !== '') yield new TextEncoder().encode(body);
}

async function* readPipe(pipe: BytePipe, signal: AbortSignal | undefined): AsyncGenerator<Uint8Array, undefined, undefined> {
  const leave = (): void => pipe.leave();
  signal?.addEventListener('abort', leave, { once: true });
  if (signal?.aborted) leave();
  try {
    for await (const chunk of pipe) {
      if (signal?.aborted) break;
      yield chunk;
    }
  } catch (cause) {
    throw new KubernetesError('kubernetes/connection', 'read ECONNRESET', { cause });
  } finally {
    signal?.removeEventListener('abort', leave);
    leave();
  }
  if (signal?.aborted) throw reasonOf(signal);
}

function untilAborted<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return work;
  return new Promise((resolve, reject) => {
    const abort = (): void => reject(reasonOf(signal));
    signal.addEventListener('abort', abort, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  });
}

function reasonOf(signal: AbortSignal | undefined): KubernetesError {
  return signal?.reason instanceof KubernetesError ? signal.reason : stopped(signal);
}
