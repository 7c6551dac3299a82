import type { AnswerHeaders, Decision, PendingDecision } from '@ingresskit/matcher';
import { isPending } from '@ingresskit/matcher';
import type { ClientOwner, ClientSide } from '../client/client-side.ts';
import type { Admitted, Refused } from '../gate/gate.ts';
import { flagOfReason, type LostTry, type RequestTrace, type ResponseFlag, type Tracing } from '../observe/index.ts';
import { type AnswerContext, ask } from './answerer.ts';
import type { Core, Serving } from './core.ts';
import { policiesOf } from './forward-policies.ts';
import { Forwarding } from './forwarding.ts';
import type { ExchangeRecord } from './record.ts';
import { hostOf, tracedRequest } from './traced-request.ts';
import { isSpoken } from './upstream-target.ts';

/** What a protocol does with a request that is too malformed for an answer. */
export interface Reset {
  reset(code: number): void;
}

const protocolError = 1;

/**
 * One request from its headers to the end of its response: through the gate, through the walk (waiting where it asks), and then what the decision
 * says. It pins the table it began with.
 */
export class Exchange implements AnswerContext, ClientOwner {
  readonly core: Core;
  readonly client: ClientSide;
  readonly serving: Serving;
  readonly startedAt: number;
  admitted: Admitted | undefined;
  decision: Decision | undefined;
  status = 0;
  details = '';
  endpoint: string | undefined;
  upstreamMs: number | undefined;
  upstreamFailure: string | undefined;
  tries = 0;
  lostTries: LostTry[] | undefined;
  readonly flags: ResponseFlag[] = [];
  trace: RequestTrace | undefined;
  readonly #wallStart: number;
  #forwarding: Forwarding | undefined;
  #abort: AbortController | undefined;
  #endings: (() => void)[] | undefined;
  #over = false;

  constructor(core: Core, client: ClientSide) {
    this.core = core;
    this.client = client;
    this.serving = core.serving;
    this.startedAt = core.now();
    this.#wallStart = core.wallClock();
    core.onBegin();
    client.owner = this;
  }

  get clientAddress(): string {
    return this.admitted?.input.clientAddress ?? this.client.raw.peer.address;
  }

  get method(): string {
    return this.client.raw.method;
  }

  get headers(): readonly string[] {
    return this.admitted?.headers ?? [];
  }

  get certificateProblem(): string | undefined {
    return this.client.raw.peer.tls?.certificateProblem;
  }

  get signal(): AbortSignal {
    this.#abort ??= new AbortController();
    if (this.#over) this.#abort.abort();
    return this.#abort.signal;
  }

  onEnd(callback: () => void): void {
    if (this.#over) callback();
    else (this.#endings ??= []).push(callback);
  }

  /** Notes why the response is not simply a backend's. */
  flag(flag: ResponseFlag): void {
    if (!this.flags.includes(flag)) this.flags.push(flag);
  }

  get isOver(): boolean {
    return this.#over;
  }

  begin(): void {
    try {
      const admitted = this.core.gate.inspect(this.client.raw);
      if (!admitted.ok) {
        this.#refuse(admitted);
        return;
      }
      this.admitted = admitted;
      if (this.#misdirected(admitted)) {
        this.#refuse({ ok: false, status: 421, reason: 'misdirected' });
        return;
      }
      const { matcher, table } = this.serving;
      this.#settle(matcher.start(table, admitted.input, { random: this.core.random }));
    } catch (error) {
      this.fail(error);
    }
  }

  /** Goes through the walk, waiting where an answerer does. */
  #settle(result: Decision | PendingDecision): void {
    let current = result;
    while (isPending(current)) {
      const { pending } = current;
      const waiting = current;
      const answer = ask(this.core.answerers, pending, this, (error) => this.core.onError(error));
      if (answer instanceof Promise) {
        void answer.then((given: unknown) => {
          if (this.#over) return;
          try {
            this.#settle(waiting.resume(given));
          } catch (error) {
            this.fail(error);
          }
        });
        return;
      }
      current = waiting.resume(answer);
    }
    this.#act(current);
  }

  #act(decision: Decision): void {
    this.decision = decision;
    if (this.core.tracing !== undefined) this.#startTrace(this.core.tracing, decision);
    if (decision.kind !== 'no-route' && decision.route !== undefined) this.trace?.routed(decision.route.path);
    if (decision.kind !== 'forward') {
      this.act(decision);
      return;
    }
    if (!isSpoken(decision.upstream.protocol)) {
      this.flag('UPE');
      this.answer(502, [], '', 'upstream_protocol_not_spoken');
      return;
    }
    this.#forwarding = new Forwarding(this, decision);
    this.#forwarding.start();
  }

  /** The span begins with the request, once it is known whether the route wants one. */
  #startTrace(tracing: Tracing, decision: Decision | undefined): void {
    if (this.admitted === undefined) return;
    const policy = decision?.kind === 'forward' ? policiesOf(decision).tracing : undefined;
    if (policy?.enabled === false) return;
    this.trace = tracing.start(tracedRequest(this.admitted, this.client.raw), {
      startTime: this.#wallStart,
      ...(policy?.operationName === undefined ? {} : { operationName: policy.operationName }),
      ...(policy?.trustIncomingSpan === undefined ? {} : { trustsClient: policy.trustIncomingSpan }),
    });
  }

  /** Carries out a decision that needs no backend. */
  act(decision: Exclude<Decision, { kind: 'forward' }>): void {
    this.decision = decision;
    switch (decision.kind) {
      case 'respond':
        this.#flagReason(decision.reason);
        this.answer(decision.status, pairsOf(decision.headers), decision.body, decision.reason);
        break;
      case 'redirect':
        this.answer(decision.status, [...pairsOf(decision.headers), 'location', decision.location], '', 'redirect');
        break;
      case 'no-route':
        this.flag('NR');
        this.answer(decision.status, [], '', 'no-route');
    }
  }

  #flagReason(reason: string): void {
    const flag = flagOfReason(reason);
    if (flag !== undefined) this.flag(flag);
  }

  /** Whether the handshake was made for a host of another TLS policy (reliability.md A44). */
  #misdirected({ input: { authority } }: Admitted): boolean {
    const { tls } = this.client.raw.peer;
    if (tls === undefined) return false;
    const wanted = this.serving.tlsPolicyOf(hostOf(authority));
    return wanted !== undefined && wanted !== tls.policy;
  }

  #refuse({ status, reason, reset }: Refused): void {
    this.flag('DPE');
    this.details = reason;
    const { client } = this;
    if (reset === true && 'reset' in client) {
      (client as unknown as Reset).reset(protocolError);
      return;
    }
    if (status !== 204) client.closeAfter();
    this.answer(status, status === 204 ? ['allow', 'GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS'] : [], '', reason);
  }

  /** Answers by itself. */
  answer(status: number, headers: readonly string[], body: string, details: string): void {
    if (this.#over) return;
    const { client } = this;
    this.status = status;
    this.details = details;
    client.discardBody();
    const bytes = body === '' ? undefined : Buffer.from(body);
    const bodiless = status === 204 || status === 304;
    const pairs = [...headers];
    if (!bodiless) pairs.push('content-length', String(bytes?.length ?? 0));
    try {
      client.head(status, pairs, bytes?.length ?? 0);
    } catch (error) {
      // A header that no writer takes: families validate, so this is a fault of a third party's.
      this.core.onError(error);
      client.abort();
      return;
    }
    if (bytes !== undefined && client.raw.method !== 'HEAD' && !bodiless) client.data(bytes);
    client.end();
  }

  /** Something of ours went wrong: the request gets 500, the process lives. */
  fail(error: unknown): void {
    this.core.onError(error);
    this.#forwarding?.cancel();
    if (this.status === 0) this.answer(500, [], '', 'internal-error');
    else {
      this.flag('LR');
      this.client.abort();
    }
  }

  clientReads(): void {
    this.#forwarding?.clientReads();
  }

  clientClosed(complete: boolean): void {
    if (this.#over) return;
    this.#over = true;
    if (!complete && this.flags.length === 0) this.flag(this.core.isClosed ? 'DT' : 'DC');
    this.#forwarding?.cancel();
    this.#abort?.abort();
    for (const callback of this.#endings ?? []) callback();
    // A client that went away while somebody was asked has no decision, and a span all the same.
    if (this.decision === undefined && this.core.tracing !== undefined) this.#startTrace(this.core.tracing, undefined);
    const record = this.#record(complete);
    this.trace?.end({
      ...(this.status === 0 ? {} : { status: this.status }),
      ...(complete ? {} : { error: this.flags[0] ?? 'client-gone' }),
    });
    this.core.onEnd(record);
  }

  #record(complete: boolean): ExchangeRecord {
    const { client, decision } = this;
    const route = decision === undefined || decision.kind === 'no-route' ? undefined : decision.route;
    return {
      raw: client.raw,
      decision,
      route: route === undefined ? undefined : `${route.ingress} ${route.host} ${route.path}`,
      clientAddress: this.clientAddress,
      requestId: this.admitted?.requestId,
      startedAt: this.#wallStart,
      durationMs: this.core.now() - this.startedAt,
      status: this.status,
      flags: this.flags,
      details: this.details,
      bytesReceived: client.bytesReceived,
      bytesSent: client.bytesSent,
      endpoint: this.endpoint,
      upstreamMs: this.upstreamMs,
      upstreamFailure: this.upstreamFailure,
      tries: this.tries,
      traceId: this.trace?.traceId,
      lostTries: this.lostTries ?? none,
      complete,
    };
  }
}

const none: readonly LostTry[] = Object.freeze([]);

function pairsOf(headers: AnswerHeaders): string[] {
  return Object.entries(headers).flatMap(([name, value]) =>
    typeof value === 'string' ? [name, value] : value.flatMap((item) => [name, item]),
  );
}
