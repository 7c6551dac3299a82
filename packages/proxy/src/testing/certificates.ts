import { generate } from 'selfsigned';
import type { CertificatePair } from '../tls/certificates.ts';

/** What a certificate is good for. */
export interface IssueOptions {
  /** Extended usages other than those of a server. */
  readonly client?: boolean;
  readonly notAfter?: Date;
  /** The key signs nothing in handshakes. */
  readonly encipherOnly?: boolean;
  /** 1024 bits, of an authority with RSA. */
  readonly weak?: boolean;
}

export interface SubordinateOptions {
  readonly pathLength?: number;
  /** An authority for the certificates of servers alone. */
  readonly forServers?: boolean;
}

/** A certificate authority, and what it signs. */
export interface Authority {
  readonly certificate: string;
  issue(name: string, options?: boolean | IssueOptions): Promise<CertificatePair>;
  /** An authority below this one. */
  subordinate(name: string, options?: SubordinateOptions): Promise<Authority>;
}

const authorityUsage = { name: 'keyUsage', keyCertSign: true, cRLSign: true, critical: true } as const;

export async function createAuthority(name = 'Test CA', keyType: 'ec' | 'rsa' = 'ec'): Promise<Authority> {
  const root = await generate([{ name: 'commonName', value: name }], {
    keyType,
    algorithm: 'sha256',
    extensions: [{ name: 'basicConstraints', cA: true, critical: true }, authorityUsage],
  });
  return authorityOf({ certificate: root.cert, key: root.private }, keyType);
}

function authorityOf({ certificate, key }: CertificatePair, keyType: 'ec' | 'rsa'): Authority {
  const ca = { key, cert: certificate };
  return {
    certificate,
    async issue(subject, options = {}) {
      const { client = false, notAfter, encipherOnly = false, weak = false } = typeof options === 'boolean' ? { client: options } : options;
      const issued = await generate([{ name: 'commonName', value: subject }], {
        keyType,
        ...(weak ? { keySize: 1024 } : {}),
        algorithm: 'sha256',
        ca,
        ...(notAfter === undefined ? {} : { notBeforeDate: new Date(notAfter.getTime() - 86_400_000), notAfterDate: notAfter }),
        extensions: [
          { name: 'basicConstraints', cA: false, critical: true },
          ...(encipherOnly ? [{ name: 'keyUsage', keyEncipherment: true, critical: true } as const] : []),
          { name: 'extKeyUsage', ...(client ? { clientAuth: true } : { serverAuth: true }) },
          { name: 'subjectAltName', altNames: [{ type: 2, value: subject }] },
        ],
      });
      return { certificate: issued.cert, key: issued.private };
    },
    async subordinate(subject, { pathLength, forServers = false } = {}) {
      const issued = await generate([{ name: 'commonName', value: subject }], {
        keyType,
        algorithm: 'sha256',
        ca,
        extensions: [
          { name: 'basicConstraints', cA: true, critical: true, ...(pathLength === undefined ? {} : { pathLenConstraint: pathLength }) },
          authorityUsage,
          ...(forServers ? [{ name: 'extKeyUsage', serverAuth: true } as const] : []),
        ],
      });
      return authorityOf({ certificate: issued.cert, key: issued.private }, keyType);
    },
  };
}

/** A Secret of type kubernetes.io/tls, as YAML. */
export function tlsSecretYaml(name: string, { certificate, key }: CertificatePair): string {
  const encode = (text: string): string => Buffer.from(text).toString('base64');
  return `---\napiVersion: v1\nkind: Secret\ntype: kubernetes.io/tls\nmetadata: { name: ${name} }\ndata: { tls.crt: ${encode(certificate)}, tls.key: ${encode(key)} }\n`;
}
