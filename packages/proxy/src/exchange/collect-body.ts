import type { Readable } from 'node:stream';
import { BodyError } from '../client/request-body.ts';

/** Reads a body whose length is known into memory; calls back exactly once. */
export function collectBody(
  body: Readable,
  length: number,
  done: (error: string | undefined, bytes: Uint8Array | undefined) => void,
): void {
  const bytes = Buffer.allocUnsafe(length);
  let at = 0;
  let isOver = false;
  const finish = (error: string | undefined): void => {
    if (isOver) return;
    isOver = true;
    done(error, error === undefined ? bytes : undefined);
  };
  body.on('data', (chunk: Buffer) => {
    if (at + chunk.length > length) {
      finish('BODY_TOO_LARGE');
      return;
    }
    chunk.copy(bytes, at);
    at += chunk.length;
  });
  body.once('end', () => finish(at === length ? undefined : 'BODY_INCOMPLETE'));
  body.once('error', (error) => finish(error instanceof BodyError ? error.code : 'BODY_INCOMPLETE'));
  body.once('close', () => finish('BODY_INCOMPLETE'));
}
