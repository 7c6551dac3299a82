/** What clients of a host must show. */
export interface ClientTlsPolicy {
  /** `on`: a certificate that verifies; `optional`: none, or one that verifies; `optional_no_ca`: none, or any; `off`: nobody looks. */
  readonly mode: 'on' | 'optional' | 'optional_no_ca' | 'off';
  /** The trusted authorities, PEM: public, so they stand in the table as they are. */
  readonly ca: string;
  readonly revocations?: string;
  readonly depth: number;
  /** What the subject of the certificate must hold somewhere, an RE2 pattern. */
  readonly matchCn?: string;
  /** An absolute URL for clients that are refused. */
  readonly errorPage?: string;
  readonly passCertificate: boolean;
  /** How the handshake asks: see `ClientTlsSettings`. */
  readonly handshake: 'require' | 'request';
}

/** What differs between gateways. The defaults are those of the `mse` profile (mse.md §2.13, higress.md A.3). */
export interface ClientTlsSettings {
  /** `cacert`: the Secret must be that of the host's certificate, or have its name and `-cacert`, in the namespace of the Ingress. */
  readonly secretNaming: 'cacert' | 'any';
  /** Whether the Secret must be written with its namespace. */
  readonly namespaceRequired: boolean;
  /** Keys of the Secret that may hold the authorities; the first that is there counts. */
  readonly keys: readonly string[];
  /** Certificates between the client's and its authority where nothing is written. */
  readonly depth: number;
  /** `require`: the handshake fails without a certificate that verifies; `request`: it succeeds, and the gateway answers 400. */
  readonly handshake: 'require' | 'request';
  /** Whether backends learn what was found, as `ssl-client-…` headers. */
  readonly upstreamHeaders: boolean;
}
