import type { Socket } from 'node:net';

/** One end of a splice. */
export type End = 'client' | 'upstream';

/** Who is told what becomes of a splice. */
export interface SpliceOwner {
  /** Bytes of one end arrived, or were taken by the other. */
  onMoved(from: End): void;
  /** It is over: both ends have said their last word, or one was cut. Called once, and not after `destroy`. */
  onOver(cut: End | undefined): void;
}

/**
 * Two connections, joined: bytes pass in both directions as they come, with back-pressure, and the end of one direction leaves the other open. A
 * connection that breaks takes the other one with it. Both must allow half-open connections.
 */
export class Splice {
  /** From the client, and to it. */
  bytesReceived = 0;
  bytesSent = 0;
  readonly #client: Socket;
  readonly #upstream: Socket;
  readonly #owner: SpliceOwner;
  #open = 2;
  #over = false;

  constructor(client: Socket, upstream: Socket, owner: SpliceOwner) {
    this.#client = client;
    this.#upstream = upstream;
    this.#owner = owner;
    this.#join(client, upstream, 'client');
    this.#join(upstream, client, 'upstream');
  }

  destroy(): void {
    this.#over = true;
    this.#client.destroy();
    this.#upstream.destroy();
  }

  #join(from: Socket, to: Socket, name: End): void {
    from.on('data', (chunk: Buffer) => {
      if (name === 'client') this.bytesReceived += chunk.length;
      else this.bytesSent += chunk.length;
      this.#owner.onMoved(name);
      if (to.destroyed) return;
      if (!to.write(chunk)) from.pause();
    });
    to.on('drain', () => {
      this.#owner.onMoved(name);
      from.resume();
    });
    from.on('end', () => to.end());
    // What went wrong shows when the connection closes.
    from.on('error', ignore);
    from.on('close', () => this.#closed(from, name));
    // Whoever looked at its first bytes has left it at rest.
    from.resume();
  }

  #closed(socket: Socket, name: End): void {
    if (this.#over) return;
    const isWhole = socket.readableEnded && socket.writableFinished;
    if (isWhole && --this.#open > 0) return;
    this.destroy();
    this.#owner.onOver(isWhole ? undefined : name);
  }
}

function ignore(): void {}
