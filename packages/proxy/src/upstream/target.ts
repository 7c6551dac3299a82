import { createHash } from 'node:crypto';
import type { TlsVersion } from '@ingresskit/annotations';

/** Where a connection to a backend goes, and under which terms. Connections are shared only between targets that are alike in everything. */
export interface UpstreamTarget {
  /** An IP address: names are resolved, and checked, before. */
  readonly address: string;
  readonly port: number;
  /** Of HTTP, or FastCGI. */
  readonly version: '1.1' | '2' | 'fastcgi';
  readonly tls: UpstreamTls | undefined;
  /** Address and port as one text, where somebody has it already: the quick way to a pool that nothing else decides about. */
  readonly endpoint?: string;
  /** Milliseconds to open a connection, where a policy says another time than the gateway's own. */
  readonly connectTimeoutMs?: number;
  /** After so many requests a connection is closed. */
  readonly requestsPerConnection?: number;
  /** Connections to this target at once; requests beyond wait for one. */
  readonly mostConnections?: number;
}

/** TLS towards a backend, in the words of the family that declares it. */
export interface UpstreamTls {
  /** Whether the backend's certificate must be valid. */
  readonly verify: boolean;
  /** Sent as SNI, and looked for in the certificate; without it no SNI is sent. */
  readonly serverName?: string;
  /** Looked for in the certificate where no SNI is sent. Without either name the chain alone is verified: pods have no names. */
  readonly verifyName?: string;
  /** Most certificates between the backend's and its authority. */
  readonly depth?: number;
  /** PEM. Default: the authorities that Node trusts. */
  readonly authority?: string;
  /** What the gateway shows; a credential that was lost in serialisation shows nothing. */
  readonly credential?: { reveal(): { readonly certificate: string; readonly key: string } | undefined };
  readonly ciphers?: string;
  readonly minVersion?: TlsVersion;
  readonly maxVersion?: TlsVersion;
}

const identities = new WeakMap<UpstreamTls, string>();

/** The name of a target's pool: equal for equal terms (reliability.md §2.3). A digest, so that no key stands in it. */
export function targetKey({
  address,
  port,
  version,
  tls,
  connectTimeoutMs = 0,
  requestsPerConnection = 0,
  mostConnections = 0,
}: UpstreamTarget): string {
  const place = `${version} ${address} ${port} ${requestsPerConnection} ${mostConnections} ${connectTimeoutMs}`;
  if (tls === undefined) return place;
  let identity = identities.get(tls);
  if (identity === undefined) {
    identity = createHash('sha256')
      .update(JSON.stringify([Object.entries(tls).sort(), tls.credential?.reveal()]))
      .digest('base64');
    identities.set(tls, identity);
  }
  return `${place} ${identity}`;
}
