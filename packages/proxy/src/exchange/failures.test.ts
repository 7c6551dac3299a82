import { isRetryable } from '@ingresskit/families';
import { expect, it } from 'vitest';
import { attemptFailureOf, lostStatus, mayBeUnseen, outcomeOf, outcomeOfFailure } from './failures.ts';

it('a request that cannot be written is its own fault: no endpoint is marked for it and no policy sends it again', () => {
  const failure = { kind: 'unsendable', code: 'ERR_INVALID_HTTP_TOKEN' } as const;
  const attempt = attemptFailureOf(failure);
  const on = ['error', 'timeout', 'invalid_header', 'http_400', 'http_502', 'http_503', 'non_idempotent'];
  expect(isRetryable({ tries: 5, on, nonIdempotent: true, serverErrors: true }, attempt)).toBe(false);
  expect(mayBeUnseen(failure)).toBe(false);
  // Health counts what could not be connected to.
  expect(outcomeOfFailure(attempt).kind).not.toBe('connect-failure');
  expect(outcomeOf(failure)).toEqual({ status: 400, flag: 'DPE', details: 'request_not_sendable' });
});

it('logs give a try that brought no answer the status that nginx gives it', () => {
  expect(lostStatus({ kind: 'status', status: 429 })).toBe(429);
  expect(lostStatus({ kind: 'timeout' })).toBe(504);
  expect(lostStatus(attemptFailureOf({ kind: 'connect-timeout', code: 'x' }))).toBe(504);
  for (const kind of ['connect', 'protocol', 'reset'] as const) expect(lostStatus(attemptFailureOf({ kind, code: 'x' }))).toBe(502);
});
