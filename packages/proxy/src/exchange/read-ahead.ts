import type { BufferingPolicy } from '@ingresskit/families';
import type { ForwardDecision } from '@ingresskit/matcher';
import type { BodyOwner, RequestBody } from '../client/request-body.ts';
import type { Exchange } from './exchange.ts';
import { policiesOf } from './forward-policies.ts';
import { holdBody } from './hold-body.ts';

/** Bytes of a request body that are held in memory where it is read before the backend is asked; nginx writes what is beyond its buffer to disk. */
const usual = 1_048_576;
const most = 16_777_216;
/** As nginx holds by default (`client_body_buffer_size`, 64-bit). */
const shortBytes = 16_384;

/**
 * Reads as much of a request body as policies want to have before the backend is asked: all of it up to a bound (`proxy-request-buffering`), or a short one
 * that may be needed again, or is soon read. Calls back once, at once where the body is to stream.
 */
export function readAhead(
  { core, serving }: Exchange,
  decision: ForwardDecision,
  body: RequestBody,
  length: number | undefined,
  owner: BodyOwner,
): void {
  const { buffering } = policiesOf(decision);
  if (buffering?.requests === true) holdBody(body, heldBytes(buffering), (error, held) => owner.bodyRead(error, held));
  else if (length === undefined || length > core.replayBytes || buffering?.requests === false) owner.bodyRead(undefined, body);
  // A short one costs less in one piece than as a stream, and goes a second time where a kept connection turns out to be closed.
  else if (length <= shortBytes || isWorthKeeping(decision, serving)) body.gather(length, owner);
  else owner.bodyRead(undefined, body);
}

function heldBytes({ requestBufferBytes = usual }: BufferingPolicy): number {
  return Math.min(Math.max(requestBufferBytes, usual), most);
}

/** Whether a body may be needed again: for a retry, a fallback or a copy. */
function isWorthKeeping(decision: ForwardDecision, { matcher }: Exchange['serving']): boolean {
  const { retry, mirror } = policiesOf(decision);
  return (retry !== undefined && !retry.on.includes('off')) || mirror !== undefined || matcher.awaitsAnswer(decision);
}
