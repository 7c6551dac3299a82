import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { comparedHeaders, defaultBackendName } from './scene.ts';

/** A request as a backend saw it. */
export interface Echo {
  readonly backend: string;
  /** The number of the location that sent it. */
  readonly owner: number;
  readonly uri: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** A server that stands for all backends. It reads bytes, since Node's own HTTP server refuses methods and targets that nginx lets through. */
export interface EchoBackend {
  /** `address:port`. */
  readonly address: string;
  /** Answers the requests with the header `x-hold`, which wait until then. */
  release(): void;
  /** Waits until so many requests are held. */
  held(count: number): Promise<void>;
  close(): Promise<void>;
}

/** The answer's header that says what arrived: a header, since answers to HEAD have nothing else. */
export const echoHeader = 'x-oracle-echo';

/** Starts the server. It answers 200, and 404 in place of the controller's own default backend. */
export async function startEchoBackend(): Promise<EchoBackend> {
  const waiting: (() => void)[] = [];
  const sockets = new Set<Socket>();
  let watch: (() => void) | undefined;
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    // nginx closes connections to backends whenever it likes.
    socket.on('error', () => socket.destroy());
    let text = '';
    socket.on('data', (chunk: Buffer) => {
      text += chunk.toString('latin1');
      for (let end = text.indexOf('\r\n\r\n'); end >= 0; end = text.indexOf('\r\n\r\n')) {
        const head = text.slice(0, end);
        text = text.slice(end + 4);
        if (!/^x-hold:/im.test(head)) {
          socket.write(answerTo(head));
          continue;
        }
        waiting.push(() => socket.write(answerTo(head)));
        watch?.();
      }
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    address: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    release() {
      for (const go of waiting.splice(0)) go();
    },
    held: (count) =>
      new Promise((resolve) => {
        watch = () => {
          if (waiting.length >= count) resolve();
        };
        watch();
      }),
    async close() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}

function answerTo(head: string): string {
  const [first = '', ...lines] = head.split('\r\n');
  const sent: Record<string, string> = {};
  for (const line of lines) {
    const colon = line.indexOf(':');
    const name = line.slice(0, colon).toLowerCase();
    const text = line.slice(colon + 1).trim();
    sent[name] = sent[name] === undefined ? text : `${sent[name]}, ${text}`;
  }
  const backend = sent['x-oracle-backend'] ?? '';
  const echo: Echo = {
    backend,
    owner: Number(sent['x-oracle-owner']),
    uri: first.slice(first.indexOf(' ') + 1, first.lastIndexOf(' ')),
    headers: Object.fromEntries(comparedHeaders.flatMap((name) => (sent[name] === undefined ? [] : [[name, sent[name]]]))),
  };
  const status = backend === defaultBackendName ? '404 Not Found' : '200 OK';
  return `HTTP/1.1 ${status}\r\n${echoHeader}: ${Buffer.from(JSON.stringify(echo)).toString('base64')}\r\nContent-Length: 0\r\n\r\n`;
}

/** What an answer's header says. */
export function readEcho(header: string | undefined): Echo | undefined {
  return header === undefined ? undefined : (JSON.parse(Buffer.from(header, 'base64').toString('utf8')) as Echo);
}
