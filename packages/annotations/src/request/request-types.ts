/** A request as a caller describes it: the machine contract's shape (cli-contract.md §1). */
export interface RequestInput {
  /** Echoed in the decision's line by the CLI. */
  readonly id?: string;
  /** Default GET. */
  readonly method?: string;
  /** Absolute `http://` or `https://` URL; the scheme decides the listener. */
  readonly url: string;
  /** Names in any case; `host` overrides the URL's authority. */
  readonly headers?: Readonly<Record<string, string | readonly string[]>>;
  /** The TCP peer. Default 127.0.0.1. */
  readonly clientAddress?: string;
  /** Default: the URL's host when https. */
  readonly sni?: string | undefined;
  /** The certificate that the client shows and those it sends along, its own first, PEM. Whether they verify is a question. */
  readonly clientCertificate?: string | undefined;
  /** The random number of every weight draw, 0 ≤ draw < 1. */
  readonly draw?: number;
  /** What an external authentication service would answer. */
  readonly auth?: UpstreamAnswer;
  /** What the backend would answer. */
  readonly upstream?: UpstreamAnswer;
  /** Virtual time in milliseconds for limits. */
  readonly at?: number;
  /** How long the request is in flight in virtual time, for limits of concurrency. Default 1: requests of the same instant overlap. */
  readonly durationMs?: number;
}

/** Status and headers of an answer. */
export interface UpstreamAnswer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string | readonly string[]>>;
}

/**
 * A request after canonicalisation: the only view that matching, authorising, logging and forwarding have (reliability.md §2.4).
 */
export interface CanonicalRequest {
  readonly method: string;
  readonly scheme: 'http' | 'https';
  /** Lower case, without port or trailing dot. */
  readonly host: string;
  /** The authority as the client sent it (Host header), for redirects and the upstream Host. */
  readonly authority: string;
  /** Canonical path, beginning with `/`. */
  readonly path: string;
  /** The path as the client sent it. */
  readonly rawPath: string;
  /** Without the leading `?`; `undefined` when the target had none. */
  readonly query: string | undefined;
  readonly clientAddress: string;
  readonly sni: string | undefined;
  /** As the client shows it: nobody has verified it yet. */
  readonly clientCertificate: string | undefined;
  readonly at: number | undefined;
  readonly durationMs?: number | undefined;
  /** The header's values joined by `, ` (cookies by `; `), or `undefined`. The name is lower case; `:authority`, `:method`, `:path` and `:scheme` name the parts of the request line. */
  header(name: string): string | undefined;
  /** The first cookie of that name, raw. */
  cookie(name: string): string | undefined;
  /** The first query parameter of that name, undecoded, as the twin compares it (higress.md A.17). `''` for a bare key. */
  queryParameter(name: string): string | undefined;
}
