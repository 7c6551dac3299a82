import { once } from 'node:events';
import type { Socket } from 'node:net';
import type { TLSSocket, TlsOptions } from 'node:tls';
import type { Compiled } from 'ingresskit';
import type { ProxyOptions } from '../../proxy-options.ts';
import { helloFor } from '../../testing/client-hello.ts';
import type { Running } from '../../testing/harness.ts';
import { Stage } from '../../testing/stage.ts';
import { dial, startSite, startTaker, startTlsTaker, type Taker } from './site.ts';

/** What a client of `pass.example` begins with. */
export const hello: Buffer = helloFor('pass.example');

/** What a backend does that says back what it hears. */
export function echo(socket: Socket): void {
  socket.pipe(socket);
}

/** The servers of a test about connections that are passed through, which end with it. */
export class SiteStage extends Stage {
  async take(listener: (socket: Socket) => void): Promise<Taker> {
    return this.#closing(await startTaker(listener));
  }

  async takeTls(options: TlsOptions, listener: (socket: TLSSocket) => void): Promise<Taker> {
    return this.#closing(await startTlsTaker(options, listener));
  }

  async open(site: Compiled, options?: ProxyOptions, listeners?: ProxyOptions['listeners']): Promise<Running> {
    return this.#closing(await startSite(site, options, listeners));
  }

  #closing<T extends { close(): Promise<unknown> }>(opened: T): T {
    this.closes(() => opened.close());
    return opened;
  }
}

/** A connection over which the backend, an echo, has said the ClientHello back. */
export async function through({ tlsPort }: Running): Promise<Socket> {
  const socket = await dial(tlsPort);
  socket.write(hello);
  await echoed(socket, hello);
  return socket;
}

/** Waits for bytes that come back, and takes no others for them. */
export async function echoed(socket: Socket, expected: Buffer): Promise<void> {
  let text = '';
  while (text.length < expected.length) {
    const piece = socket.read() as Buffer | null;
    if (piece === null) await once(socket, 'readable');
    else text += piece.toString('latin1');
  }
  if (text !== expected.toString('latin1')) throw new Error(`not the echo of what was said: ${JSON.stringify(text.slice(0, 100))}`);
}
