import type { Readable } from 'node:stream';
import type { BufferingPolicy } from '@ingresskit/families';
import type { ForwardDecision } from '@ingresskit/matcher';
import { collectBody, holdBody } from './collect-body.ts';
import type { Exchange } from './exchange.ts';
import { policiesOf } from './forward-policies.ts';

/** Bytes of a request body that are held in memory where it is read before the backend is asked; nginx writes what is beyond its buffer to disk. */
const usual = 1_048_576;
const most = 16_777_216;

/**
 * Reads as much of a request body as policies want to have before the backend is asked: all of it up to a bound (`proxy-request-buffering`), or a short one
 * that may be needed again. Calls back once, at once where the body is to stream.
 */
export function readAhead(
  { core, serving }: Exchange,
  decision: ForwardDecision,
  body: Readable,
  length: number | undefined,
  done: (error: string | undefined, held: Readable | Uint8Array | undefined) => void,
): void {
  const { buffering } = policiesOf(decision);
  if (buffering?.requests === true) holdBody(body, heldBytes(buffering), done);
  else if (length === undefined || length > core.replayBytes || buffering?.requests === false || !isWorthKeeping(decision, serving))
    done(undefined, body);
  else collectBody(body, length, done);
}

function heldBytes({ requestBufferBytes = usual }: BufferingPolicy): number {
  return Math.min(Math.max(requestBufferBytes, usual), most);
}

/** Whether a body may be needed again: for a retry, a fallback or a copy. */
function isWorthKeeping(decision: ForwardDecision, { matcher }: Exchange['serving']): boolean {
  const { retry, mirror } = policiesOf(decision);
  return (retry !== undefined && !retry.on.includes('off')) || mirror !== undefined || matcher.awaitsAnswer(decision);
}
