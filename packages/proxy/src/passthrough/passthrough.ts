import type { Socket } from 'node:net';
import { type Decision, type ForwardDecision, isPending } from '@ingresskit/matcher';
import type { Pick, PickOutcome } from '../balance/index.ts';
import type { Endpoint } from '../endpoint.ts';
import { noOptions } from '../exchange/clusters.ts';
import type { Core } from '../exchange/core.ts';
import { outcomeOf } from '../exchange/failures.ts';
import type { Peer } from '../gate/raw-request.ts';
import { flagOfReason, type ResponseFlag } from '../observe/index.ts';
import type { Expirable } from '../sweep.ts';
import type { CallFailure } from '../upstream/call.ts';
import { openConnection } from '../upstream/connect.ts';
import { failureOf } from '../upstream/http1-call.ts';
import type { PassthroughRecord } from './record.ts';
import { type End, Splice, type SpliceOwner } from './splice.ts';

/** Endpoints that one connection tries at most: what ingress-nginx allows where nobody says otherwise. */
const mostTries = 3;

/** A connection whose ClientHello has been looked at, and put back. */
export interface Greeted {
  readonly socket: Socket;
  readonly serverName: string;
  readonly peer: Peer;
}

/**
 * One TLS connection that the gateway does not open: the walk says where it goes, as for a request for the root of the host, and its bytes are joined to a
 * ready endpoint there. Where the walk does not hand it on, or nobody takes it, it is closed. It pins the table it began with, and runs on under later ones.
 */
export class Passthrough implements Expirable, SpliceOwner {
  slot = -1;
  readonly #core: Core;
  readonly #greeted: Greeted;
  readonly #startedAt: number;
  readonly #wallStart: number;
  readonly #flags: ResponseFlag[] = [];
  readonly #tried = new Set<string>();
  #decision: Decision | undefined;
  #endpoints: readonly Endpoint[] = [];
  #pick: Pick | undefined;
  #endpoint: string | undefined;
  #giveUp: (() => void) | undefined;
  #splice: Splice | undefined;
  #connectingAt = 0;
  #latency: number | undefined;
  #failure: CallFailure | undefined;
  #touched: number;
  #over = false;

  constructor(core: Core, greeted: Greeted) {
    this.#core = core;
    this.#greeted = greeted;
    this.#startedAt = core.now();
    this.#wallStart = core.wallClock();
    this.#touched = core.sweeper.now;
  }

  begin(): void {
    const { socket } = this.#greeted;
    this.#core.onBegin();
    this.#core.sweeper.add(this);
    this.#core.passthroughs.add(this);
    // The end of one direction is an end for the backend to hear of, not that of the connection.
    socket.allowHalfOpen = true;
    socket.once('close', () => {
      if (this.#splice === undefined) this.#end('client_gone', 'DC');
    });
    this.#guard(() => this.#decide());
  }

  /** The gateway goes away. */
  close(): void {
    this.#end('gateway_closed', 'DT');
  }

  sweep(now: number): void {
    if (now - this.#touched > this.#core.timeouts.streamIdleMs) this.#end('stream_timeout', 'SI');
  }

  onMoved(from: End): void {
    this.#touched = this.#core.sweeper.now;
    if (from === 'upstream') this.#latency ??= this.#core.now() - this.#connectingAt;
  }

  onOver(cut: End | undefined): void {
    if (cut === undefined) this.#end('via_upstream', undefined);
    else if (cut === 'client') this.#end('client_gone', 'DC');
    else this.#end('upstream_reset', 'UC');
  }

  #decide(): void {
    const core = this.#core;
    const { serverName, peer } = this.#greeted;
    const { matcher, table } = core.serving;
    const input = { url: `https://${serverName}/`, sni: serverName, clientAddress: peer.address };
    const decision = matcher.start(table, input, { random: core.random });
    // There is nobody yet who could be asked for a password.
    if (isPending(decision)) {
      this.#end('denied', undefined);
      return;
    }
    this.#decision = decision;
    if (decision.kind === 'respond') this.#end(decision.reason, flagOfReason(decision.reason));
    else if (decision.kind !== 'forward' || decision.upstream.protocol !== 'TLS') this.#end('not_passed_through', 'NR');
    else this.#locate(decision);
  }

  /** Finds the endpoints, in the table or, for an ExternalName, in DNS. */
  #locate(decision: ForwardDecision): void {
    const core = this.#core;
    const { endpoints, externalName } = core.clusters.destinationOf(core.serving.table, decision.backend);
    if (externalName === undefined) {
      this.#endpoints = endpoints;
      this.#connect(decision);
      return;
    }
    const port = Number(decision.backend.port);
    core.resolve(externalName).then(
      (addresses) => {
        this.#endpoints = addresses.map((address) => ({ address, port, ready: true }));
        if (!this.#over) this.#guard(() => this.#connect(decision));
      },
      (error: unknown) => {
        core.onError(error);
        this.#end('name_not_resolved', 'UH');
      },
    );
  }

  #connect(decision: ForwardDecision): void {
    const core = this.#core;
    const { balancer } = core.clusters.clusterOf(decision.backend, noOptions);
    const pick = balancer.pick(this.#endpoints, { tried: this.#tried });
    if (typeof pick === 'string') {
      if (pick === 'overflow') this.#end('upstream_overflow', 'UO');
      else this.#end('no_healthy_upstream', 'UH');
      return;
    }
    if (this.#tried.has(pick.key)) {
      // The others are left out at present.
      pick.release({ kind: 'abandoned' });
      this.#endUnconnected();
      return;
    }
    this.#pick = pick;
    this.#endpoint = pick.key;
    this.#tried.add(pick.key);
    this.#connectingAt = core.now();
    const { address, port } = pick.endpoint;
    this.#giveUp = openConnection({ address, port, version: '1.1', tls: undefined }, core.timeouts.upstreamConnectMs, (error, upstream) =>
      this.#guard(() => {
        this.#giveUp = undefined;
        if (upstream === null) this.#failed(error as Error, decision);
        else this.#join(upstream);
      }),
    );
  }

  #failed(error: Error, decision: ForwardDecision): void {
    this.#failure = failureOf(error, false);
    this.#release({ kind: 'connect-failure' });
    if (this.#tried.size < Math.min(mostTries, this.#endpoints.length)) this.#connect(decision);
    else this.#endUnconnected();
  }

  #endUnconnected(): void {
    const { details, flag } = outcomeOf(this.#failure ?? { kind: 'connect', code: '' });
    this.#end(details, flag);
  }

  #join(upstream: Socket): void {
    upstream.allowHalfOpen = true;
    this.#splice = new Splice(this.#greeted.socket, upstream, this);
  }

  #end(details: string, flag: ResponseFlag | undefined): void {
    if (this.#over) return;
    this.#over = true;
    if (flag !== undefined) this.#flags.push(flag);
    this.#core.sweeper.delete(this);
    this.#core.passthroughs.delete(this);
    this.#giveUp?.();
    this.#splice?.destroy();
    this.#greeted.socket.destroy();
    if (this.#latency !== undefined) this.#release({ kind: 'answered', latencyMs: this.#latency });
    else this.#release({ kind: flag === 'UC' || flag === 'SI' ? 'failed' : 'abandoned' });
    this.#core.onPassed(this.#record(details));
  }

  #release(outcome: PickOutcome): void {
    this.#pick?.release(outcome);
    this.#pick = undefined;
  }

  /** Something of ours went wrong: the connection is closed, the process lives. */
  #guard(action: () => void): void {
    try {
      action();
    } catch (error) {
      this.#core.onError(error);
      this.#end('internal-error', undefined);
    }
  }

  #record(details: string): PassthroughRecord {
    const { serverName, peer } = this.#greeted;
    const decision = this.#decision;
    const route = decision === undefined || decision.kind === 'no-route' ? undefined : decision.route;
    return {
      serverName,
      peer,
      decision,
      route: route === undefined ? undefined : `${route.ingress} ${route.host} ${route.path}`,
      startedAt: this.#wallStart,
      durationMs: this.#core.now() - this.#startedAt,
      flags: this.#flags,
      details,
      bytesReceived: this.#splice?.bytesReceived ?? 0,
      bytesSent: this.#splice?.bytesSent ?? 0,
      endpoint: this.#endpoint,
      upstreamMs: this.#latency,
      upstreamFailure: this.#failure?.code,
      tries: this.#tried.size,
      complete: details === 'via_upstream',
    };
  }
}
