/** One end of a connection. */
export interface Place {
  readonly address: string;
  readonly port: number;
}

/** What a PROXY protocol header says of the connection behind the proxy. */
export type ProxyHeader =
  | { readonly kind: 'proxied'; readonly source: Place; readonly destination: Place }
  /** The proxy speaks for itself (a health check), or of a connection without IP addresses: the real peer counts. */
  | { readonly kind: 'direct' };

/** How far a header is. `rest` is what came behind it and belongs to the connection. */
export type ProxyHeaderProgress =
  | { readonly kind: 'more' }
  | { readonly kind: 'done'; readonly header: ProxyHeader; readonly rest: Buffer }
  /** Not a header, or not one that may be believed: the connection must be closed. */
  | { readonly kind: 'invalid'; readonly problem: string };
