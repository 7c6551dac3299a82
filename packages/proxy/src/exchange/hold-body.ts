import type { Readable } from 'node:stream';
import { BodyError } from '../client/request-body.ts';

/** The start of a body, or all of it: what has been read goes on as the body of the request. */
export type Held = Uint8Array | Readable;

/**
 * Reads a body before anybody is told of it, up to a number of bytes: a longer one streams from there on. Calls back exactly once.
 */
export function holdBody(body: Readable, limit: number, done: (error: string | undefined, held: Held | undefined) => void): void {
  const pieces: Buffer[] = [];
  let size = 0;
  const stop = (): void => void body.off('data', onData).off('end', onEnd).off('error', onError).off('close', onClose);
  const finish = (error: string | undefined, held: Held | undefined): void => {
    stop();
    done(error, held);
  };
  const onData = (piece: Buffer): void => {
    pieces.push(piece);
    size += piece.length;
    if (size <= limit) return;
    body.pause();
    stop();
    body.unshift(Buffer.concat(pieces, size));
    done(undefined, body);
  };
  const onEnd = (): void => finish(undefined, Buffer.concat(pieces, size));
  const onError = (error: Error): void => finish(error instanceof BodyError ? error.code : 'BODY_INCOMPLETE', undefined);
  const onClose = (): void => finish('BODY_INCOMPLETE', undefined);
  body.on('data', onData).once('end', onEnd).once('error', onError).once('close', onClose);
}
