import type { Socket } from 'node:net';
import type { CallSink, Outgoing } from '../call.ts';
import { openConnection } from '../connect.ts';
import { failureOf } from '../http1-call.ts';
import type { UpstreamTarget } from '../target.ts';
import { FastCgiCall } from './fastcgi-call.ts';

/** The connections to one FastCGI process: one for each request, as many at once as are allowed; requests beyond wait. */
export class FastCgiConnections {
  readonly #target: UpstreamTarget;
  readonly #connectTimeoutMs: number;
  readonly #most: number;
  readonly #sockets = new Set<Socket>();
  #waiting: FastCgiCall[] = [];
  #open = 0;
  #closed = false;

  constructor(target: UpstreamTarget, connectTimeoutMs: number, most: number) {
    this.#target = target;
    this.#connectTimeoutMs = connectTimeoutMs;
    this.#most = most;
  }

  get connected(): number {
    return this.#sockets.size;
  }

  get active(): number {
    return this.#open + this.#waiting.length;
  }

  start(outgoing: Outgoing, sink: CallSink): FastCgiCall {
    const call = new FastCgiCall(outgoing, sink);
    if (this.#open < this.#most) this.#connect(call);
    else this.#waiting.push(call);
    return call;
  }

  /** Nothing begins any more; what is under way goes on. */
  close(): void {
    this.#closed = true;
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const call of waiting) call.fail({ kind: 'connect', code: 'CLOSED' });
  }

  destroy(): void {
    this.close();
    for (const socket of this.#sockets) socket.destroy();
  }

  #connect(call: FastCgiCall): void {
    this.#open += 1;
    openConnection(this.#target, this.#connectTimeoutMs, (error, socket) => {
      if (error !== null || socket === null || this.#closed) {
        socket?.destroy();
        call.fail(failureOf(error ?? new Error('closed'), false));
        this.#release();
        return;
      }
      this.#sockets.add(socket);
      call.onClosed = () => {
        this.#sockets.delete(socket);
        this.#release();
      };
      call.start(socket);
    });
  }

  /** Gives the place of a connection to the next request that still wants one. */
  #release(): void {
    this.#open -= 1;
    for (let call = this.#waiting.shift(); call !== undefined; call = this.#waiting.shift()) {
      if (call.isOver) continue;
      this.#connect(call);
      return;
    }
  }
}
