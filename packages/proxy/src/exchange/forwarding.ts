import type { Duplex, Readable } from 'node:stream';
import type { Decision, ForwardDecision, PendingDecision } from '@ingresskit/matcher';
import { isPending } from '@ingresskit/matcher';
import type { Pick, PickOutcome } from '../balance/index.ts';
import { formatAffinityCookie, readCookie } from '../balance/index.ts';
import type { Endpoint } from '../endpoint.ts';
import type { Admitted } from '../gate/gate.ts';
import { rewriteResponseHeaders } from '../http/index.ts';
import type { AttemptTrace, ResponseFlag } from '../observe/index.ts';
import type { AttemptFailure } from '../retry/index.ts';
import { RetryTimeline } from '../retry/index.ts';
import type { Expirable } from '../sweep.ts';
import type { Call, CallFailure, CallSink, Outgoing } from '../upstream/call.ts';
import { ask } from './answerer.ts';
import { collectBody } from './collect-body.ts';
import type { Exchange } from './exchange.ts';
import { attemptFailureOf, defaultRetry, outcomeOf } from './failures.ts';
import type { ForwardPolicies } from './forward-policies.ts';
import { balancerOptions, hashKeyOf, policiesOf } from './forward-policies.ts';
import { applyEdits, endToEnd, headerOf, safeTrailers, toRecord, withTrace } from './headers.ts';
import { IdleWatch } from './idle-watch.ts';
import { mirrorRequest } from './mirroring.ts';
import { Tunnelling } from './tunnelling.ts';
import { serviceEndpoint, targetOf } from './upstream-target.ts';

/** The part of an exchange that a backend answers: attempts, the walk's second half, and the response on its way to the client. */
export class Forwarding implements CallSink, Expirable {
  readonly #exchange: Exchange;
  readonly #admitted: Admitted;
  readonly #timeline: RetryTimeline;
  readonly #idle: IdleWatch;
  #decision: ForwardDecision;
  #policies: ForwardPolicies;
  #endpoints: readonly Endpoint[] = [];
  #serverName: string | undefined;
  #body: Readable | Uint8Array | undefined;
  #length: number | undefined;
  #call: Call | undefined;
  #pick: Pick | undefined;
  #trace: AttemptTrace | undefined;
  #upstreamStatus = 0;
  #responseLength: number | undefined;
  #tried: Set<string> | undefined;
  #attemptAt = 0;
  #latency: number | undefined;
  #wholeTimer: NodeJS.Timeout | undefined;
  #tryTimer: NodeJS.Timeout | undefined;
  #tunnel: Tunnelling | undefined;
  #headSent = false;
  #bodiless = false;
  #answering = false;
  #resent = false;
  #over = false;

  constructor(exchange: Exchange, decision: ForwardDecision) {
    this.#exchange = exchange;
    this.#decision = decision;
    this.#policies = policiesOf(decision);
    this.#admitted = exchange.admitted as Admitted;
    const { core, client } = exchange;
    const hasBody = client.mayHaveBody && this.#admitted.length !== 0;
    this.#length = hasBody ? this.#admitted.length : 0;
    const isReplayable = (): boolean => this.#body === undefined || this.#body instanceof Uint8Array;
    this.#timeline = new RetryTimeline(this.#policies.retry ?? defaultRetry, {
      method: client.raw.method,
      get isReplayable() {
        return isReplayable();
      },
      budget: core.budget,
      now: core.now,
      random: core.random,
    });
    this.#idle = new IdleWatch(core, client.raw.version, this.#policies);
  }

  start(): void {
    const { core, client } = this.#exchange;
    const { timeoutMs, maxBodyBytes, retry, mirror } = this.#policies;
    const hasBody = this.#length !== 0;
    if (hasBody && maxBodyBytes !== undefined && this.#length !== undefined && this.#length > maxBodyBytes) {
      this.#refuseBody();
      return;
    }
    core.sweeper.add(this);
    client.onDrain = () => {
      this.#idle.clientReads();
      this.#call?.resume();
    };
    if (timeoutMs !== undefined) this.#wholeTimer = setTimeout(() => this.#timedOut('UT', true), timeoutMs);
    if (!hasBody) {
      this.#locate();
      return;
    }
    const body = client.openBody();
    this.#idle.watchBody(body);
    if (maxBodyBytes !== undefined) body.limit = maxBodyBytes;
    this.#body = body;
    const isWorthKeeping = (retry !== undefined && !retry.on.includes('off')) || mirror !== undefined || this.#actsOnAnswers();
    if (!isWorthKeeping || this.#length === undefined || this.#length > core.replayBytes) {
      this.#locate();
      return;
    }
    collectBody(body, this.#length, (error, bytes) => {
      if (this.#over) return;
      if (error !== undefined) return this.onFailure({ kind: 'body', code: error });
      this.#body = bytes;
      this.#locate();
    });
  }

  /** The exchange is over, or the client went away. */
  cancel(): void {
    if (this.#over) return;
    this.#over = true;
    const { core } = this.#exchange;
    core.sweeper.delete(this);
    clearTimeout(this.#wholeTimer);
    clearTimeout(this.#tryTimer);
    this.#timeline.close();
    this.#call?.cancel();
    this.#tunnel?.destroy();
    this.#release(this.#latency === undefined ? { kind: 'abandoned' } : { kind: 'answered', latencyMs: this.#latency });
    if (this.#body !== undefined && !(this.#body instanceof Uint8Array)) this.#body.destroy();
  }

  sweep(now: number): void {
    const expired = this.#tunnel === undefined ? this.#idle.expired(now) : undefined;
    if (expired === undefined) return;
    if (expired === 'client-stalled') {
      this.#flag('DC');
      this.#exchange.details = 'client_stalled';
      this.#exchange.client.abort();
    } else if (expired === 'body') {
      this.#flag('SI');
      this.#fail(408, 'request_body_timeout');
    } else this.#timedOut(expired === 'read' ? 'UT' : 'SI', false);
  }

  #actsOnAnswers(): boolean {
    const { serving } = this.#exchange;
    return serving.matcher.awaitsAnswer(this.#decision);
  }

  /** Where the backend's endpoints are: from the table, or, for an ExternalName, from DNS. */
  #locate(): void {
    const { core, serving } = this.#exchange;
    const { serviceUpstream } = this.#policies;
    if (serviceUpstream !== undefined) {
      this.#endpoints = serviceEndpoint(serviceUpstream);
      this.#attempt();
      return;
    }
    const { endpoints, externalName } = core.clusters.destinationOf(serving.table, this.#decision.backend);
    this.#serverName = externalName;
    if (externalName === undefined) {
      this.#endpoints = endpoints;
      this.#attempt();
      return;
    }
    const { port } = this.#decision.backend;
    core.resolve(externalName).then(
      (addresses) => {
        this.#endpoints = addresses.map((address) => ({ address, port: Number(port), ready: true }));
        if (!this.#over) this.#attempt();
      },
      (error: unknown) => {
        if (this.#over) return;
        this.#flag('UH');
        core.onError(error);
        this.#fail(503, 'name_not_resolved');
      },
    );
  }

  #attempt(timeoutMs: number | undefined = this.#timeline.firstTimeoutMs): void {
    const exchange = this.#exchange;
    const { core } = exchange;
    const { balancer } = core.clusters.clusterOf(this.#decision.backend, balancerOptions(this.#decision));
    const { affinity } = this.#policies;
    const hashKey = hashKeyOf(this.#policies);
    const cookie = affinity === undefined ? undefined : readCookie(headerOf(this.#admitted.headers, 'cookie'), affinity.cookie);
    const pick = balancer.pick(this.#endpoints, {
      ...(hashKey === undefined ? {} : { hashKey }),
      ...(cookie === undefined ? {} : { cookie }),
      ...(this.#tried === undefined ? {} : { tried: this.#tried }),
    });
    if (typeof pick === 'string') {
      this.#flag(pick === 'overflow' ? 'UO' : 'UH');
      this.#fail(503, pick === 'overflow' ? 'upstream_overflow' : 'no_healthy_upstream');
      return;
    }
    this.#pick = pick;
    exchange.endpoint = pick.key;
    exchange.tries += 1;
    this.#attemptAt = core.now();
    this.#idle.attempt(timeoutMs);
    const { connectTimeoutMs } = this.#policies;
    const limit = Math.min(timeoutMs ?? Number.POSITIVE_INFINITY, connectTimeoutMs ?? Number.POSITIVE_INFINITY);
    if (limit !== Number.POSITIVE_INFINITY) this.#arm(limit, limit === connectTimeoutMs);
    this.#trace = exchange.trace?.attempt(pick.endpoint.address, pick.endpoint.port);
    const outgoing = this.#outgoing();
    if (exchange.tries === 1 && this.#policies.mirror !== undefined) mirrorRequest(this.#policies.mirror, outgoing, core, exchange.serving);
    this.#call = core.pools.call(targetOf(this.#decision, pick.endpoint, this.#policies, this.#serverName), outgoing, this);
  }

  #outgoing(): Outgoing {
    const { upstream } = this.#decision;
    const body = this.#resent && !(this.#body instanceof Uint8Array) ? undefined : this.#body;
    return {
      method: this.#exchange.client.raw.method,
      path: upstream.path,
      host: upstream.host,
      headers: withTrace(applyEdits(this.#admitted.headers, upstream.headers), this.#trace?.headers),
      body,
      length: body === undefined ? 0 : this.#length,
      upgrade: this.#exchange.client.raw.version === '2' ? undefined : this.#admitted.upgrade,
    };
  }

  #arm(limitMs: number, isConnect: boolean): void {
    clearTimeout(this.#tryTimer);
    this.#tryTimer = setTimeout(() => {
      const isConnecting = isConnect && this.#latency === undefined;
      this.#call?.cancel();
      if (isConnecting) this.onFailure({ kind: 'connect-timeout', code: 'CONNECT_TIMEOUT' });
      else this.#afterFailure({ kind: 'timeout' }, 504, 'UT', 'per_try_timeout');
    }, limitMs);
  }

  onConnected(): void {
    const left = this.#idle.perTryMs;
    if (this.#tryTimer !== undefined) {
      clearTimeout(this.#tryTimer);
      this.#tryTimer = undefined;
      if (left !== undefined) this.#arm(Math.max(0, left - (this.#exchange.core.now() - this.#attemptAt)), false);
    }
    this.#idle.touch();
  }

  onInformational(status: number, headers: readonly string[]): void {
    this.#idle.touch();
    if (status !== 100) this.#exchange.client.informational(status, endToEnd([...headers]));
  }

  onHead(status: number, headers: string[], length: number | undefined): boolean {
    const exchange = this.#exchange;
    this.#responseLength = length;
    this.#upstreamStatus = status;
    clearTimeout(this.#tryTimer);
    this.#tryTimer = undefined;
    this.#latency = exchange.core.now() - this.#attemptAt;
    exchange.upstreamMs = this.#latency;
    this.#idle.touch();
    if (status >= 400 && !this.#resent && this.#policies.retry !== undefined) {
      const step = this.#nextStep({ kind: 'status', status });
      if (step.retry) {
        this.#call?.cancel();
        this.#again(step.delayMs, step.timeoutMs, { kind: 'answered', latencyMs: this.#latency });
        return false;
      }
      if (step.because === 'tries' || step.because === 'budget') this.#flag('URX');
    }
    if (this.#resent) {
      this.#sendHead(status, headers, this.#decision);
      return true;
    }
    const { matcher } = exchange.serving;
    return this.#settle(matcher.answered(this.#decision, new Answer(status, headers)), status, headers);
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
          if (this.#settle(waiting.resume(given), status, headers)) this.#call?.resume();
        });
        return false;
      }
      current = waiting.resume(answer);
    }
    exchange.decision = current;
    if (current.kind !== 'forward') {
      this.#call?.cancel();
      this.cancel();
      exchange.act(current);
      return false;
    }
    if (current.fallback !== undefined && current.backend !== this.#decision.backend) {
      this.#resend(current);
      return false;
    }
    this.#sendHead(status, headers, current);
    return true;
  }

  /** Sends the request again, to the fallback. */
  #resend(decision: ForwardDecision): void {
    this.#call?.cancel();
    this.#release({ kind: 'answered', latencyMs: this.#latency ?? 0 });
    this.#latency = undefined;
    this.#resent = true;
    this.#tried = undefined;
    this.#decision = decision;
    this.#policies = policiesOf(decision);
    this.#locate();
  }

  #sendHead(status: number, received: string[], { response }: ForwardDecision): void {
    const exchange = this.#exchange;
    const { client, core } = exchange;
    let headers = endToEnd(received);
    const { rewrite } = this.#policies;
    if (rewrite !== undefined) headers = [...rewriteResponseHeaders(headers, rewrite)];
    headers = applyEdits(headers, response.headers);
    const cookie = this.#affinityCookie();
    if (cookie !== undefined) headers = [...headers, 'set-cookie', cookie];
    exchange.status = response.status ?? status;
    exchange.details = 'via_upstream';
    this.#bodiless = client.raw.method === 'HEAD' || status === 204 || status === 304;
    if (core.isDraining) client.closeAfter();
    this.#headSent = true;
    try {
      client.head(exchange.status, headers, this.#bodiless ? 0 : this.#responseLength);
    } catch (error) {
      // What no writer takes never reaches the client; the connection to the backend is not used again either.
      core.onError(error);
      this.#headSent = false;
      this.#call?.cancel();
      this.#flag('UPE');
      this.#fail(502, 'invalid_response_headers');
    }
  }

  #affinityCookie(): string | undefined {
    const { affinity } = this.#policies;
    const value = this.#pick?.cookie;
    if (affinity === undefined || value === undefined || affinity.issues === false) return undefined;
    const { raw } = this.#exchange.client;
    const userAgent = headerOf(this.#admitted.headers, 'user-agent');
    return formatAffinityCookie({ ...affinity, name: affinity.cookie, path: affinity.path ?? '/' }, value, {
      isTls: raw.peer.tls !== undefined,
      now: this.#exchange.core.wallClock(),
      ...(userAgent === undefined ? {} : { userAgent }),
    });
  }

  onData(chunk: Uint8Array): boolean {
    if (!this.#headSent) return !this.#answering;
    this.#idle.touch();
    if (this.#bodiless || this.#exchange.client.data(chunk)) return true;
    this.#idle.clientBlocks();
    return false;
  }

  onEnd(trailers: readonly string[]): void {
    if (this.#over) return;
    this.#release({ kind: 'answered', latencyMs: this.#latency ?? 0 });
    this.#idle.clientBlocks();
    this.#exchange.client.end(safeTrailers(trailers));
  }

  onUpgrade(status: number, headers: string[], socket: Duplex): void {
    const exchange = this.#exchange;
    this.#latency = exchange.core.now() - this.#attemptAt;
    exchange.upstreamMs = this.#latency;
    clearTimeout(this.#wholeTimer);
    clearTimeout(this.#tryTimer);
    const edited = applyEdits(endToEnd(headers), this.#decision.response.headers);
    const client = status === 101 ? exchange.client.upgrade(['connection', 'upgrade', 'upgrade', 'websocket', ...edited]) : undefined;
    if (client === undefined) {
      socket.destroy();
      this.#flag('UPE');
      this.#fail(502, 'bad_upgrade');
      return;
    }
    exchange.status = 101;
    exchange.details = 'via_upstream';
    this.#tunnel = new Tunnelling(client, socket, exchange.core, () => exchange.client.onClose?.(true));
  }

  onFailure(failure: CallFailure): void {
    if (this.#over) return;
    this.#exchange.upstreamFailure = failure.code;
    if (failure.kind === 'body') {
      if (failure.code === 'BODY_TOO_LARGE') {
        this.#refuseBody();
        return;
      }
      // The client broke off; where it still listens it is told.
      this.#flag('DC');
      this.#fail(400, 'request_body_incomplete');
      return;
    }
    const { status, flag, details } = outcomeOf(failure);
    this.#afterFailure(attemptFailureOf(failure), status, flag, details);
  }

  #afterFailure(failure: AttemptFailure, status: number, flag: ResponseFlag, details: string): void {
    if (this.#headSent) {
      this.#release({ kind: 'failed' });
      this.#flag(flag);
      this.#exchange.details = details;
      this.#exchange.client.abort();
      return;
    }
    const step = this.#nextStep(failure);
    const outcome: PickOutcome = { kind: failure.kind === 'connect' ? 'connect-failure' : 'failed' };
    if (step.retry) {
      this.#again(step.delayMs, step.timeoutMs, outcome);
      return;
    }
    this.#release(outcome);
    this.#flag(flag);
    if (step.because === 'tries' && this.#exchange.tries > 1) this.#flag('URX');
    this.#fail(status, details);
  }

  #nextStep(failure: AttemptFailure): ReturnType<RetryTimeline['next']> {
    const body = this.#body;
    const isGone = body !== undefined && !(body instanceof Uint8Array) && (body.destroyed || body.readableDidRead);
    return isGone ? { retry: false, because: 'body' } : this.#timeline.next(failure);
  }

  #again(delayMs: number, timeoutMs: number | undefined, outcome: PickOutcome): void {
    const { key } = this.#pick ?? {};
    this.#release(outcome);
    this.#latency = undefined;
    if (key !== undefined) (this.#tried ??= new Set()).add(key);
    if (delayMs <= 0) {
      this.#attempt(timeoutMs);
      return;
    }
    this.#tryTimer = setTimeout(() => {
      if (!this.#over) this.#attempt(timeoutMs);
    }, delayMs);
  }

  #timedOut(flag: 'UT' | 'SI', isFinal: boolean): void {
    this.#call?.cancel();
    if (isFinal || this.#headSent) {
      this.#release({ kind: 'failed' });
      this.#flag(flag);
      if (this.#headSent) {
        this.#exchange.details = 'stream_timeout';
        this.#exchange.client.abort();
      } else this.#fail(504, 'response_timeout');
    } else this.#afterFailure({ kind: 'timeout' }, 504, flag, 'response_timeout');
  }

  #refuseBody(): void {
    this.#flag('DPE');
    this.#fail(413, 'request_body_too_large');
  }

  /** Ends the attempts with an answer of the gateway's own. */
  #fail(status: number, details: string): void {
    const { client } = this.#exchange;
    this.#call?.cancel();
    this.cancel();
    if (this.#headSent) client.abort();
    else this.#exchange.answer(status, [], '', details);
  }

  #flag(flag: ResponseFlag): void {
    if (!this.#exchange.flags.includes(flag)) this.#exchange.flags.push(flag);
  }

  #release(outcome: PickOutcome): void {
    this.#trace?.end(outcome.kind === 'answered' ? { status: this.#upstreamStatus } : { error: outcome.kind });
    this.#trace = undefined;
    this.#pick?.release(outcome);
    this.#pick = undefined;
  }
}

/** What the walk sees of a backend's answer; the record is made only when a policy looks. */
class Answer {
  readonly status: number;
  readonly #pairs: readonly string[];

  constructor(status: number, pairs: readonly string[]) {
    this.status = status;
    this.#pairs = pairs;
  }

  get headers(): Readonly<Record<string, string | readonly string[]>> {
    return toRecord(this.#pairs);
  }
}
