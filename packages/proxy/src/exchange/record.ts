import type { Decision } from '@ingresskit/matcher';
import type { RawRequest } from '../gate/raw-request.ts';
import type { ResponseFlag } from '../observe/index.ts';

/** One exchange when it is over: what logs, metrics and events are made of. */
export interface ExchangeRecord {
  readonly raw: RawRequest;
  /** Absent when the gate refused the request. */
  readonly decision: Decision | undefined;
  /** Stable name of the route, as explanations show it: `namespace/name host path`. */
  readonly route: string | undefined;
  /** The canonical address of the client. */
  readonly clientAddress: string;
  readonly requestId: string | undefined;
  /** Milliseconds since 1970. */
  readonly startedAt: number;
  readonly durationMs: number;
  /** 0 when no response was sent. */
  readonly status: number;
  readonly flags: readonly ResponseFlag[];
  /** Stable words for why the status is what it is: `via_upstream`, or the reason of an answer. */
  readonly details: string;
  readonly bytesReceived: number;
  readonly bytesSent: number;
  /** `address:port` of the endpoint that answered, or was tried last. */
  readonly endpoint: string | undefined;
  /** Milliseconds from sending the request to the head of the response. */
  readonly upstreamMs: number | undefined;
  readonly upstreamFailure: string | undefined;
  readonly tries: number;
  readonly traceId: string | undefined;
  /** Whether the whole response reached the client. */
  readonly complete: boolean;
}
