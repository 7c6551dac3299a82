import type { Readable } from 'node:stream';
import type { ForwardDecision } from '@ingresskit/matcher';
import type { Pick, PickOutcome } from '../balance/index.ts';
import { readCookie } from '../balance/index.ts';
import type { Endpoint } from '../endpoint.ts';
import type { Admitted } from '../gate/gate.ts';
import type { AttemptTrace, ResponseFlag } from '../observe/index.ts';
import type { AttemptFailure } from '../retry/index.ts';
import { RetryTimeline } from '../retry/index.ts';
import type { Call, CallSink, Outgoing } from '../upstream/call.ts';
import type { UpstreamTarget } from '../upstream/target.ts';
import { AttemptSetting } from './attempt-setting.ts';
import type { Exchange } from './exchange.ts';
import { defaultRetry, lostStatus, outcomeOfFailure } from './failures.ts';
import { fastCgiRequestOf } from './fastcgi-request.ts';
import type { ForwardPolicies } from './forward-policies.ts';
import { balancerOptions, hashKeyOf, policiesOf, speaksFastCgi } from './forward-policies.ts';
import { applyEdits, headerOf, withTrace } from './headers.ts';
import { mirrorRequest } from './mirroring.ts';
import { serviceEndpoint, targetOf } from './upstream-target.ts';

/** Who owns the attempts: it hears of the calls, and of what ends an attempt beside them. */
export interface AttemptOwner extends CallSink {
  /** An attempt begins. */
  onAttempt(): void;
  /** There is nowhere to send the request. */
  onNowhere(flag: ResponseFlag, details: string): void;
  /** The running attempt took too long. */
  onTryTimeout(): void;
}

/** The attempts to get an answer from a backend: endpoint after endpoint, as the retry policy allows and within the budget. */
export class Attempts {
  /** Held in memory where the request may have to be sent again. */
  body: Readable | Uint8Array | undefined;
  length: number | undefined;
  /** Milliseconds to the head of the answer; `undefined` while there is none. */
  latency: number | undefined;
  /** Status of the last answer. */
  status = 0;
  pick: Pick | undefined;
  readonly #exchange: Exchange;
  readonly #owner: AttemptOwner;
  readonly #admitted: Admitted;
  readonly #timeline: RetryTimeline;
  #decision: ForwardDecision;
  #policies: ForwardPolicies;
  #endpoints: readonly Endpoint[] = [];
  #serverName: string | undefined;
  #call: Call | undefined;
  #target: UpstreamTarget | undefined;
  #trace: AttemptTrace | undefined;
  #tried: Set<string> | undefined;
  #beganAt = 0;
  #connected = false;
  #timer: NodeJS.Timeout | undefined;
  #resent = false;
  #over = false;

  constructor(exchange: Exchange, decision: ForwardDecision, owner: AttemptOwner) {
    this.#exchange = exchange;
    this.#owner = owner;
    this.#decision = decision;
    this.#policies = policiesOf(decision);
    this.#admitted = exchange.admitted as Admitted;
    const { core, client } = exchange;
    this.length = client.mayHaveBody ? this.#admitted.length : 0;
    this.#timeline = new RetryTimeline(this.#policies.retry ?? defaultRetry, new AttemptSetting(core, client.raw.method, this));
  }

  /** Takes a body that was read beforehand, whole or in part. */
  hold(body: Readable | Uint8Array | undefined): void {
    this.body = body;
    if (body instanceof Uint8Array) this.length = body.length;
  }

  /** Endpoints of the backend. */
  get places(): number {
    return this.#endpoints.length;
  }

  /** Whether this is the second life of the request, at the fallback. */
  get isResent(): boolean {
    return this.#resent;
  }

  /** Finds the backend's endpoints, in the table or, for an ExternalName, in DNS, and makes the first attempt. */
  begin(): void {
    const { core, serving } = this.#exchange;
    const { serviceUpstream } = this.#policies;
    const { endpoints, externalName } = core.clusters.destinationOf(serving.table, this.#decision.backend);
    this.#serverName = serviceUpstream === undefined ? externalName : undefined;
    if (this.#serverName === undefined) {
      this.#endpoints = serviceUpstream === undefined ? endpoints : serviceEndpoint(serviceUpstream);
      this.#attempt(this.#timeline.firstTimeoutMs);
      return;
    }
    const port = Number(this.#decision.backend.port);
    core.resolve(this.#serverName).then(
      (addresses) => {
        this.#endpoints = addresses.map((address) => ({ address, port, ready: true }));
        this.#attemptLater(this.#timeline.firstTimeoutMs);
      },
      (error: unknown) => {
        core.onError(error);
        if (!this.#over) this.#owner.onNowhere('UH', 'name_not_resolved');
      },
    );
  }

  /** Begins again with another backend: the fallback. A body that has streamed away cannot be sent twice and is left out. */
  beginAgain(decision: ForwardDecision): void {
    this.#call?.cancel();
    this.lost({ kind: 'status', status: this.status }, true);
    this.release({ kind: 'answered', latencyMs: this.latency ?? 0 });
    this.latency = undefined;
    this.#resent = true;
    this.#tried = undefined;
    this.#decision = decision;
    this.#policies = policiesOf(decision);
    this.begin();
  }

  /**
   * Makes another attempt, if the failure, the policy and the budget allow; else says why not.
   *
   * @param mayBeUnseen whether the backend has most likely not seen the request: the only reason to send it again that needs no policy.
   */
  tryAgain(failure: AttemptFailure, mayBeUnseen = false): 'again' | 'condition' | 'method' | 'body' | 'tries' | 'time' | 'budget' {
    const { body } = this;
    if (this.#policies.retry === undefined && !mayBeUnseen) return 'condition';
    if (body !== undefined && !(body instanceof Uint8Array) && (body.destroyed || body.readableDidRead)) return 'body';
    const step = this.#timeline.next(failure);
    if (!step.retry) return step.because;
    this.#call?.cancel();
    this.lost(failure);
    const key = this.pick?.key;
    this.release(failure.kind === 'status' ? { kind: 'answered', latencyMs: this.latency ?? 0 } : outcomeOfFailure(failure));
    this.latency = undefined;
    if (key !== undefined) (this.#tried ??= new Set()).add(key);
    if (step.delayMs <= 0) this.#attempt(step.timeoutMs);
    else {
      this.#timer = setTimeout(() => this.#attemptLater(step.timeoutMs), step.delayMs);
    }
    return 'again';
  }

  /** The request is on its way. */
  connected(): void {
    this.#connected = true;
  }

  /** An answer began. */
  answered(status: number): void {
    this.#disarm();
    this.status = status;
    this.latency = this.#exchange.core.now() - this.#beganAt;
    this.#exchange.upstreamMs = this.latency;
  }

  /** Notes that the running try failed, or that another one follows it. */
  lost(failure: AttemptFailure, leftBackend = false): void {
    const exchange = this.#exchange;
    const { endpoint = '' } = exchange;
    const durationMs = this.latency ?? exchange.core.now() - this.#beganAt;
    (exchange.lostTries ??= []).push({ endpoint, status: lostStatus(failure), durationMs, leftBackend });
  }

  resume(): void {
    this.#call?.resume();
  }

  cancelCall(): void {
    this.#call?.cancel();
  }

  /** Says how the exchange with the endpoint went; later calls do nothing. */
  release(outcome: PickOutcome): void {
    this.#trace?.end(outcome.kind === 'answered' ? { status: this.status } : { error: outcome.kind });
    this.#trace = undefined;
    this.pick?.release(this.#connected || outcome.kind !== 'failed' ? outcome : this.#unconnected());
    this.pick = undefined;
  }

  /** What is learned from an attempt that ended before it had a connection: nothing, where others have one and this one only waited for its turn. */
  #unconnected(): PickOutcome {
    const target = this.#target;
    return { kind: target !== undefined && this.#exchange.core.pools.isConnected(target) ? 'abandoned' : 'connect-failure' };
  }

  close(): void {
    if (this.#over) return;
    this.#over = true;
    this.#disarm();
    this.#timeline.close();
    this.#call?.cancel();
    this.release(this.latency === undefined ? { kind: 'abandoned' } : { kind: 'answered', latencyMs: this.latency });
    if (this.body !== undefined && !(this.body instanceof Uint8Array)) this.body.destroy();
  }

  #attempt(limitMs: number | undefined): void {
    const exchange = this.#exchange;
    const { core } = exchange;
    const { affinity, mirror } = this.#policies;
    const { balancer } = core.clusters.clusterOf(this.#decision.backend, balancerOptions(this.#decision));
    const hashKey = hashKeyOf(this.#policies);
    const cookie = affinity === undefined ? undefined : readCookie(headerOf(this.#admitted.headers, 'cookie'), affinity.cookie);
    const pick = balancer.pick(this.#endpoints, {
      ...(hashKey === undefined ? {} : { hashKey }),
      ...(cookie === undefined ? {} : { cookie }),
      ...(this.#tried === undefined ? {} : { tried: this.#tried }),
    });
    if (typeof pick === 'string') {
      if (pick === 'overflow') this.#owner.onNowhere('UO', 'upstream_overflow');
      else this.#owner.onNowhere('UH', 'no_healthy_upstream');
      return;
    }
    this.pick = pick;
    exchange.endpoint = pick.key;
    exchange.tries += 1;
    this.#beganAt = core.now();
    this.#connected = false;
    this.#owner.onAttempt();
    if (limitMs !== undefined) this.#arm(limitMs);
    this.#trace = exchange.trace?.attempt(pick.endpoint.address, pick.endpoint.port);
    const outgoing = this.#outgoing();
    if (exchange.tries === 1 && mirror !== undefined) mirrorRequest(mirror, outgoing, core, exchange.serving);
    this.#target = targetOf(this.#decision, pick, this.#policies, this.#serverName, core.timeouts.upstreamConnectMs);
    this.#call = core.pools.call(this.#target, outgoing, this.#owner);
  }

  /** An attempt that nobody waits for on the stack: what goes wrong in it is told to the exchange. */
  #attemptLater(limitMs: number | undefined): void {
    if (this.#over) return;
    try {
      this.#attempt(limitMs);
    } catch (error) {
      this.#exchange.fail(error);
    }
  }

  #outgoing(): Outgoing {
    const { upstream } = this.#decision;
    const { raw } = this.#exchange.client;
    const body = this.#resent && !(this.body instanceof Uint8Array) ? undefined : this.body;
    const outgoing: Outgoing = {
      method: raw.method,
      path: upstream.path,
      host: upstream.host,
      headers: withTrace(applyEdits(this.#admitted.headers, upstream.headers, true), this.#trace?.headers),
      body,
      length: body === undefined ? 0 : this.length,
      upgrade: raw.version === '2' ? undefined : this.#admitted.upgrade,
      ...(this.#policies.upstreamConnection === 'close' || this.#policies.httpVersion === '1.0' ? closesAfter : none),
    };
    if (!speaksFastCgi(upstream.protocol)) return outgoing;
    return { ...outgoing, fastcgi: fastCgiRequestOf(this.#exchange, this.#decision) };
  }

  #arm(limitMs: number): void {
    this.#disarm();
    this.#timer = setTimeout(() => {
      this.#call?.cancel();
      this.#owner.onTryTimeout();
    }, limitMs);
  }

  #disarm(): void {
    if (this.#timer === undefined) return;
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }
}

const closesAfter = Object.freeze({ closes: true });
const none = Object.freeze({});
