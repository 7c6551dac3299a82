import { once } from 'node:events';
import type { AddressInfo, Server, Socket } from 'node:net';
import { createServer } from 'node:net';

/** How the fake answers a command: with a reply in RESP, or not at all. */
export type FakeReply = string | undefined;

/** A server that speaks just enough RESP to misbehave in every way a test asks for. */
export class FakeRespServer {
  /** The commands so far, without those of the handshake. */
  readonly commands: string[][] = [];
  /** Answers a command; change it to change the behaviour. */
  reply: (command: readonly string[]) => FakeReply | Promise<FakeReply>;
  readonly #sockets = new Set<Socket>();
  #server: Server | undefined;
  #port = 0;

  constructor(reply: (command: readonly string[]) => FakeReply | Promise<FakeReply> = () => '+OK\r\n') {
    this.reply = reply;
  }

  get url(): string {
    return `redis://127.0.0.1:${this.#port}`;
  }

  async start(): Promise<void> {
    this.#server = createServer((socket) => this.#serve(socket));
    this.#server.listen(this.#port, '127.0.0.1');
    await once(this.#server, 'listening');
    this.#port = (this.#server.address() as AddressInfo).port;
  }

  /** Ends all connections and listens no more; `start` takes the same port again. */
  async stop(): Promise<void> {
    const server = this.#server;
    if (server === undefined) return;
    this.#server = undefined;
    const closed = once(server, 'close');
    server.close();
    for (const socket of this.#sockets) socket.destroy();
    await closed;
  }

  #serve(socket: Socket): void {
    this.#sockets.add(socket);
    socket.on('close', () => this.#sockets.delete(socket));
    socket.on('error', () => undefined);
    let buffered = '';
    socket.on('data', (piece: Buffer) => {
      buffered += piece.toString('latin1');
      for (let read = readCommand(buffered); read !== undefined; read = readCommand(buffered)) {
        buffered = buffered.slice(read.length);
        void this.#answer(socket, read.command);
      }
    });
  }

  async #answer(socket: Socket, command: string[]): Promise<void> {
    if (command[0] === 'CLIENT' || command[0] === 'HELLO' || command[0] === 'SELECT' || command[0] === 'PING') {
      socket.write('+OK\r\n');
      return;
    }
    this.commands.push(command);
    const given = this.reply(command);
    // At once where it can be: replies have to come in the order of the commands.
    const reply = given instanceof Promise ? await given : given;
    if (reply !== undefined && !socket.destroyed) socket.write(reply);
  }
}

/** The first whole command of some bytes: an array of bulk strings. */
function readCommand(text: string): { readonly command: string[]; readonly length: number } | undefined {
  const head = /^\*([0-9]+)\r\n/.exec(text);
  if (head === null) return undefined;
  let at = head[0].length;
  const command: string[] = [];
  for (let left = Number(head[1]); left > 0; left--) {
    const size = /^\$([0-9]+)\r\n/.exec(text.slice(at, at + 32));
    if (size === null) return undefined;
    const start = at + size[0].length;
    const end = start + Number(size[1]);
    if (text.length < end + 2) return undefined;
    command.push(text.slice(start, end));
    at = end + 2;
  }
  return { command, length: at };
}
