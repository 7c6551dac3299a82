import { lookup as lookupName } from 'node:dns/promises';
import type { ConnectionOptions } from 'node:tls';
import type { ExternalAuthQuestion, UpstreamAnswer } from '@ingresskit/annotations';
import { addressProblem } from '@ingresskit/families';
import { request } from 'undici';
import { orAborted } from '../or-aborted.ts';
import { AnswerCache } from './answer-cache.ts';
import { AuthConnections } from './auth-connections.ts';
import type { AddressCheck, ResolveName } from './checked-lookup.ts';
import { checkedLookup, checkHost } from './checked-lookup.ts';
import { questionHeaders } from './question-request.ts';

export interface ExternalAuthClientOptions {
  /** From the question to the headers of the answer. Default 5 000. */
  readonly deadlineMs?: number;
  /** Bytes of an answer's headers. Default 16 384. */
  readonly mostHeaderBytes?: number;
  /** Bytes of an answer's body that are read and thrown away so that the connection can be used again. Default 65 536. */
  readonly mostBodyBytes?: number;
  /** Questions on their way at once; more get no answer. Default 1 024. */
  readonly mostRunning?: number;
  /** Answers that are kept. Default 10 000. */
  readonly mostCached?: number;
  /** Default: `addressProblem` of `@ingresskit/families`, which lets private networks through and nothing that leads back into the gateway or its cloud. */
  readonly checkAddress?: AddressCheck;
  /** Default: the system's resolver. */
  readonly resolve?: ResolveName;
  /** For services with certificates of a private authority. */
  readonly tls?: Pick<ConnectionOptions, 'ca' | 'rejectUnauthorized'>;
  /** Milliseconds of a clock that never goes back. */
  readonly now: () => number;
}

/** Asks services about requests. No answer means that nobody could tell, and the gate that asks stays shut. */
export class ExternalAuthClient {
  readonly #options: Required<Pick<ExternalAuthClientOptions, 'deadlineMs' | 'mostBodyBytes' | 'mostRunning' | 'checkAddress'>>;
  readonly #connections: AuthConnections;
  readonly #cache: AnswerCache;
  readonly #flights = new Map<string, Promise<UpstreamAnswer>>();
  #running = 0;

  constructor(options: ExternalAuthClientOptions) {
    const { deadlineMs = 5_000, mostHeaderBytes = 16_384, mostBodyBytes = 65_536, mostRunning = 1_024, mostCached = 10_000 } = options;
    const {
      checkAddress = (address) => addressProblem(address)?.message,
      resolve = (name) => lookupName(name, { all: true }),
      tls,
    } = options;
    this.#options = { deadlineMs, mostBodyBytes, mostRunning, checkAddress };
    this.#cache = new AnswerCache(options.now, mostCached);
    this.#connections = new AuthConnections({
      maxHeaderSize: mostHeaderBytes,
      headersTimeout: deadlineMs,
      bodyTimeout: deadlineMs,
      connect: { ...tls, timeout: deadlineMs, lookup: checkedLookup(resolve, checkAddress) },
    });
  }

  /**
   * The answer to a question, or a rejection when there is none. Questions with one cache key share an answer, also while it is on its way.
   *
   * @param client the headers of the request, names and values one after the other
   * @param signal aborted when nobody needs the answer any more
   */
  async ask(question: ExternalAuthQuestion, client: readonly string[], signal: AbortSignal): Promise<UpstreamAnswer> {
    const { cache } = question;
    if (cache === undefined) return this.#send(question, client, signal);
    const known = this.#cache.get(cache.key);
    if (known !== undefined) return known;
    let flight = this.#flights.get(cache.key);
    if (flight === undefined) {
      // Others may wait for it too, so a client that goes away does not end it.
      flight = this.#sendAndKeep(question, cache, client);
      this.#flights.set(cache.key, flight);
      // Everybody who waits may have gone when it fails.
      flight.catch(() => undefined);
    }
    return await orAborted(flight, signal);
  }

  /** Ends all connections. */
  async close(): Promise<void> {
    await this.#connections.destroy();
  }

  async #sendAndKeep(
    question: ExternalAuthQuestion,
    cache: NonNullable<ExternalAuthQuestion['cache']>,
    client: readonly string[],
  ): Promise<UpstreamAnswer> {
    try {
      const answer = await this.#send(question, client);
      this.#cache.set(cache, answer);
      return answer;
    } finally {
      this.#flights.delete(cache.key);
    }
  }

  async #send(question: ExternalAuthQuestion, client: readonly string[], signal?: AbortSignal): Promise<UpstreamAnswer> {
    const { deadlineMs, mostBodyBytes, mostRunning, checkAddress } = this.#options;
    if (this.#running >= mostRunning) throw new BusyError();
    const url = new URL(question.url);
    checkHost(url.hostname, checkAddress);
    const deadline = AbortSignal.timeout(deadlineMs);
    this.#running += 1;
    const line = this.#connections.lineFor(question);
    try {
      const { statusCode, headers, body } = await request(url, {
        dispatcher: line.agent,
        ...(line.closes ? { reset: true } : {}),
        method: question.method as 'GET',
        headers: questionHeaders(question, client),
        signal: signal === undefined ? deadline : AbortSignal.any([signal, deadline]),
      });
      // The body says nothing; a long one, or one that does not end, costs the connection (CVE-2026-26998).
      void body
        .dump({ limit: mostBodyBytes, signal: deadline })
        .catch(() => undefined)
        .finally(() => line.release());
      return { status: statusCode, headers: present(headers) };
    } catch (error) {
      line.release();
      throw error;
    } finally {
      this.#running -= 1;
    }
  }
}

/** Too many questions at once. */
export class BusyError extends Error {
  readonly code = 'external-auth/busy';

  constructor() {
    super('too many requests wait for the authentication service');
    this.name = 'BusyError';
  }
}

function present(headers: Readonly<Record<string, string | readonly string[] | undefined>>): Record<string, string | readonly string[]> {
  // Without a prototype, so that a header named `__proto__` is a header.
  const result: Record<string, string | readonly string[]> = Object.create(null);
  for (const [name, value] of Object.entries(headers)) if (value !== undefined) result[name] = value;
  return result;
}
