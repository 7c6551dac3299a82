import type { Codec, Family, TlsVersion } from '@ingresskit/annotations';
import { bool, defineFamily, field, oneOf } from '@ingresskit/annotations';
import { defineDiagnostics } from '@ingresskit/resources';
import { cipherList, cipherString } from './ciphers.ts';

/** How a host speaks TLS with its clients. What is absent is as the gateway does it. */
export interface ServerTlsPolicy {
  readonly minVersion?: TlsVersion;
  readonly maxVersion?: TlsVersion;
  /** OpenSSL's names with colons between them, for versions before TLS 1.3. */
  readonly ciphers?: string;
  /** Whether the gateway's order of suites counts before the client's. */
  readonly preferServerCiphers?: boolean;
}

/** Versions as annotations write them, oldest first. */
const versions = ['TLSv1.0', 'TLSv1.1', 'TLSv1.2', 'TLSv1.3'] as const;
type WrittenVersion = (typeof versions)[number];
const version: Codec<WrittenVersion> = oneOf(versions);

/**
 * Versions and cipher suites of a host's certificate (mse.md §2.13, higress.md A.3). It weakens or strengthens what clients may speak and lets nobody in
 * or out, so a value that cannot be read leaves the gateway's own choice.
 */
export const serverTls: Family<'server-tls', ServerTlsPolicy> = defineFamily({
  name: 'server-tls',
  title: 'TLS versions and cipher suites of a host',
  scope: 'host',
  phase: 'connection',
  fields: {
    ciphers: field('ssl-cipher', cipherList, {
      doc: 'The cipher suites that clients may choose with TLS 1.0 to 1.2.',
      example: 'ECDHE-RSA-AES128-GCM-SHA256:ECDHE-RSA-AES256-GCM-SHA384',
      badExample: 'STRONG',
      risk: 'Low',
    }),
    cipherString: field('ssl-ciphers', cipherString, {
      doc: "The cipher suites that clients may choose with TLS 1.2 and below, in OpenSSL's language.",
      example: 'ECDHE-RSA-AES128-GCM-SHA256:!aNULL',
      badExample: 'ALL;',
      risk: 'Low',
    }),
    minVersion: field('tls-min-protocol-version', version, {
      doc: 'The oldest TLS version that clients may speak; without it TLSv1.0.',
      example: 'TLSv1.2',
      badExample: '1.2',
      dialect: 'mse',
      risk: 'Low',
    }),
    maxVersion: field('tls-max-protocol-version', version, {
      doc: 'The newest TLS version that clients may speak; without it TLSv1.3.',
      example: 'TLSv1.3',
      badExample: 'TLSv1.4',
      dialect: 'mse',
      risk: 'Low',
    }),
    preferServerCiphers: field('ssl-prefer-server-ciphers', bool(), {
      doc: "Whether the gateway's order of cipher suites counts before the client's.",
      example: 'true',
      badExample: 'on',
      risk: 'Low',
    }),
  },
  diagnostics: defineDiagnostics('server-tls', {
    'versions-contradict': {
      severity: 'error',
      consequence: 'field-ignored',
      title: 'The oldest version is newer than the newest',
      doc: 'No version would be left, so neither annotation acts and clients may speak what the gateway allows. Correct one of the two.',
    },
  }),
  resolve({ ciphers, cipherString, minVersion, maxVersion, preferServerCiphers }, context) {
    const contradict = minVersion !== undefined && maxVersion !== undefined && versions.indexOf(minVersion) > versions.indexOf(maxVersion);
    if (contradict) {
      context.report('versions-contradict', {
        field: 'minVersion',
        message: `No version is ${minVersion} or newer and ${maxVersion} or older; neither annotation acts.`,
        help: 'Give tls-max-protocol-version a version that is not older.',
        data: { minVersion, maxVersion },
      });
    }
    const chosen = cipherString ?? ciphers?.join(':');
    const policy: ServerTlsPolicy = {
      ...(minVersion === undefined || contradict ? {} : { minVersion: nameOf(minVersion) }),
      ...(maxVersion === undefined || contradict ? {} : { maxVersion: nameOf(maxVersion) }),
      ...(chosen === undefined ? {} : { ciphers: chosen }),
      ...(preferServerCiphers === undefined ? {} : { preferServerCiphers }),
    };
    return Object.keys(policy).length === 0 ? undefined : policy;
  },
  handshake(policy) {
    return policy;
  },
  request(policy, exchange) {
    if (exchange.request.scheme === 'https') exchange.declare('serverTls', policy);
    return undefined;
  },
});

/** Runtimes call the first version `TLSv1`. */
function nameOf(written: WrittenVersion): TlsVersion {
  return written === 'TLSv1.0' ? 'TLSv1' : written;
}
