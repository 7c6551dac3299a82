import { constants, createHash } from 'node:crypto';
import type { SecureContextOptions } from 'node:tls';
import type { HandshakeTerms, Profile } from '@ingresskit/annotations';
import type { RouteTable, VirtualHost } from '@ingresskit/route-table';

/** The terms of a host's handshakes, and the key that equal terms share. */
export interface HandshakePolicy {
  /** Empty for hosts without terms of their own. */
  readonly key: string;
  readonly terms: HandshakeTerms;
}

export const defaultPolicy: HandshakePolicy = Object.freeze({ key: '', terms: Object.freeze({}) });

/** Finds hosts and their terms. One for each profile; it remembers what it found as long as the host lives. */
export class HandshakePolicies {
  readonly #families: Profile['families'];
  readonly #known = new WeakMap<VirtualHost, HandshakePolicy>();

  constructor(profile: Profile) {
    this.#families = profile.families.filter(({ handshake }) => handshake !== undefined);
  }

  /** The terms of all families together; of two that disagree the stricter holds. */
  policyOf(host: VirtualHost | undefined): HandshakePolicy {
    if (host === undefined || this.#families.length === 0) return defaultPolicy;
    let policy = this.#known.get(host);
    if (policy === undefined) {
      policy = this.#make(host);
      this.#known.set(host, policy);
    }
    return policy;
  }

  /** Whether no host of the table has terms of its own, so that nobody has to look. */
  isUniform(table: RouteTable): boolean {
    if (this.#families.length === 0) return true;
    for (const [, host] of table.hosts) if (this.policyOf(host) !== defaultPolicy) return false;
    return true;
  }

  #make(host: VirtualHost): HandshakePolicy {
    let terms: HandshakeTerms | undefined;
    for (const family of this.#families) {
      if (!Object.hasOwn(host.policies, family.name)) continue;
      const own = family.handshake?.(host.policies[family.name], host.host);
      if (own !== undefined) terms = terms === undefined ? own : stricter(terms, own);
    }
    return terms === undefined || Object.keys(terms).length === 0 ? defaultPolicy : { key: keyOf(terms), terms };
  }
}

function stricter(a: HandshakeTerms, b: HandshakeTerms): HandshakeTerms {
  const minVersion = [a.minVersion, b.minVersion]
    .filter((version) => version !== undefined)
    .sort()
    .at(-1);
  const maxVersion = [a.maxVersion, b.maxVersion]
    .filter((version) => version !== undefined)
    .sort()
    .at(0);
  const clientCertificate = a.clientCertificate?.mode === 'require' ? a.clientCertificate : (b.clientCertificate ?? a.clientCertificate);
  const ciphers = a.ciphers ?? b.ciphers;
  const preferServerCiphers = a.preferServerCiphers ?? b.preferServerCiphers;
  return {
    ...(minVersion === undefined ? {} : { minVersion }),
    ...(maxVersion === undefined ? {} : { maxVersion }),
    ...(ciphers === undefined ? {} : { ciphers }),
    ...(preferServerCiphers === undefined ? {} : { preferServerCiphers }),
    ...(clientCertificate === undefined ? {} : { clientCertificate }),
    ...(a.passthrough === true || b.passthrough === true ? { passthrough: true } : {}),
  };
}

/** PEM of the authorities that client certificates must come from; nothing verifies against nothing. */
export function authoritiesOf({ clientCertificate }: HandshakeTerms): string | undefined {
  if (clientCertificate === undefined) return undefined;
  const { authorities } = clientCertificate;
  return typeof authorities === 'string' ? authorities : authorities.reveal();
}

/** Terms as Node's TLS takes them. */
export function contextOptions({ terms }: HandshakePolicy): SecureContextOptions {
  const { minVersion, maxVersion, ciphers, preferServerCiphers, clientCertificate } = terms;
  const authorities = authoritiesOf(terms);
  return {
    ...(minVersion === undefined ? {} : { minVersion }),
    ...(maxVersion === undefined ? {} : { maxVersion }),
    ...(ciphers === undefined ? {} : { ciphers }),
    ...(preferServerCiphers === undefined ? {} : { honorCipherOrder: preferServerCiphers }),
    ...(clientCertificate === undefined
      ? {}
      : {
          // An empty list, not an absent one: with none Node would trust the public authorities.
          ca: authorities === undefined ? [] : [authorities],
          // Tickets are the only sessions there are, and they hold a client's certificate without those it sent along: it could not be verified anew.
          secureOptions: constants.SSL_OP_NO_TICKET,
        }),
  };
}

function keyOf(terms: HandshakeTerms): string {
  const { minVersion, maxVersion, ciphers, preferServerCiphers, clientCertificate, passthrough } = terms;
  const parts = [minVersion, maxVersion, ciphers, preferServerCiphers, clientCertificate?.mode, authoritiesOf(terms), passthrough];
  const text = JSON.stringify(parts);
  return createHash('sha256').update(text).digest('base64url');
}

/** The virtual host that a name stands for: itself, the nearest wildcard, or the one for every host. */
export function virtualHostOf(table: RouteTable, name: string | undefined): VirtualHost | undefined {
  const { hosts } = table;
  if (name !== undefined) {
    const exact = hosts.get(name);
    if (exact !== undefined) return exact;
    let dot = name.indexOf('.');
    while (dot >= 0) {
      const wildcard = hosts.get(`*${name.slice(dot)}`);
      if (wildcard !== undefined) return wildcard;
      if (table.request.wildcardDepth === 'single') break;
      dot = name.indexOf('.', dot + 1);
    }
  }
  return hosts.get('*');
}
