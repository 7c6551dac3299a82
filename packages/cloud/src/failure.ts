import { CloudError, type CloudErrorCode, type CloudErrorDetails } from './errors.ts';
import type { Redactor } from './redact.ts';
import type { Wire } from './wire.ts';

interface FailedAnswer {
  readonly status: number | undefined;
  readonly body: Readonly<Record<string, unknown>>;
  readonly redactor: Redactor;
  readonly known: CloudErrorDetails;
  /** Milliseconds. */
  readonly retryAfter: number | undefined;
}

/** `Throttling`, `Throttling.User`, `Throttling.Api`, …: the vendor's client goes by the same part of the code. */
export function isThrottlingCode(code: string): boolean {
  return code.includes('Throttling');
}

/** The error of an answer that says it is one. */
export function answerError({ status, body, redactor, known, retryAfter }: FailedAnswer): CloudError {
  const apiCode = firstText(body['ErrorCode'], body['Code'], body['code']);
  const requestId = firstText(body['RequestId'], body['requestId']);
  let said = firstText(body['DynamicMessage'], body['Message'], body['message']) ?? 'no reason given';
  const dynamic = firstText(body['DynamicCode']);
  if (dynamic !== undefined) said = said.replace('%s', () => dynamic);
  const code = codeOf(status, apiCode ?? '');
  const words = `${known.operation} failed${status === undefined ? '' : ` with HTTP ${status}`}${apiCode === undefined ? '' : ` (${apiCode})`}: ${said}`;
  return new CloudError(code, redactor.text(words), {
    ...known,
    status,
    apiCode: apiCode === undefined ? undefined : redactor.text(apiCode),
    requestId: requestId === undefined ? undefined : redactor.text(requestId),
    retryAfter: code === 'cloud/throttled' || code === 'cloud/unavailable' ? retryAfter : undefined,
    effect: code === 'cloud/unavailable' ? 'unknown' : 'none',
  });
}

// No table of error codes is public (mse.md §5.3): a missing thing is known by its status or by the words of its code. An unknown key or action
// is answered with 404 too, and must never look like a gateway that is gone: all such codes begin with `Invalid`.
function codeOf(status: number | undefined, apiCode: string): CloudErrorCode {
  if (isThrottlingCode(apiCode) || status === 429) return 'cloud/throttled';
  if (/^(InvalidAccessKeyId|InvalidSecurityToken|InvalidTimeStamp|Signature|IncompleteSignature)/i.test(apiCode)) return 'cloud/denied';
  if (/^Invalid/i.test(apiCode)) return status !== undefined && status >= 500 ? 'cloud/unavailable' : 'cloud/refused';
  if (status === 404 || /not[-_.]?(found|exist)|does[-_.]?not[-_.]?exist/i.test(apiCode)) return 'cloud/not-found';
  if (status === 401 || status === 403 || /^(NO_PERMISSION|Forbidden|NoPermission)/i.test(apiCode)) return 'cloud/denied';
  if (status !== undefined && status >= 500) return 'cloud/unavailable';
  return 'cloud/refused';
}

/** The error behind whatever the vendor's client threw. Nothing of the thrown object is kept: it quotes the request. */
export function transportError(error: unknown, wire: Wire, redactor: Redactor, known: CloudErrorDetails): CloudError {
  const thrown = (typeof error === 'object' && error !== null ? error : {}) as {
    readonly name?: unknown;
    readonly code?: unknown;
    readonly data?: unknown;
    readonly retryAfter?: unknown;
  };
  const status = wire.status;
  if (typeof thrown.data === 'object' && thrown.data !== null && status !== undefined && status >= 400) {
    const retryAfter = typeof thrown.retryAfter === 'number' && thrown.retryAfter > 0 ? thrown.retryAfter : retryAfterOf(wire);
    return answerError({ status, body: thrown.data as Readonly<Record<string, unknown>>, redactor, known, retryAfter });
  }
  if (status !== undefined && status >= 400) return answerError({ status, body: {}, redactor, known, retryAfter: retryAfterOf(wire) });
  if (error instanceof SyntaxError) {
    return new CloudError('cloud/bad-answer', `The answer to ${known.operation} is not JSON.`, { ...known, status, effect: 'unknown' });
  }
  const reason = typeof thrown.code === 'string' && /^E[A-Z_]+$/.test(thrown.code) ? thrown.code : undefined;
  const timeout = typeof thrown.name === 'string' && thrown.name.includes('Timeout');
  const words = timeout ? 'no answer in time' : reason === undefined ? 'the connection failed' : `the connection failed (${reason})`;
  // These end the attempt to connect: nothing can have reached the cloud.
  const untouched = reason === 'ECONNREFUSED' || reason === 'ENOTFOUND' || reason === 'EAI_AGAIN';
  return new CloudError('cloud/no-answer', `${known.operation}: ${words}.`, { ...known, effect: untouched ? 'none' : 'unknown' });
}

/** `Retry-After` in milliseconds. The vendor reads `x-acs-retry-after`, in milliseconds, by itself. */
function retryAfterOf(wire: Wire): number | undefined {
  const own = Number(wire.header('x-acs-retry-after'));
  if (own > 0) return own;
  const standard = wire.header('retry-after')?.trim() ?? '';
  if (/^\d+$/.test(standard)) return Number(standard) * 1000;
  const sent = Date.parse(wire.header('date') ?? '');
  const until = Date.parse(standard);
  return until > sent ? until - sent : undefined;
}

function firstText(...values: readonly unknown[]): string | undefined {
  for (const value of values) {
    if (typeof value === 'string' && value !== '') return value;
    if (typeof value === 'number') return String(value);
  }
  return undefined;
}
