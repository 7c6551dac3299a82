import { connect, type Socket } from 'node:net';

/** A frame of HTTP/2 as it is on the wire. */
export interface Frame {
  readonly type: number;
  readonly flags: number;
  readonly stream: number;
  readonly payload: Buffer;
}

export const frameTypes = {
  data: 0,
  headers: 1,
  priority: 2,
  rstStream: 3,
  settings: 4,
  pushPromise: 5,
  ping: 6,
  goaway: 7,
  windowUpdate: 8,
  continuation: 9,
} as const;
export const preface: Buffer = Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n');
export const endStream = 1;
export const endHeaders = 4;

/** One frame. */
export function frame(type: number, flags: number, stream: number, payload: Buffer | string = ''): Buffer {
  const body = typeof payload === 'string' ? Buffer.from(payload, 'latin1') : payload;
  const head = Buffer.alloc(9);
  head.writeUIntBE(body.length, 0, 3);
  head[3] = type;
  head[4] = flags;
  head.writeUInt32BE(stream, 5);
  return Buffer.concat([head, body]);
}

/** Headers as HPACK literals without indexing: nothing depends on a table. */
export function block(headers: readonly (readonly [string, string])[]): Buffer {
  return Buffer.concat(headers.flatMap(([name, value]) => [Buffer.from([0]), text(name), text(value)]));
}

function text(value: string): Buffer {
  const bytes = Buffer.from(value, 'latin1');
  if (bytes.length < 127) return Buffer.concat([Buffer.from([bytes.length]), bytes]);
  const rest: number[] = [127];
  let left = bytes.length - 127;
  for (; left >= 128; left >>>= 7) rest.push((left & 127) | 128);
  rest.push(left);
  return Buffer.concat([Buffer.from(rest), bytes]);
}

/** Headers on a stream, in as many frames as they need. */
export function headerFrames(stream: number, headers: readonly (readonly [string, string])[], flags: number = endStream): Buffer[] {
  const whole = block(headers);
  const most = 16_000;
  const frames = [frame(frameTypes.headers, whole.length > most ? flags : flags | endHeaders, stream, whole.subarray(0, most))];
  for (let at = most; at < whole.length; at += most)
    frames.push(frame(frameTypes.continuation, at + most >= whole.length ? endHeaders : 0, stream, whole.subarray(at, at + most)));
  return frames;
}

/** The headers of a GET. */
export function getHeaders(...more: readonly (readonly [string, string])[]): readonly (readonly [string, string])[] {
  return [[':method', 'GET'], [':scheme', 'http'], [':path', '/'], [':authority', 'a.example'], ...more];
}

/** The headers of a POST. */
export function postHeaders(...more: readonly (readonly [string, string])[]): readonly (readonly [string, string])[] {
  return [[':method', 'POST'], ...getHeaders(...more).slice(1)];
}

/** A connection that sends what it likes, and remembers what it got. */
export class FrameClient {
  readonly frames: Frame[] = [];
  readonly socket: Socket;
  closed = false;
  #buffer = Buffer.alloc(0);
  #wake: (() => void) | undefined;

  constructor(port: number, beginning: Buffer = Buffer.concat([preface, frame(frameTypes.settings, 0, 0)])) {
    this.socket = connect(port, '127.0.0.1');
    this.socket.on('error', () => undefined);
    this.socket.on('close', () => {
      this.closed = true;
      this.#wake?.();
    });
    this.socket.on('data', (chunk: Buffer) => {
      this.#buffer = Buffer.concat([this.#buffer, chunk]);
      this.#read();
      this.#wake?.();
    });
    if (beginning.length > 0) this.socket.write(beginning);
  }

  send(...frames: readonly Buffer[]): void {
    if (!this.socket.destroyed) this.socket.write(Buffer.concat(frames));
  }

  /** Waits until a frame satisfies the test or the connection is closed. */
  async until(test: (frame: Frame) => boolean): Promise<Frame | undefined> {
    for (;;) {
      const found = this.frames.find(test);
      if (found !== undefined || this.closed) return found;
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }

  async untilClosed(): Promise<void> {
    await this.until(() => false);
  }

  #read(): void {
    while (this.#buffer.length >= 9) {
      const length = this.#buffer.readUIntBE(0, 3);
      if (this.#buffer.length < 9 + length) return;
      this.frames.push({
        type: this.#buffer[3] as number,
        flags: this.#buffer[4] as number,
        stream: this.#buffer.readUInt32BE(5) & 0x7fffffff,
        payload: this.#buffer.subarray(9, 9 + length),
      });
      this.#buffer = this.#buffer.subarray(9 + length);
    }
  }
}
