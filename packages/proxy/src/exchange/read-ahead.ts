import type { BufferingPolicy } from '@ingresskit/families';
import type { ForwardDecision } from '@ingresskit/matcher';
import type { BodyOwner, RequestBody } from '../client/request-body.ts';
import { BodyCopy } from '../mirror/index.ts';
import type { Exchange } from './exchange.ts';
import { policiesOf, speaksFastCgi } from './forward-policies.ts';
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
  const { buffering, mirror } = policiesOf(decision);
  const mayGather = length !== undefined && length <= core.replayBytes && buffering?.requests === undefined;
  // A short one costs less in one piece than as a stream, and goes a second time where a kept connection turns out to be closed.
  if (mayGather && (length <= shortBytes || isWorthKeeping(decision, serving))) {
    body.gather(length, owner);
    return;
  }
  // What streams is collected on the side.
  if (mirror !== undefined && (length ?? 0) <= core.mirrors.mostBodyBytes)
    body.copy = new BodyCopy(core.mirrors.mostBodyBytes, core.mirrors.bytes);
  if (length === undefined && speaksFastCgi(decision.upstream.protocol)) {
    readLength(body, owner);
    return;
  }
  if (buffering?.requests !== true) {
    owner.bodyRead(undefined, body);
    return;
  }
  holdBody(body, heldBytes(buffering), (error, held) => {
    // Held as a whole, it needs no second copy.
    if (held !== body) body.copy?.discard();
    owner.bodyRead(error, held);
  });
}

/** FastCGI says how long a body is before it comes: one that does not say is read to its end first, or refused where that is too far away. */
function readLength(body: RequestBody, owner: BodyOwner): void {
  holdBody(body, most, (error, held) => {
    if (held !== body) body.copy?.discard();
    if (held === undefined || held instanceof Uint8Array) owner.bodyRead(error, held);
    else owner.bodyRead('BODY_LENGTH_UNKNOWN', undefined);
  });
}

/** Bytes of a response that may wait here for the client, so that the backend need not: nginx's buffers, by their number and size (ingress-nginx.md §7). */
export function responseBytes({ buffers = 4, bufferBytes = 4_096 }: BufferingPolicy): number {
  return Math.min(buffers * bufferBytes, most);
}

function heldBytes({ requestBufferBytes = usual }: BufferingPolicy): number {
  return Math.min(Math.max(requestBufferBytes, usual), most);
}

/** Whether a body may be needed again: for a retry or a fallback. */
function isWorthKeeping(decision: ForwardDecision, { matcher }: Exchange['serving']): boolean {
  const { retry } = policiesOf(decision);
  return (retry !== undefined && !retry.on.includes('off')) || matcher.awaitsAnswer(decision);
}
