import type { StderrMessage } from './exchange/fastcgi-request.ts';
import type { ExchangeRecord } from './exchange/record.ts';
import type { PassthroughRecord } from './passthrough/index.ts';

/** What a proxy tells its owner, by event. */
export interface ProxyEvents {
  /** An exchange is over. */
  readonly exchange: ExchangeRecord;
  /** A TLS connection that was handed to a backend unopened, or should have been, is over. */
  readonly passthrough: PassthroughRecord;
  /** A connection said something that is no HTTP, or was one too many; the name of what is wrong is stable. */
  readonly malformed: { readonly reason: string };
  /** A handshake failed. */
  readonly handshake: { readonly error: Error };
  /** A certificate of the table cannot be used; its host falls back to the default one or refuses handshakes. */
  readonly certificate: { readonly secret: string; readonly error: unknown };
  /** A FastCGI process wrote to its standard error while it worked on a request. The text is its own: escape it before it goes to a log. */
  readonly stderr: StderrMessage;
  /** Something of the proxy's own went wrong; the request got 500, the process lives. */
  readonly error: unknown;
  readonly draining: undefined;
}

export type Listener<E> = (event: E) => void;

/** Typed events. A listener that throws does not keep the others from hearing. */
export class Events {
  readonly #listeners = new Map<keyof ProxyEvents, Set<Listener<never>>>();

  /** Listens until the returned function is called. */
  on<N extends keyof ProxyEvents>(name: N, listener: Listener<ProxyEvents[N]>): () => void {
    let listeners = this.#listeners.get(name);
    if (listeners === undefined) {
      listeners = new Set();
      this.#listeners.set(name, listeners);
    }
    listeners.add(listener as Listener<never>);
    return () => void listeners.delete(listener as Listener<never>);
  }

  /** Whether anybody listens. */
  isHeard(name: keyof ProxyEvents): boolean {
    return (this.#listeners.get(name)?.size ?? 0) > 0;
  }

  emit<N extends keyof ProxyEvents>(name: N, event: ProxyEvents[N]): void {
    const listeners = this.#listeners.get(name);
    if (listeners === undefined) return;
    for (const listener of listeners) {
      try {
        (listener as Listener<ProxyEvents[N]>)(event);
      } catch (error) {
        if (name !== 'error') this.emit('error', error);
      }
    }
  }
}
