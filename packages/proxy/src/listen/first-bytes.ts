import type { Socket } from 'node:net';

/** How to look at the beginning of a connection. */
export interface FirstBytes<T> {
  /** Time for the bytes that are needed. */
  readonly timeoutMs: number;
  /** Bytes after which `read` must have an answer. */
  readonly limit: number;
  /** What the bytes say so far, or `undefined` when they do not say it yet. */
  read(bytes: Buffer): T | undefined;
}

/**
 * Looks at the first bytes of a connection and puts them back, so that whoever serves it reads them again. A connection that says too little in
 * time, or ends, is closed.
 */
export function lookAhead<T>(socket: Socket, { timeoutMs, limit, read }: FirstBytes<T>, next: (found: T) => void): void {
  let seen: Buffer | undefined;
  const finish = (): void => {
    clearTimeout(timer);
    socket.off('readable', look).off('end', fail).off('error', fail).off('close', finish);
  };
  const fail = (): void => {
    finish();
    socket.on('error', ignore);
    socket.destroy();
  };
  const look = (): void => {
    const piece = socket.read() as Buffer | null;
    if (piece === null) return;
    seen = seen === undefined ? piece : Buffer.concat([seen, piece]);
    const found = read(seen);
    if (found === undefined) {
      if (seen.length >= limit) fail();
      return;
    }
    finish();
    socket.unshift(seen);
    next(found);
  };
  const timer = setTimeout(fail, timeoutMs);
  socket.on('readable', look).on('end', fail).on('error', fail).on('close', finish);
}

function ignore(): void {}

const preface = Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', 'latin1');

/** Whether a clear-text connection speaks HTTP/2 with prior knowledge (RFC 9113 §3.3). Anything that differs from its preface is HTTP/1. */
export function readProtocol(bytes: Buffer): 'h2' | 'http/1.1' | undefined {
  const length = Math.min(bytes.length, preface.length);
  if (bytes.compare(preface, 0, length, 0, length) !== 0) return 'http/1.1';
  return length === preface.length ? 'h2' : undefined;
}
