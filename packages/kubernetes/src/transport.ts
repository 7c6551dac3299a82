import { KubernetesError } from './errors.ts';
import { errorOfStatus } from './status-error.ts';

/** One HTTP request to an API server. */
export interface TransportRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Path and query, beginning with `/`. */
  readonly path: string;
  /** Lower-case names. Credentials are the transport's affair. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** Aborts the request, and the body while it is being read. */
  readonly signal?: AbortSignal;
  /** A watch: it may be silent for minutes, and must not take a connection from short calls. */
  readonly isStream?: boolean;
}

/** The answer, as soon as its head is here. */
export interface TransportResponse {
  readonly status: number;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
  /** Must be read to its end, or left with `return()` (as `for await` does), or aborted. A broken connection rejects. */
  readonly body: AsyncIterable<Uint8Array>;
}

/** How requests reach one API server. Everything else in this package stands on it. */
export interface Transport {
  /** Rejects only when no answer came; every HTTP status is an answer. */
  request(request: TransportRequest): Promise<TransportResponse>;
  /** Ends all requests and releases the connections. */
  close(): Promise<void>;
}

/** The answer of a call whose body was read: parsed JSON. */
export interface JsonAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: unknown;
}

/** Largest body of a short call or list page that is read, in bytes. A list of 10,000 Ingresses is about 20 MB. */
export const maxBodyBytes: number = 512 * 1024 * 1024;

/** Sends a request and reads the answer as JSON. A status of 400 or more rejects with the error that the body describes. */
export async function requestJson(transport: Transport, request: TransportRequest, action: string): Promise<JsonAnswer> {
  const { status, headers, body } = await transport.request(request);
  const parsed = parseJson(await readText(body, action), action, status);
  if (status >= 400) throw errorOfStatus(parsed, status, action, headers['retry-after']);
  return { status, headers, body: parsed };
}

/** The error of a refused stream; reads at most the start of its body. */
export async function refusalOf({ status, headers, body }: TransportResponse, action: string): Promise<KubernetesError> {
  let parsed: unknown;
  try {
    parsed = JSON.parse(await readText(body, action, 1024 * 1024));
  } catch {
    parsed = undefined;
  }
  return errorOfStatus(parsed, status, action, headers['retry-after']);
}

function parseJson(text: string, action: string, status: number): unknown {
  if (text === '') return undefined;
  try {
    return JSON.parse(text);
  } catch (cause) {
    // An error page of a proxy is told by its status; a 200 that is no JSON cannot be used.
    if (status >= 400) return undefined;
    throw new KubernetesError('kubernetes/malformed', `${action}: the answer is not JSON.`, { status, cause });
  }
}

async function readText(body: AsyncIterable<Uint8Array>, action: string, limit: number = maxBodyBytes): Promise<string> {
  const decoder = new TextDecoder();
  const parts: string[] = [];
  let bytes = 0;
  for await (const chunk of body) {
    bytes += chunk.byteLength;
    if (bytes > limit) throw new KubernetesError('kubernetes/malformed', `${action}: the answer is larger than ${limit} bytes.`);
    parts.push(decoder.decode(chunk, { stream: true }));
  }
  parts.push(decoder.decode());
  return parts.join('');
}
