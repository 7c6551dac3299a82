import { generate } from 'selfsigned';
import type { CertificatePair } from '../tls/certificates.ts';

/** A certificate authority, and what it signs. */
export interface Authority {
  readonly certificate: string;
  issue(name: string, client?: boolean): Promise<CertificatePair>;
}

export async function createAuthority(name = 'Test CA'): Promise<Authority> {
  const root = await generate([{ name: 'commonName', value: name }], {
    keyType: 'ec',
    algorithm: 'sha256',
    extensions: [
      { name: 'basicConstraints', cA: true, critical: true },
      { name: 'keyUsage', keyCertSign: true, cRLSign: true, critical: true },
    ],
  });
  return {
    certificate: root.cert,
    async issue(subject, client = false) {
      const issued = await generate([{ name: 'commonName', value: subject }], {
        keyType: 'ec',
        algorithm: 'sha256',
        ca: { key: root.private, cert: root.cert },
        extensions: [
          { name: 'basicConstraints', cA: false, critical: true },
          { name: 'extKeyUsage', ...(client ? { clientAuth: true } : { serverAuth: true }) },
          { name: 'subjectAltName', altNames: [{ type: 2, value: subject }] },
        ],
      });
      return { certificate: issued.cert, key: issued.private };
    },
  };
}

/** A Secret of type kubernetes.io/tls, as YAML. */
export function tlsSecretYaml(name: string, { certificate, key }: CertificatePair): string {
  const encode = (text: string): string => Buffer.from(text).toString('base64');
  return `---\napiVersion: v1\nkind: Secret\ntype: kubernetes.io/tls\nmetadata: { name: ${name} }\ndata: { tls.crt: ${encode(certificate)}, tls.key: ${encode(key)} }\n`;
}
