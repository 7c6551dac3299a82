import type { Decision } from '@ingresskit/matcher';
import type { RawRequest } from '../gate/raw-request.ts';
import type { LostTry, ResponseFlag } from '../observe/index.ts';

/** What is known of everything that was sent to a backend, or should have been, when it is over. */
export interface ForwardedRecord {
  /** Absent where nothing could be decided: the gate refused the request, or whoever had to be asked could not be. */
  readonly decision: Decision | undefined;
  /** Stable name of the route, as explanations show it: `namespace/name host path`. */
  readonly route: string | undefined;
  /** Milliseconds since 1970. */
  readonly startedAt: number;
  readonly durationMs: number;
  readonly flags: readonly ResponseFlag[];
  /** Stable words for how it ended: `via_upstream`, or why not. */
  readonly details: string;
  /** From the client, and to it. */
  readonly bytesReceived: number;
  readonly bytesSent: number;
  /** `address:port` of the endpoint that took it, or was tried last. */
  readonly endpoint: string | undefined;
  /** Milliseconds from sending to the beginning of what came back: the head of a response, or the first byte of a connection. */
  readonly upstreamMs: number | undefined;
  readonly upstreamFailure: string | undefined;
  readonly tries: number;
  /** Whether it came to its proper end: the client has the whole response, or both sides ended the connection. */
  readonly complete: boolean;
}

/** One exchange when it is over: what logs, metrics and events are made of. */
export interface ExchangeRecord extends ForwardedRecord {
  readonly raw: RawRequest;
  /** The canonical address of the client. */
  readonly clientAddress: string;
  readonly requestId: string | undefined;
  /** 0 when no response was sent. */
  readonly status: number;
  readonly traceId: string | undefined;
  /** In the order they were made; empty for nearly all. */
  readonly lostTries: readonly LostTry[];
}
