import type { ResponseFlag } from './response-flags.ts';

/** One exchange with a client, or one connection that nobody opened, for the access log. Texts come from clients and backends: they may hold anything. */
export interface AccessLogEntry {
  /** Milliseconds since 1970. */
  readonly startTime: number;
  readonly durationMs: number;
  /** Empty for a connection that nobody opened, as is the path: there is no request to be seen. */
  readonly method: string;
  /** With query, as it was matched; secrets are redacted while formatting. */
  readonly path: string;
  /** `HTTP/1.1`, `HTTP/2`; `TLS` for a connection that nobody opened. */
  readonly protocol: string;
  readonly authority: string;
  readonly clientAddress: string;
  readonly clientPort?: number;
  /** `address:port` of the listener's end. */
  readonly localAddress?: string;
  readonly serverName?: string;
  readonly userAgent?: string;
  readonly referer?: string;
  readonly forwardedFor?: string;
  /** The name that came with basic authentication, whether or not anybody asked for it. */
  readonly user?: string;
  readonly requestId?: string;
  readonly traceId?: string;
  /** 0 when the client went away before an answer, and for connections that nobody opened. */
  readonly status: number;
  /** Why: `via_upstream`, or the reason of the decision. */
  readonly details?: string;
  readonly flags: readonly ResponseFlag[];
  /** Of the bodies; of a connection that nobody opened, all. */
  readonly bytesReceived: number;
  readonly bytesSent: number;
  /** Of request line, headers and body, as HTTP/1.1 writes them. */
  readonly requestLength?: number;
  /** The Ingress and path that decided, in the words of `explain`. */
  readonly routeName?: string;
  /** Absent when no backend was asked. */
  readonly upstream?: {
    /** `namespace/service:port`. */
    readonly cluster: string;
    /** The canary or fallback that stands in for the route's own backend. */
    readonly alternative?: string;
    readonly host?: string;
    readonly localAddress?: string;
    readonly status?: number;
    /** To the first byte of the answer. */
    readonly serviceTimeMs?: number;
    readonly bytes?: number;
    readonly failure?: string;
    /** Tries that are over and of which the client got nothing. */
    readonly lost?: readonly LostTry[];
    /** The one above is the last of these. */
    readonly isLost?: true;
  };
}

/** A try that failed, or whose answer the client did not get because another try followed. */
export interface LostTry {
  /** `address:port` of the endpoint. */
  readonly endpoint: string;
  /** What came back; where nothing did, 504 for a timeout and 502 for any other failure. */
  readonly status: number;
  /** Until the head of an answer, or the failure. */
  readonly durationMs: number;
  /** Whether another backend was asked next: the fallback. */
  readonly leftBackend: boolean;
}

/** Makes one line, without its end, of an exchange. */
export type AccessLogFormat = (entry: AccessLogEntry) => string;
