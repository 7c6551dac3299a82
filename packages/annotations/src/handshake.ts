import type { Sensitive } from '@ingresskit/resources';

export type TlsVersion = 'TLSv1' | 'TLSv1.1' | 'TLSv1.2' | 'TLSv1.3';

/** What a host-scoped policy demands of the TLS handshakes for its host. Members that are absent leave the runtime's own choice. */
export interface HandshakeTerms {
  readonly minVersion?: TlsVersion;
  readonly maxVersion?: TlsVersion;
  /** OpenSSL's names, separated by colons. Those of TLS 1.3 are not affected. */
  readonly ciphers?: string;
  /** Whether the server's order of suites counts before the client's. */
  readonly preferServerCiphers?: boolean;
  readonly clientCertificate?: ClientCertificateTerms;
  /** The gateway makes no handshake at all: whoever names the host is handed on to a backend as it is, or closed. */
  readonly passthrough?: true;
}

/** Clients are asked for a certificate. */
export interface ClientCertificateTerms {
  /**
   * `require`: without one that verifies there is no exchange. `request`: the exchange goes on without one, and with one that does not verify; the
   * family asks whether `request.clientCertificate` does.
   */
  readonly mode: 'require' | 'request';
  /** PEM of the authorities that issue them. Unresolved ones verify nothing. */
  readonly authorities: Sensitive<string> | string;
}
