import { type ClientHttp2Session, connect } from 'node:http2';
import { lenientFields } from '../http2-fields.ts';
import type { CallSink, Outgoing } from './call.ts';
import { openConnection } from './connect.ts';
import { failureOf } from './http1-call.ts';
import { Http2Call } from './http2-call.ts';
import type { UpstreamTarget } from './target.ts';

/** A backend that allows more gets more connections instead: one connection is one TCP window and one thread there. */
const maxStreams = 100;

interface Member {
  readonly session: ClientHttp2Session;
  streams: number;
  /** Streams that it may still begin. */
  left: number;
}

interface Waiting {
  readonly call: Http2Call;
  readonly outgoing: Outgoing;
}

/** The HTTP/2 connections to one target. A connection that says GOAWAY gets no more streams and lives until its last one ends. */
export class Http2Sessions {
  readonly #target: UpstreamTarget;
  readonly #connectTimeoutMs: number;
  readonly #members = new Set<Member>();
  #waiting: Waiting[] = [];
  #connecting = 0;
  /** Connections that take no more requests and are not closed yet. */
  #leaving = 0;
  #closed = false;

  constructor(target: UpstreamTarget, connectTimeoutMs: number) {
    this.#target = target;
    this.#connectTimeoutMs = connectTimeoutMs;
  }

  /** Connections that take requests. */
  get connected(): number {
    return this.#members.size;
  }

  get active(): number {
    let active = this.#waiting.length;
    for (const { streams } of this.#members) active += streams;
    return active;
  }

  start(outgoing: Outgoing, sink: CallSink): Http2Call {
    const call = new Http2Call(sink);
    for (const member of this.#members) {
      if (member.streams < this.#roomOf(member)) {
        this.#run(member, { call, outgoing });
        return call;
      }
    }
    this.#waiting.push({ call, outgoing });
    this.#connectForWaiting();
    return call;
  }

  close(): void {
    this.#closed = true;
    for (const { session } of this.#members) session.close();
    this.#members.clear();
  }

  destroy(): void {
    const members = [...this.#members];
    this.close();
    for (const { session } of members) session.destroy();
  }

  #roomOf({ session }: Member): number {
    return Math.min(maxStreams, session.remoteSettings?.maxConcurrentStreams ?? maxStreams);
  }

  #connectForWaiting(): void {
    const { mostConnections = Number.POSITIVE_INFINITY, requestsPerConnection = maxStreams } = this.#target;
    if (this.#members.size + this.#leaving + this.#connecting >= mostConnections) return;
    if (this.#waiting.length > this.#connecting * Math.min(maxStreams, requestsPerConnection)) this.#connect();
  }

  #run(member: Member, { call, outgoing }: Waiting): void {
    member.streams += 1;
    member.left -= 1;
    call.start(member.session, outgoing, this.#target.tls === undefined ? 'http' : 'https');
    const release = (): void => {
      member.streams -= 1;
      if (member.left <= 0 && member.streams === 0) member.session.close();
      this.#feed(member);
    };
    call.onClosed = release;
    if (member.left > 0) return;
    // It has had its requests.
    this.#members.delete(member);
    this.#leaving += 1;
  }

  /** Starts what waits, as far as a connection has room. */
  #feed(member: Member): void {
    while (this.#waiting.length > 0 && this.#members.has(member) && member.streams < this.#roomOf(member)) {
      this.#run(member, this.#waiting.shift() as Waiting);
    }
  }

  #connect(): void {
    this.#connecting += 1;
    openConnection(this.#target, this.#connectTimeoutMs, (error, socket) => {
      if (error !== null || socket === null || this.#closed) {
        socket?.destroy();
        this.#connecting -= 1;
        const waiting = this.#waiting;
        this.#waiting = [];
        const failure = failureOf(error ?? new Error('closed'), false);
        for (const { call } of waiting) call.fail(failure);
        return;
      }
      const { address, port, tls } = this.#target;
      const host = address.includes(':') ? `[${address}]` : address;
      const session = connect(`${tls === undefined ? 'http' : 'https'}://${host}:${port}`, {
        createConnection: () => socket,
        settings: { enablePush: false, initialWindowSize: 262_144, maxHeaderListSize: 65_536 },
        maxSessionMemory: 32,
        ...lenientFields,
      });
      const member: Member = { session, streams: 0, left: this.#target.requestsPerConnection ?? Number.POSITIVE_INFINITY };
      const leave = (): void => {
        this.#members.delete(member);
      };
      session.on('goaway', () => {
        leave();
        session.close();
      });
      session.on('close', leave).on('error', leave);
      session.once('close', () => {
        if (member.left <= 0) this.#leaving -= 1;
        if (this.#waiting.length > 0 && !this.#closed) this.#connectForWaiting();
      });
      session.setTimeout(300_000, () => {
        if (member.streams === 0) session.close();
      });
      let isReady = false;
      const ready = (): void => {
        if (isReady) return;
        isReady = true;
        this.#connecting -= 1;
        this.#members.add(member);
        this.#feed(member);
        if (this.#waiting.length > 0 && member.left <= 0) this.#connectForWaiting();
      };
      session.once('connect', () => {
        session.setLocalWindowSize(1_048_576);
        ready();
      });
      session.once('close', () => {
        if (isReady) return;
        isReady = true;
        this.#connecting -= 1;
        const waiting = this.#waiting;
        this.#waiting = [];
        for (const { call } of waiting) call.fail({ kind: 'connect', code: 'H2_CLOSED' });
      });
    });
  }
}
