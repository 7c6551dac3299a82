import type { Socket } from 'node:net';
import type { Endpoint } from '../endpoint.ts';
import { startRawBackend } from './backend.ts';

/** One record, as it is on the wire. Written apart from the code under test. */
export function record(
  type: number,
  content: Buffer | string = '',
  { id = 1, version = 1, padding = 0 }: { readonly id?: number; readonly version?: number; readonly padding?: number } = {},
): Buffer {
  const body = typeof content === 'string' ? Buffer.from(content, 'latin1') : content;
  const head = Buffer.from([version, type, id >> 8, id & 255, body.length >> 8, body.length & 255, padding, 0]);
  return Buffer.concat([head, body, Buffer.alloc(padding, 0xaa)]);
}

export const stdout = (content: Buffer | string = '', padding = 0): Buffer => record(6, content, { padding });
export const stderr = (content: Buffer | string = ''): Buffer => record(7, content);
/** The end of a request, with its protocol status. */
export const endRequest = (protocolStatus = 0): Buffer => record(3, Buffer.from([0, 0, 0, 0, protocolStatus, 0, 0, 0]));
/** An answer from its head to its end. */
export const answer = (text: string): Buffer => Buffer.concat([stdout(text), stdout(), endRequest()]);

/** A request as a responder got it, whole. */
export interface FastCgiSeen {
  readonly role: number;
  readonly flags: number;
  readonly params: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

/** A FastCGI process for tests. */
export interface FastCgiResponder {
  readonly endpoint: Endpoint;
  readonly seen: FastCgiSeen[];
  readonly connections: Socket[];
  close(): Promise<void>;
}

/** Reads each request to its end and then does what the listener says; the connection is closed behind what it returns. */
export async function startResponder(
  listener: (seen: FastCgiSeen, socket: Socket) => Buffer | undefined = echo,
): Promise<FastCgiResponder> {
  const seen: FastCgiSeen[] = [];
  const backend = await startRawBackend((socket) => {
    let bytes = Buffer.alloc(0);
    socket.on('data', (chunk: Buffer) => {
      bytes = Buffer.concat([bytes, chunk]);
      const request = readRequest(bytes);
      if (request === undefined) return;
      bytes = Buffer.alloc(0);
      seen.push(request);
      const given = listener(request, socket);
      if (given !== undefined) socket.end(given);
    });
  });
  return { endpoint: backend.endpoint, seen, connections: backend.connections, close: backend.close };
}

function echo({ params, body }: FastCgiSeen): Buffer {
  const text = Buffer.from(JSON.stringify({ params, body: body.toString('latin1') }));
  const head = Buffer.from(`Content-Type: application/json\r\nContent-Length: ${text.length}\r\n\r\n`);
  return Buffer.concat([stdout(Buffer.concat([head, text])), stdout(), endRequest()]);
}

/** A whole request; `undefined` while its body has not ended. */
export function readRequest(bytes: Buffer): FastCgiSeen | undefined {
  let role = 0;
  let flags = 0;
  const params: Buffer[] = [];
  const body: Buffer[] = [];
  for (let at = 0; at + 8 <= bytes.length; ) {
    const length = bytes.readUInt16BE(at + 4);
    const content = bytes.subarray(at + 8, at + 8 + length);
    const type = bytes[at + 1];
    if (content.length < length) return undefined;
    if (bytes[at] !== 1 || bytes.readUInt16BE(at + 2) !== 1) throw new Error('not a record of the one request');
    at += 8 + length + (bytes[at + 6] as number);
    if (type === 1) {
      role = content.readUInt16BE(0);
      flags = content[2] as number;
    } else if (type === 4) params.push(content);
    else if (type !== 5) throw new Error(`a record of type ${type}`);
    else if (length > 0) body.push(content);
    else return { role, flags, params: readPairs(Buffer.concat(params)), body: Buffer.concat(body) };
  }
  return undefined;
}

function readPairs(bytes: Buffer): Readonly<Record<string, string>> {
  const pairs: Record<string, string> = {};
  let at = 0;
  const length = (): number => {
    if ((bytes[at] as number) < 128) return bytes[at++] as number;
    at += 4;
    return bytes.readUInt32BE(at - 4) & 0x7fffffff;
  };
  while (at < bytes.length) {
    const name = length();
    const value = length();
    const key = bytes.toString('latin1', at, at + name);
    if (Object.hasOwn(pairs, key)) throw new Error(`${key} twice`);
    pairs[key] = bytes.toString('utf8', at + name, at + name + value);
    at += name + value;
  }
  return pairs;
}
