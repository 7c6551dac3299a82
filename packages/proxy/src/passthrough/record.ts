import type { Decision } from '@ingresskit/matcher';
import type { Peer } from '../gate/raw-request.ts';
import type { ResponseFlag } from '../observe/index.ts';

/** A TLS connection that was handed to a backend unopened, or should have been, when it is over: what logs, metrics and events are made of. */
export interface PassthroughRecord {
  /** The name that the client asked for. */
  readonly serverName: string;
  readonly peer: Peer;
  /** Where the connection was to go; `undefined` when that could not be found out. */
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
  /** `address:port` of the endpoint that took the connection, or was tried last. */
  readonly endpoint: string | undefined;
  /** Milliseconds from connecting to the first byte of the backend. */
  readonly upstreamMs: number | undefined;
  readonly upstreamFailure: string | undefined;
  /** Endpoints that were tried. */
  readonly tries: number;
  /** Whether both sides ended it. */
  readonly complete: boolean;
}
