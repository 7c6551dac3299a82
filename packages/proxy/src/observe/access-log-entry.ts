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
    /** Tries before the one above, and that one, too, where it failed. */
    readonly lost?: readonly LoggedTry[];
  };
}

/** A try whose answer the client did not get, if there was one. */
export interface LoggedTry {
  readonly host: string;
  readonly status: number;
  readonly timeMs: number;
  /** Whether the next try was at another backend. */
  readonly leftBackend: boolean;
}

/** Makes one line, without its end, of an exchange. */
export type AccessLogFormat = (entry: AccessLogEntry) => string;
