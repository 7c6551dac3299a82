/** Permanent codes of everything that can go wrong between this package and an API server. */
export type KubernetesErrorCode =
  /** 400: the server does not understand the request. */
  | 'kubernetes/bad-request'
  /** 401, after the credentials were read again. */
  | 'kubernetes/unauthorized'
  /** 403: RBAC, or an admission plugin. */
  | 'kubernetes/forbidden'
  /** 404: no such object, or no such kind. */
  | 'kubernetes/not-found'
  /** 409 AlreadyExists. */
  | 'kubernetes/already-exists'
  /** 409: the object changed in the meantime, or another field manager owns a field. */
  | 'kubernetes/conflict'
  /** 410: the resourceVersion or continue token is too old. */
  | 'kubernetes/expired'
  /** 415, 405, 406. */
  | 'kubernetes/unsupported'
  /** 422: the server refuses the object. */
  | 'kubernetes/invalid'
  /** 429. */
  | 'kubernetes/too-many-requests'
  /** 504 with the cause ResourceVersionTooLarge: this replica has not seen that version yet. */
  | 'kubernetes/version-too-large'
  /** Any other 5xx. */
  | 'kubernetes/server-error'
  /** Any other unexpected status. */
  | 'kubernetes/unexpected-status'
  /** No connection, or it broke. */
  | 'kubernetes/connection'
  /** No answer in time. */
  | 'kubernetes/timeout'
  /** TLS: the server's certificate is not trusted. */
  | 'kubernetes/untrusted-server'
  /** The answer is not what the API promises: bad JSON, a Table, an object without metadata. */
  | 'kubernetes/malformed'
  /** One line of a watch is longer than the limit. */
  | 'kubernetes/line-too-long'
  /** A list older than what was seen before. */
  | 'kubernetes/stale-list'
  /** A watch that ended at once without an event. */
  | 'kubernetes/short-watch'
  /** The write was held back because this process does not lead. */
  | 'kubernetes/not-leading'
  /** The signal aborted, or the object was closed. */
  | 'kubernetes/stopped'
  /** Credentials or connection options that cannot work. */
  | 'kubernetes/bad-options';

/** More of what the server said. */
export interface KubernetesErrorDetails {
  /** HTTP status, or the code of a Status inside a watch. */
  readonly status?: number;
  /** The server's one-word reason, such as `AlreadyExists`. */
  readonly reason?: string;
  /** From `Retry-After` or the Status, in milliseconds. */
  readonly retryAfter?: number;
  /** Field managers that own what a server-side apply wanted to set. */
  readonly managers?: readonly string[];
  readonly cause?: unknown;
}

/** Every rejection of this package. `code` is permanent; `message` never holds a credential. */
export class KubernetesError extends Error {
  readonly code: KubernetesErrorCode;
  readonly status: number | undefined;
  readonly reason: string | undefined;
  /** How long the server asked to wait, in milliseconds. */
  readonly retryAfter: number | undefined;
  readonly managers: readonly string[];

  constructor(code: KubernetesErrorCode, message: string, details: KubernetesErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.name = 'KubernetesError';
    this.code = code;
    this.status = details.status;
    this.reason = details.reason;
    this.retryAfter = details.retryAfter;
    this.managers = details.managers ?? [];
  }
}

/** The error as one of ours; anything unknown counts as a broken connection. */
export function toKubernetesError(error: unknown): KubernetesError {
  if (error instanceof KubernetesError) return error;
  const text = error instanceof Error ? error.message : String(error);
  return new KubernetesError('kubernetes/connection', text, { cause: error });
}

/** True for a rejection of this package with one of the codes. */
export function isKubernetesError(error: unknown, ...codes: readonly KubernetesErrorCode[]): error is KubernetesError {
  return error instanceof KubernetesError && (codes.length === 0 || codes.includes(error.code));
}
