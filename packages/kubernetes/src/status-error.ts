import { KubernetesError, type KubernetesErrorCode } from './errors.ts';
import { isMap, type JsonMap, textAt } from './json.ts';

const codes: Readonly<Record<number, KubernetesErrorCode>> = {
  400: 'kubernetes/bad-request',
  401: 'kubernetes/unauthorized',
  403: 'kubernetes/forbidden',
  404: 'kubernetes/not-found',
  405: 'kubernetes/unsupported',
  406: 'kubernetes/unsupported',
  409: 'kubernetes/conflict',
  410: 'kubernetes/expired',
  415: 'kubernetes/unsupported',
  422: 'kubernetes/invalid',
  429: 'kubernetes/too-many-requests',
};

/**
 * The error that a `Status` object describes, from the body of an answer or from an ERROR event of a watch. What is not a Status (a proxy's error
 * page) leaves only the HTTP status.
 *
 * @param retryAfter the `Retry-After` header, in seconds; dates are not used by API servers.
 */
export function errorOfStatus(body: unknown, httpStatus: number, action: string, retryAfter?: string): KubernetesError {
  const status: JsonMap = isMap(body) ? body : {};
  const code = typeof status['code'] === 'number' ? status['code'] : httpStatus;
  const reason = textAt(status, 'reason');
  const details = isMap(status['details']) ? status['details'] : {};
  const causes = Array.isArray(details['causes']) ? details['causes'].filter(isMap) : [];
  const isTooLarge = causes.some((cause) => cause['reason'] === 'ResourceVersionTooLarge');
  const message = textAt(status, 'message') ?? `HTTP status ${httpStatus}`;
  return new KubernetesError(codeOf(code, reason, isTooLarge), `${action}: ${message}`, {
    status: code,
    ...(reason === undefined ? {} : { reason }),
    ...retryOf(details['retryAfterSeconds'], retryAfter),
    managers: causes.filter((cause) => cause['reason'] === 'FieldManagerConflict').map(managerOf),
  });
}

function codeOf(status: number, reason: string | undefined, isTooLarge: boolean): KubernetesErrorCode {
  if (isTooLarge) return 'kubernetes/version-too-large';
  // Old servers say Expired or Gone under another status inside a watch.
  if (reason === 'Expired' || reason === 'Gone') return 'kubernetes/expired';
  if (reason === 'AlreadyExists') return 'kubernetes/already-exists';
  return codes[status] ?? (status >= 500 ? 'kubernetes/server-error' : 'kubernetes/unexpected-status');
}

function retryOf(inStatus: unknown, header: string | undefined): { readonly retryAfter?: number } {
  const seconds = header !== undefined && /^\d{1,6}$/.test(header.trim()) ? Number(header) : typeof inStatus === 'number' ? inStatus : 0;
  return seconds > 0 ? { retryAfter: seconds * 1000 } : {};
}

/** `conflict with "kubectl" using networking.k8s.io/v1` names the manager in quotes. */
function managerOf(cause: JsonMap): string {
  const message = textAt(cause, 'message') ?? '';
  return /"([^"]*)"/.exec(message)?.[1] ?? message;
}
