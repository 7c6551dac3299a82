/** An answer of the server before it goes onto a wire. */
export interface FakeAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

const reasons: Readonly<Record<number, string>> = {
  400: 'BadRequest',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'NotFound',
  405: 'MethodNotAllowed',
  409: 'Conflict',
  410: 'Expired',
  415: 'UnsupportedMediaType',
  422: 'Invalid',
  429: 'TooManyRequests',
  500: 'InternalError',
  503: 'ServiceUnavailable',
  504: 'Timeout',
};

/** What a `Status` says beyond its code. */
export interface StatusParts {
  readonly reason?: string;
  readonly message?: string;
  /** Seconds; also sent as a header. */
  readonly retryAfter?: number;
  readonly causes?: readonly { readonly reason: string; readonly message: string; readonly field?: string }[];
}

/** A `Status` object, as the API answers failures and as it sends them inside a watch. */
export function statusObject(
  code: number,
  { reason = reasons[code] ?? 'Unknown', message = reason, retryAfter, causes }: StatusParts = {},
): object {
  const details = {
    ...(causes === undefined ? {} : { causes }),
    ...(retryAfter === undefined ? {} : { retryAfterSeconds: retryAfter }),
  };
  return { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Failure', message, reason, details, code };
}

/** The HTTP answer with a `Status`. */
export function statusAnswer(code: number, parts: StatusParts = {}): FakeAnswer {
  return {
    status: code,
    headers: { 'content-type': 'application/json', ...(parts.retryAfter === undefined ? {} : { 'retry-after': String(parts.retryAfter) }) },
    body: JSON.stringify(statusObject(code, parts)),
  };
}

/** The HTTP answer with an object. */
export function jsonAnswer(body: unknown, status = 200): FakeAnswer {
  return { status, headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
}
