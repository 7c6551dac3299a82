import { constants, performServerHandshake, type ServerHttp2Session, type ServerHttp2Stream } from 'node:http2';
import type { Socket } from 'node:net';
import { Http2Client } from '../client/http2-client.ts';
import type { Timeouts } from '../exchange/core.ts';
import type { Peer } from '../gate/raw-request.ts';
import { lenientFields } from '../http2-fields.ts';
import type { Expirable, Sweeper } from '../sweep.ts';
import { FrameBudget, streamWindow } from './frame-budget.ts';

export interface Http2Options {
  readonly timeouts: Timeouts;
  readonly sweeper: Sweeper;
  onRequest(client: Http2Client): void;
}

/** HTTP/2 on connections that somebody else accepted. Node has no deadline for it at all, so every one is ours (reliability.md §2.3). */
export class Http2Connections {
  readonly #options: Http2Options;
  readonly #connections = new Set<Http2Connection>();
  #draining = false;

  constructor(options: Http2Options) {
    this.#options = options;
  }

  /** @param waitedMs how long the connection has been open. */
  serve(socket: Socket, peer: Peer, waitedMs = 0): void {
    const connection = new Http2Connection(socket, peer, this.#options, waitedMs, () => {
      this.#connections.delete(connection);
    });
    this.#connections.add(connection);
    // Its first bytes or its handshake took until after the drain had begun.
    if (this.#draining) connection.leaveSoon();
  }

  get connections(): number {
    return this.#connections.size;
  }

  /** Connections get GOAWAY and finish their streams, also those that are only just coming in. */
  drain(): void {
    this.#draining = true;
    for (const connection of this.#connections) connection.drain();
  }

  close(): void {
    for (const connection of this.#connections) connection.destroy();
  }
}

/** The limits of Envoy's edge guide and of reliability.md §2.1. */
const sessionOptions = {
  settings: { maxConcurrentStreams: 100, initialWindowSize: streamWindow, maxHeaderListSize: 65_536, enablePush: false },
  // 100 headers, 256 cookie crumbs, the pseudo-headers, and some more: the gate's limits are exact.
  maxHeaderListPairs: 400,
  maxOutstandingPings: 10,
  maxSettings: 32,
  maxSessionMemory: 16,
  maxSessionInvalidFrames: 100,
  maxSessionRejectedStreams: 100,
  // Rapid reset (CVE-2023-44487): a burst of a hundred, then twenty a second.
  streamResetBurst: 100,
  streamResetRate: 20,
  ...lenientFields,
};

/** The stream that a GOAWAY names when it does not know the last one yet. */
const lastOfAll = 2 ** 31 - 1;

class Http2Connection implements Expirable {
  slot = -1;
  readonly #session: ServerHttp2Session;
  readonly #socket: Socket;
  readonly #options: Http2Options;
  readonly #onClose: () => void;
  readonly #budget: FrameBudget;
  /** At most a hundred. */
  readonly #streams: ServerHttp2Stream[] = [];
  #served = false;
  #idleSince: number;
  #draining = false;
  #leavesSoon = false;
  #isEnded = false;

  constructor(socket: Socket, peer: Peer, options: Http2Options, waitedMs: number, onClose: () => void) {
    this.#options = options;
    this.#socket = socket;
    this.#onClose = onClose;
    this.#idleSince = options.sweeper.now - waitedMs;
    this.#budget = new FrameBudget(options.sweeper.now);
    const session = performServerHandshake(socket, sessionOptions);
    this.#session = session;
    options.sweeper.add(this);
    session.on('error', ignore);
    session.on('stream', (stream, headers, flags, ...rest) => {
      const [rawHeaders] = rest as unknown as [string[]];
      stream.on('error', ignore);
      this.#streams.push(stream as ServerHttp2Stream);
      this.#budget.request(rawHeaders);
      this.#served = true;
      if (this.#leavesSoon) this.drain();
      stream.once('close', () => {
        this.#forget(stream as ServerHttp2Stream);
        if ((flags & constants.NGHTTP2_FLAG_END_STREAM) === 0 && !stream.readableEnded) this.#budget.cut();
        this.#idleSince = options.sweeper.now;
      });
      // A tick later: a stream that is reset at once starts no work (CVE-2023-44487).
      setImmediate(() => {
        if (stream.destroyed || stream.aborted || stream.closed) return;
        options.onRequest(new Http2Client(stream as ServerHttp2Stream, headers, rawHeaders, flags, peer, this.#budget));
      });
    });
    session.once('close', () => {
      options.sweeper.delete(this);
      this.#onClose();
    });
    // The handshake of a connection ends when its socket does, whatever the session thinks.
    socket.once('close', () => {
      options.sweeper.delete(this);
      this.#onClose();
    });
    // A client that has ended its side asks no more. Clear-text connections may be half open, so nobody else closes this one.
    socket.once('end', () => this.drain());
    try {
      session.setLocalWindowSize(1_048_576);
    } catch {
      // The session died while it was made; 'close' follows.
    }
  }

  sweep(now: number): void {
    // It is still here since the last look: its client does not read that it was ended.
    if (this.#isEnded) {
      this.#socket.destroy();
      return;
    }
    const excess = this.#budget.excess(this.#socket.bytesRead, now);
    if (excess > 0 && excess > this.#unread()) {
      this.#isEnded = true;
      this.#session.destroy(new Error('frames without end'), constants.NGHTTP2_ENHANCE_YOUR_CALM);
      return;
    }
    if (this.#streams.length > 0) return;
    const { headersMs, keepAliveMs } = this.#options.timeouts;
    const idle = now - this.#idleSince;
    if (!this.#served && idle > headersMs) this.destroy();
    else if (idle > keepAliveMs) this.#leave();
  }

  drain(): void {
    if (this.#draining) return;
    this.#draining = true;
    this.#leave();
  }

  /** Says that no more streams are welcome and still serves those that are on their way already (RFC 9113 §6.8). */
  leaveSoon(): void {
    this.#leavesSoon = true;
    if (!this.#session.destroyed) this.#session.goaway(constants.NGHTTP2_NO_ERROR, lastOfAll);
  }

  destroy(): void {
    this.#session.destroy();
    this.#socket.destroy();
  }

  /** Bytes of bodies that came and that nobody has read yet. */
  #unread(): number {
    let bytes = 0;
    for (const stream of this.#streams) bytes += stream.readableLength;
    return bytes;
  }

  #forget(stream: ServerHttp2Stream): void {
    const at = this.#streams.lastIndexOf(stream);
    const last = this.#streams.pop();
    if (last !== undefined && last !== stream) this.#streams[at] = last;
  }

  /** GOAWAY; streams under way are finished. */
  #leave(): void {
    if (this.#session.closed || this.#session.destroyed) {
      if (this.#streams.length === 0) this.destroy();
      return;
    }
    this.#session.goaway(constants.NGHTTP2_NO_ERROR);
    this.#session.close();
  }
}

function ignore(): void {}
