import type { Duplex, Readable } from 'node:stream';
import type { Decision, ForwardDecision, PendingDecision } from '@ingresskit/matcher';
import { isPending } from '@ingresskit/matcher';
import type { BodyOwner } from '../client/request-body.ts';
import type { ResponseFlag } from '../observe/index.ts';
import type { AttemptFailure } from '../retry/index.ts';
import type { Expirable } from '../sweep.ts';
import type { CallFailure } from '../upstream/call.ts';
import { ask } from './answerer.ts';
import type { AttemptOwner } from './attempts.ts';
import { Attempts } from './attempts.ts';
import type { Exchange } from './exchange.ts';
import { attemptFailureOf, bodyOutcomeOf, mayBeUnseen, outcomeOf, outcomeOfFailure } from './failures.ts';
import type { ForwardPolicies } from './forward-policies.ts';
import { policiesOf } from './forward-policies.ts';
import { endToEnd, safeTrailers } from './headers.ts';
import { IdleWatch } from './idle-watch.ts';
import { readAhead } from './read-ahead.ts';
import { ResponseFlow } from './response-flow.ts';
import { BackendAnswer, isFallback, responseHeaders, sizeOf } from './response-head.ts';
import { Tunnelling } from './tunnelling.ts';
import { upgradeDecision } from './upgrade-decision.ts';

/** The part of an exchange that a backend answers: attempts, the walk's second half, and the response on its way to the client. */
export class Forwarding implements AttemptOwner, BodyOwner, Expirable {
  slot = -1;
  readonly #exchange: Exchange;
  readonly #decision: ForwardDecision;
  readonly #policies: ForwardPolicies;
  readonly #attempts: Attempts;
  readonly #idle: IdleWatch;
  readonly #flow: ResponseFlow;
  #final: ForwardDecision | undefined;
  #length: number | undefined;
  #timer: NodeJS.Timeout | undefined;
  #tunnel: Tunnelling | undefined;
  #headSent = false;
  #bodiless = false;
  #answering = false;
  #over = false;

  constructor(exchange: Exchange, decision: ForwardDecision) {
    this.#exchange = exchange;
    this.#decision = decision;
    this.#policies = policiesOf(decision);
    this.#attempts = new Attempts(exchange, decision, this);
    this.#idle = new IdleWatch(exchange.core, exchange.client.raw.version, this.#policies);
    this.#flow = new ResponseFlow(exchange, this.#policies, this.#idle, this.#attempts);
  }

  start(): void {
    const { core, client } = this.#exchange;
    const { timeoutMs, maxBodyBytes = Number.POSITIVE_INFINITY } = this.#policies;
    const { length } = this.#attempts;
    if (length !== undefined && length > maxBodyBytes) {
      this.onFailure({ kind: 'body', code: 'BODY_TOO_LARGE' });
      return;
    }
    core.sweeper.add(this);
    if (timeoutMs !== undefined) this.#timer = setTimeout(() => this.#timedOut('UT', true), timeoutMs);
    if (length === 0) {
      this.#attempts.begin();
      return;
    }
    const body = client.openBody();
    body.limit = maxBodyBytes;
    this.#idle.watchBody(body);
    this.#attempts.body = body;
    readAhead(this.#exchange, this.#decision, body, length, this);
  }

  bodyRead(error: string | undefined, held: Uint8Array | Readable | undefined): void {
    if (this.#over) return;
    if (error !== undefined) {
      this.onFailure({ kind: 'body', code: error });
      return;
    }
    this.#attempts.hold(held);
    this.#attempts.begin();
  }

  /** The exchange is over, or the client went away. */
  cancel(): void {
    if (this.#over) return;
    this.#over = true;
    this.#exchange.core.sweeper.delete(this);
    if (this.#timer !== undefined) clearTimeout(this.#timer);
    this.#flow.close();
    this.#attempts.close();
    this.#tunnel?.destroy();
  }

  /** The client reads again. */
  clientReads(): void {
    if (this.#over) return;
    this.#idle.clientReads();
    this.#attempts.resume();
  }

  sweep(now: number): void {
    const expired = this.#tunnel === undefined ? this.#idle.expired(now, this.#flow.taken) : undefined;
    if (expired === undefined) return;
    if (expired === 'client-stalled') this.#cut('DC', 'client_stalled');
    else if (expired === 'body') this.#fail(408, 'SI', 'request_body_timeout');
    else if (expired === 'send') this.#timedOut('UT', false);
    else this.#timedOut(expired === 'read' ? 'UT' : 'SI', false);
  }

  onAttempt(): void {
    this.#idle.touch();
  }

  onNowhere(flag: ResponseFlag, details: string): void {
    this.#fail(503, flag, details);
  }

  onTryTimeout(): void {
    this.#afterFailure({ kind: 'timeout' }, 504, 'UT', 'per_try_timeout');
  }

  onConnected(): void {
    this.#attempts.connected();
    this.#idle.touch();
  }

  onInformational(status: number, headers: readonly string[]): void {
    this.#idle.touch();
    if (status !== 100) this.#exchange.client.informational(status, endToEnd([...headers]));
  }

  onHead(status: number, headers: string[], length: number | undefined): boolean {
    this.#length = length;
    this.#attempts.answered(status);
    const { buffering } = this.#policies;
    if (buffering?.bufferBytes !== undefined && sizeOf(headers) > buffering.bufferBytes) {
      this.#attempts.lost({ kind: 'invalid-response' });
      this.#fail(502, 'UPE', 'response_headers_too_large');
      return false;
    }
    this.#idle.touch();
    if (this.#attempts.isResent) {
      this.#sendHead(status, headers, this.#final ?? this.#decision);
      return true;
    }
    if (status >= 400 && this.#policies.retry !== undefined) {
      const result = this.#attempts.tryAgain({ kind: 'status', status });
      if (result === 'again') return false;
      if (result === 'tries' || result === 'budget') this.#exchange.flag('URX');
    }
    try {
      const { matcher } = this.#exchange.serving;
      return this.#settle(matcher.answered(this.#decision, new BackendAnswer(status, headers)), status, headers);
    } catch (error) {
      this.#exchange.fail(error);
      return false;
    }
  }

  onData(chunk: Uint8Array): boolean {
    if (!this.#headSent) return !this.#answering;
    this.#idle.touch();
    return this.#bodiless || this.#flow.pass(chunk);
  }

  onEnd(trailers: readonly string[]): void {
    if (this.#over) return;
    this.#attempts.release({ kind: 'answered', latencyMs: this.#attempts.latency ?? 0 });
    // From here on only the client can keep the exchange waiting.
    this.#idle.clientBlocks();
    this.#exchange.client.end(safeTrailers(trailers));
  }

  onUpgrade(status: number, headers: string[], socket: Duplex): void {
    const exchange = this.#exchange;
    this.#attempts.answered(status);
    clearTimeout(this.#timer);
    const decision = status === 101 ? upgradeDecision(exchange, this.#decision, headers) : undefined;
    if (decision !== undefined && decision.kind !== 'forward') {
      socket.destroy();
      this.cancel();
      exchange.act(decision);
      return;
    }
    const edited = decision === undefined ? [] : responseHeaders(exchange, decision, headers, this.#attempts.pick?.cookie);
    const client =
      decision === undefined ? undefined : exchange.client.upgrade(['connection', 'upgrade', 'upgrade', 'websocket', ...edited]);
    if (client === undefined) {
      socket.destroy();
      this.#fail(502, 'UPE', 'bad_upgrade');
      return;
    }
    exchange.status = 101;
    exchange.details = 'via_upstream';
    this.#tunnel = new Tunnelling(client, socket, exchange.core, () => exchange.clientClosed(true));
  }

  onFailure(failure: CallFailure): void {
    if (this.#over) return;
    this.#exchange.upstreamFailure = failure.code;
    const { status, flag, details } = failure.kind === 'body' ? bodyOutcomeOf(failure.code) : outcomeOf(failure);
    if (failure.kind === 'body') this.#fail(status, flag, details);
    else this.#afterFailure(attemptFailureOf(failure), status, flag, details, mayBeUnseen(failure));
  }

  /** The walk's second half; true when the body may come. */
  #settle(result: Decision | PendingDecision, status: number, headers: string[]): boolean {
    const exchange = this.#exchange;
    let current = result;
    while (isPending(current)) {
      const waiting = current;
      const answer = ask(exchange.core.answerers, waiting.pending, exchange, (error) => exchange.core.onError(error));
      if (answer instanceof Promise) {
        this.#answering = true;
        void answer.then((given: unknown) => {
          if (this.#over) return;
          this.#answering = false;
          try {
            if (this.#settle(waiting.resume(given), status, headers)) this.#attempts.resume();
          } catch (error) {
            exchange.fail(error);
          }
        });
        return false;
      }
      current = waiting.resume(answer);
    }
    exchange.decision = current;
    if (current.kind !== 'forward') {
      this.cancel();
      exchange.act(current);
      return false;
    }
    if (isFallback(current, this.#decision)) {
      this.#final = current;
      this.#attempts.beginAgain(current);
      return false;
    }
    this.#sendHead(status, headers, current);
    return true;
  }

  #sendHead(status: number, received: string[], decision: ForwardDecision): void {
    const exchange = this.#exchange;
    const { client, core } = exchange;
    const headers = responseHeaders(exchange, decision, received, this.#attempts.pick?.cookie);
    exchange.status = decision.response.status ?? status;
    exchange.details = 'via_upstream';
    this.#bodiless = client.raw.method === 'HEAD' || status === 204 || status === 304;
    if (core.isDraining) client.closeAfter();
    this.#headSent = true;
    try {
      client.head(exchange.status, headers, this.#bodiless ? 0 : this.#length);
    } catch (error) {
      // What no writer takes never reaches the client; the connection to the backend is not used again either.
      core.onError(error);
      this.#headSent = false;
      this.#fail(502, 'UPE', 'invalid_response_headers');
    }
  }

  #afterFailure(failure: AttemptFailure, status: number, flag: ResponseFlag, details: string, isUnseen = false): void {
    if (this.#headSent) {
      this.#attempts.release({ kind: 'failed' });
      this.#cut(flag, details);
      return;
    }
    const result = this.#attempts.tryAgain(failure, isUnseen);
    if (result === 'again') return;
    this.#attempts.lost(failure);
    this.#attempts.release(outcomeOfFailure(failure));
    if (result === 'budget' || (result === 'tries' && this.#exchange.tries > 1)) this.#exchange.flag('URX');
    this.#fail(status, flag, details);
  }

  #timedOut(flag: 'UT' | 'SI', isFinal: boolean): void {
    this.#attempts.cancelCall();
    if (!isFinal || this.#headSent)
      this.#afterFailure({ kind: 'timeout' }, 504, flag, this.#headSent ? 'stream_timeout' : 'response_timeout');
    else {
      this.#attempts.lost({ kind: 'timeout' });
      this.#attempts.release({ kind: 'failed' });
      this.#fail(504, flag, 'response_timeout');
    }
  }

  /** Ends the attempts with an answer of the gateway's own. */
  #fail(status: number, flag: ResponseFlag, details: string): void {
    this.#exchange.flag(flag);
    this.cancel();
    if (this.#headSent) this.#exchange.client.abort();
    else this.#exchange.answer(status, [], '', details);
  }

  /** Cuts a response that has begun, so that the client sees that it is not whole. */
  #cut(flag: ResponseFlag, details: string): void {
    this.#exchange.flag(flag);
    this.#exchange.details = details;
    this.#exchange.client.abort();
  }
}
