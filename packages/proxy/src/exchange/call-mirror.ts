import type { Duplex } from 'node:stream';
import type { Pick, PickOutcome } from '../balance/index.ts';
import type { Call, CallFailure, CallSink, Outgoing } from '../upstream/call.ts';
import type { Core } from './core.ts';
import type { MirrorPlace } from './mirror-place.ts';

/** Bytes of an answer that are read, so that its connection can be used again; a longer one costs the connection. */
const mostAnswerBytes = 65_536;

/** Sends a copy and forgets its answer. Rejects where there is none. */
export function callMirror({ target, pick }: MirrorPlace, copy: Outgoing, core: Core, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const answer = new ForgottenAnswer(core, pick, resolve, reject);
    if (signal.aborted) {
      answer.abort();
      return;
    }
    answer.call = core.pools.call(target, copy, answer);
    signal.addEventListener('abort', () => answer.abort());
  });
}

/** Reads an answer for its end alone. */
class ForgottenAnswer implements CallSink {
  call: Call | undefined;
  readonly #core: Core;
  readonly #pick: Pick | undefined;
  readonly #resolve: () => void;
  readonly #reject: (error: Error) => void;
  readonly #beganAt: number;
  #connected = false;
  #latencyMs: number | undefined;
  #bytes = 0;

  constructor(core: Core, pick: Pick | undefined, resolve: () => void, reject: (error: Error) => void) {
    this.#core = core;
    this.#pick = pick;
    this.#resolve = resolve;
    this.#reject = reject;
    this.#beganAt = core.now();
  }

  abort(): void {
    this.call?.cancel();
    this.#fail('it took too long', { kind: this.#connected ? 'failed' : 'abandoned' });
  }

  onConnected(): void {
    this.#connected = true;
  }

  onInformational(): void {}

  onHead(): boolean {
    this.#latencyMs = this.#core.now() - this.#beganAt;
    return true;
  }

  onData(chunk: Uint8Array): boolean {
    this.#bytes += chunk.length;
    if (this.#bytes <= mostAnswerBytes) return true;
    this.call?.cancel();
    this.onEnd();
    return true;
  }

  onEnd(): void {
    this.#pick?.release({ kind: 'answered', latencyMs: this.#latencyMs ?? 0 });
    this.#resolve();
  }

  onUpgrade(_status: number, _headers: string[], socket: Duplex): void {
    socket.destroy();
    this.onEnd();
  }

  onFailure({ kind, code }: CallFailure): void {
    const isConnect = kind === 'connect' || kind === 'connect-timeout' || kind === 'unprocessed';
    this.#fail(code, { kind: isConnect ? 'connect-failure' : 'failed' });
  }

  #fail(problem: string, outcome: PickOutcome): void {
    this.#pick?.release(outcome);
    this.#reject(new Error(`the copy was not answered: ${problem}`));
  }
}
