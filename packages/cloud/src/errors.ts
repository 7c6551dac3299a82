/** What went wrong, for programs. Permanent: a code is never renamed or given another meaning. */
export type CloudErrorCode =
  /** The cloud asks to slow down; nothing was done. `retryAfter` may say for how long. */
  | 'cloud/throttled'
  /** The identity may not do this (HTTP 401 or 403, `NO_PERMISSION`). */
  | 'cloud/denied'
  /** The gateway, source or list does not exist. */
  | 'cloud/not-found'
  /** The cloud understood the call and refuses it; the same call will be refused again. */
  | 'cloud/refused'
  /** The cloud failed (HTTP 5xx). Whether the call took effect is unknown. */
  | 'cloud/unavailable'
  /** No answer: connection refused or lost, name not found, timeout. */
  | 'cloud/no-answer'
  /** An answer that is not what the API describes. */
  | 'cloud/bad-answer'
  /** The credentials could not be obtained. */
  | 'cloud/credentials'
  /** The caller's signal ended the call. */
  | 'cloud/aborted'
  /** A gateway did not reach the awaited state in time. */
  | 'cloud/wait-exceeded'
  /** A gateway reached a state from which it does not recover by itself. */
  | 'cloud/gateway-failed'
  /** A gateway turned out not to belong to the object that wanted to change or delete it. */
  | 'cloud/not-owned';

/** What is known of a failed call beside its code. */
export interface CloudErrorDetails {
  /** The API operation, for example `AddGateway`. */
  readonly operation?: string | undefined;
  /** The cloud's own code, for example `Throttling.User` or `mse-100-007`. */
  readonly apiCode?: string | undefined;
  /** What the cloud's support asks for. */
  readonly requestId?: string | undefined;
  /** HTTP status. */
  readonly status?: number | undefined;
  /** Milliseconds the cloud asks to wait. */
  readonly retryAfter?: number | undefined;
  /** `none`: nothing was done, the call may be repeated. `unknown`: it may have been carried out. */
  readonly effect?: 'none' | 'unknown' | undefined;
  /** How often the call was sent. */
  readonly attempts?: number | undefined;
}

/**
 * Every failure of this package. It holds text that was cleaned of credentials and nothing of the request or of the vendor's error object,
 * so that printing, inspecting or serialising it cannot leak one.
 */
export class CloudError extends Error implements CloudErrorDetails {
  readonly code: CloudErrorCode;
  declare readonly operation?: string;
  declare readonly apiCode?: string;
  declare readonly requestId?: string;
  declare readonly status?: number;
  declare readonly retryAfter?: number;
  readonly effect: 'none' | 'unknown';
  declare readonly attempts?: number;

  constructor(code: CloudErrorCode, message: string, details: CloudErrorDetails = {}) {
    super(message);
    this.name = 'CloudError';
    this.code = code;
    this.effect = details.effect ?? 'none';
    for (const key of ['operation', 'apiCode', 'requestId', 'status', 'retryAfter', 'attempts'] as const) {
      if (details[key] !== undefined) Object.assign(this, { [key]: details[key] });
    }
  }

  /** The same error with what a layer above knows. */
  with(details: CloudErrorDetails): CloudError {
    return new CloudError(this.code, this.message, { ...this.details(), ...details });
  }

  details(): CloudErrorDetails {
    const { operation, apiCode, requestId, status, retryAfter, effect, attempts } = this;
    return { operation, apiCode, requestId, status, retryAfter, effect, attempts };
  }

  toJSON(): Readonly<Record<string, unknown>> {
    return { name: this.name, code: this.code, message: this.message, ...this.details() };
  }
}

export function isCloudError(value: unknown, ...codes: readonly CloudErrorCode[]): value is CloudError {
  return value instanceof CloudError && (codes.length === 0 || codes.includes(value.code));
}
