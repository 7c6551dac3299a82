/** Who is at the other end of a connection. */
export interface Peer {
  /** The TCP peer, or what a PROXY protocol header says. IPv4-mapped addresses are written as IPv4. */
  readonly address: string;
  readonly port: number;
  readonly localAddress: string;
  readonly localPort: number;
  /** Present on TLS connections. */
  readonly tls?: PeerTls;
}

/** What the TLS handshake found out. */
export interface PeerTls {
  /** The name the client asked for; `undefined` when it named none. */
  readonly sni: string | undefined;
  /** Identifies the TLS policy the handshake was made under: hosts of another policy answer 421. */
  readonly policy: string;
  /** The client's certificate and those it sent along, PEM: only `certificateProblem` and the question of a gate say what they are worth. */
  readonly certificate: string | undefined;
  /** Why the handshake did not verify the certificate; `undefined` when it did, or none was shown. */
  readonly certificateProblem: string | undefined;
  /** `TLSv1.3`. */
  readonly version: string;
  readonly cipher: string;
}

export type HttpVersion = '1.0' | '1.1' | '2';

/** A request as a protocol's parser hands it over, before anybody believes it. */
export interface RawRequest {
  readonly version: HttpVersion;
  readonly method: string;
  /** `:scheme`, where the protocol has it. */
  readonly scheme?: string | undefined;
  /** The request target or `:path`. */
  readonly target: string;
  /** `:authority`; `undefined` in HTTP/1. */
  readonly authority: string | undefined;
  /** Names and values, one after the other, as received. Pseudo-headers are not among them. */
  readonly headers: readonly string[];
  readonly peer: Peer;
}

/** `::ffff:192.0.2.1` as `192.0.2.1`; others unchanged. */
export function plainAddress(address: string): string {
  return address.startsWith('::ffff:') && address.includes('.') ? address.slice(7) : address;
}
