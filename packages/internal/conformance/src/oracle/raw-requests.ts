import { connect } from 'node:net';
import type { SceneRequest } from './scene.ts';

/** An answer as it came over the wire. */
export interface RawAnswer {
  readonly status: number;
  /** By names in lower case; of several of a name the last. */
  readonly headers: Readonly<Record<string, string>>;
  /** The connection is of no more use. */
  readonly closes: boolean;
}

/** The bytes of a request. */
export function bytesOf({ method, target, hosts, headers }: SceneRequest): Buffer {
  const lines = [
    `${method} ${target} HTTP/1.1`,
    ...hosts.map((host) => `Host: ${host}`),
    ...headers.map(([name, text]) => `${name}: ${text}`),
  ];
  return Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'latin1');
}

/**
 * Sends requests over one connection, all of them at once, and reads the answers in order. Where the server closes the connection after an answer,
 * the rest go over another one.
 */
export async function sendPipelined(
  requests: readonly SceneRequest[],
  to: { readonly address: string; readonly port: number; readonly source: string },
): Promise<readonly RawAnswer[]> {
  const answers: RawAnswer[] = [];
  while (answers.length < requests.length) {
    const before = answers.length;
    await sendOnce(requests.slice(before), to, answers);
    if (answers.length === before) throw new Error(`the connection to ${to.address}:${to.port} was closed without an answer`);
  }
  return answers;
}

function sendOnce(
  requests: readonly SceneRequest[],
  { address, port, source }: { readonly address: string; readonly port: number; readonly source: string },
  answers: RawAnswer[],
): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: address, port, localAddress: source });
    const finish = (): void => {
      socket.destroy();
      resolve();
    };
    let buffer: Buffer<ArrayBufferLike> = Buffer.alloc(0);
    let index = 0;
    socket.setTimeout(60_000, () => {
      socket.destroy();
      reject(new Error(`no answer from ${address}:${port}`));
    });
    socket.on('error', (error: NodeJS.ErrnoException) =>
      error.code === 'ECONNRESET' || error.code === 'EPIPE' ? finish() : reject(error),
    );
    socket.on('end', finish);
    socket.on('close', finish);
    socket.on('data', (chunk: Buffer) => {
      buffer = buffer.length === 0 ? chunk : Buffer.concat([buffer, chunk]);
      for (;;) {
        const read = readAnswer(buffer, requests[index]?.method === 'HEAD');
        if (read === undefined) return;
        answers.push(read.answer);
        buffer = buffer.subarray(read.length);
        index++;
        if (read.answer.closes || index === requests.length) return finish();
      }
    });
    socket.write(Buffer.concat(requests.map(bytesOf)));
  });
}

/** The first answer in a buffer and its length, or nothing while it is incomplete. */
function readAnswer(buffer: Buffer, isHead: boolean): { readonly answer: RawAnswer; readonly length: number } | undefined {
  const end = buffer.indexOf('\r\n\r\n');
  if (end < 0) return undefined;
  const [first = '', ...lines] = buffer.subarray(0, end).toString('latin1').split('\r\n');
  const status = Number(/^HTTP\/1\.1 (\d{3})/.exec(first)?.[1]);
  const headers: Record<string, string> = {};
  for (const line of lines) {
    const colon = line.indexOf(':');
    headers[line.slice(0, colon).toLowerCase()] = line.slice(colon + 1).trim();
  }
  const hasBody = !isHead && status >= 200 && status !== 204 && status !== 304;
  // The backend's answers have a length, and so have those that nginx makes: one without would never be complete.
  const length = end + 4 + (hasBody ? Number(headers['content-length']) : 0);
  if (Number.isNaN(length)) return { answer: { status: 0, headers, closes: true }, length: buffer.length };
  if (buffer.length < length) return undefined;
  return { answer: { status, headers, closes: headers['connection'] === 'close' }, length };
}
