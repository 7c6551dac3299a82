import type { PickOutcome } from '../balance/index.ts';
import type { ResponseFlag } from '../observe/index.ts';
import type { AttemptFailure, RetryPolicy } from '../retry/index.ts';
import type { CallFailure } from '../upstream/call.ts';

/**
 * Where no policy says anything: a request is sent once more, if it is idempotent and the connection, used before, broke before a byte of the answer
 * (RFC 9110 §9.2.2, RFC 9112 §9.3.1), or if the backend says itself that it did nothing (RFC 9113 §8.7); within the budget of all retries. Any other failure
 * is told to the client.
 */
export const defaultRetry: RetryPolicy = Object.freeze({ tries: 2, on: Object.freeze(['error']) });

/** Whether a failure lets a request be sent once more without a policy. */
export function mayBeUnseen({ kind }: CallFailure): boolean {
  return kind === 'stale' || kind === 'unprocessed';
}

/** A failed call in the words of retry policies. */
export function attemptFailureOf({ kind }: CallFailure): AttemptFailure {
  switch (kind) {
    case 'connect':
    case 'unprocessed':
      return { kind: 'connect' };
    case 'connect-timeout':
      return { kind: 'connect', timedOut: true };
    case 'protocol':
      return { kind: 'invalid-response' };
    case 'unsendable':
      return { kind: 'unsendable' };
    default:
      return { kind: 'reset' };
  }
}

/** What a balancer learns from a failed attempt. */
export function outcomeOfFailure({ kind }: AttemptFailure): PickOutcome {
  return { kind: kind === 'connect' ? 'connect-failure' : 'failed' };
}

/** The status that logs give to a try nobody saw an answer of, as nginx does in `$upstream_status`. */
export function lostStatus(failure: AttemptFailure): number {
  if (failure.kind === 'status') return failure.status;
  return failure.kind === 'timeout' || (failure.kind === 'connect' && failure.timedOut === true) ? 504 : 502;
}

/** What a client gets whose body is not taken, or does not come. */
export function bodyOutcomeOf(code: string): Outcome {
  if (code === 'BODY_TOO_LARGE') return { status: 413, flag: 'DPE', details: 'request_body_too_large' };
  // With its length the same body would stream (RFC 9110 §15.5.12).
  if (code === 'BODY_LENGTH_UNKNOWN') return { status: 411, flag: 'DPE', details: 'request_length_required' };
  // The client broke off; where it still listens it is told.
  return { status: 400, flag: 'DC', details: 'request_body_incomplete' };
}

/** An answer of the gateway's own, and how logs name it. */
export interface Outcome {
  readonly status: number;
  readonly flag: ResponseFlag;
  readonly details: string;
}

/** What the client gets, and what logs say: Envoy's statuses and flags. */
export function outcomeOf({ kind, code }: CallFailure): Outcome {
  switch (kind) {
    case 'connect':
    case 'unprocessed':
      return { status: 503, flag: 'UF', details: 'upstream_connect_failure' };
    case 'connect-timeout':
      return { status: 504, flag: 'UF', details: 'upstream_connect_timeout' };
    case 'protocol':
      return { status: 502, flag: 'UPE', details: 'upstream_protocol_error' };
    case 'unsendable':
      return { status: 400, flag: 'DPE', details: 'request_not_sendable' };
    default:
      // A backend that resets one stream keeps its connection.
      return {
        status: 502,
        flag: code === 'ERR_HTTP2_STREAM_ERROR' || code === 'ERR_HTTP2_STREAM_CANCEL' ? 'UR' : 'UC',
        details: 'upstream_reset',
      };
  }
}
