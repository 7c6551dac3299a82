import { createSecureContext, type SecureContext } from 'node:tls';
import { decodeBase64, decodeUtf8, type Secret } from '@ingresskit/resources';
import type { RouteTable } from '@ingresskit/route-table';
import type { HandshakePolicy } from './handshake-policy.ts';
import { contextOptions, defaultPolicy, virtualHostOf } from './handshake-policy.ts';

/** Most handshake policies that one certificate's contexts are kept for. */
const mostPolicies = 256;

/** Where Secrets are looked up; the snapshot a table was compiled from is one. */
export interface SecretSource {
  get(kind: 'Secret', namespace: string, name: string): Secret | undefined;
}

/** A certificate chain and its key, PEM. */
export interface CertificatePair {
  readonly certificate: string;
  readonly key: string;
}

/** A certificate that cannot be used, for logs. */
export type OnUnusable = (secret: string, error: unknown) => void;

/**
 * The certificates of a table's hosts. Contexts are made when a client first asks for a host, and kept as long as the Secret is the same object, so
 * that an update of the table costs nothing and a changed Secret serves the next handshake.
 */
export class Certificates {
  readonly #fallback: readonly CertificatePair[];
  readonly #onUnusable: OnUnusable;
  readonly #contexts = new WeakMap<Secret, Map<string, SecureContext | undefined>>();
  readonly #fallbacks = new Map<string, SecureContext>();
  #anyHost: { readonly secret: Secret; readonly pairs: readonly CertificatePair[] | undefined } | undefined;

  constructor(fallback: CertificatePair | readonly CertificatePair[] | undefined, onUnusable: OnUnusable) {
    this.#fallback = fallback === undefined ? [] : [fallback].flat();
    this.#onUnusable = onUnusable;
  }

  /** The context of a name: its host's certificate, else the default one; `undefined` when there is none to show. */
  contextOf(table: RouteTable, secrets: SecretSource | undefined, name: string, policy: HandshakePolicy): SecureContext | undefined {
    const tls = virtualHostOf(table, name)?.tls ?? table.hosts.get('*')?.tls;
    const secret = tls === undefined ? undefined : secrets?.get('Secret', tls.secret.namespace, tls.secret.name);
    return (secret === undefined ? undefined : this.#ofSecret(secret, policy)) ?? this.#ofFallback(policy);
  }

  /** What clients are shown that name no host: the certificate of the host for everybody, else the default ones. The same list for the same. */
  defaultPairs(table: RouteTable, secrets: SecretSource | undefined): readonly CertificatePair[] {
    const tls = table.hosts.get('*')?.tls;
    const secret = tls === undefined ? undefined : secrets?.get('Secret', tls.secret.namespace, tls.secret.name);
    if (secret === undefined) return this.#fallback;
    if (secret !== this.#anyHost?.secret) {
      const pair = this.#ofSecret(secret, defaultPolicy) === undefined ? undefined : pairOf(secret);
      this.#anyHost = { secret, pairs: pair === undefined ? undefined : [pair] };
    }
    return this.#anyHost.pairs ?? this.#fallback;
  }

  #ofSecret(secret: Secret, policy: HandshakePolicy): SecureContext | undefined {
    let contexts = this.#contexts.get(secret);
    if (contexts === undefined) {
      contexts = new Map();
      this.#contexts.set(secret, contexts);
    }
    if (contexts.has(policy.key)) return contexts.get(policy.key);
    let context: SecureContext | undefined;
    const name = `${secret.metadata.namespace}/${secret.metadata.name}`;
    try {
      const pair = pairOf(secret);
      if (pair === undefined) this.#onUnusable(name, new Error('it has no tls.crt or no tls.key'));
      else context = contextFor([pair], policy);
    } catch (error) {
      this.#onUnusable(name, error);
    }
    bounded(contexts).set(policy.key, context);
    return context;
  }

  #ofFallback(policy: HandshakePolicy): SecureContext | undefined {
    if (this.#fallback.length === 0) return undefined;
    let context = this.#fallbacks.get(policy.key);
    if (context === undefined) {
      context = contextFor(this.#fallback, policy);
      bounded(this.#fallbacks).set(policy.key, context);
    }
    return context;
  }
}

/** Room for another context: policies come and go with tables, a certificate may stay for months. */
function bounded<V>(contexts: Map<string, V>): Map<string, V> {
  if (contexts.size >= mostPolicies) contexts.clear();
  return contexts;
}

function contextFor(pairs: readonly CertificatePair[], policy: HandshakePolicy): SecureContext {
  return createSecureContext({ ...contextOptions(policy), ...pairOptions(pairs) });
}

/** Certificates as Node's TLS takes them. */
export function pairOptions(pairs: readonly CertificatePair[]): { readonly cert: string[]; readonly key: string[] } {
  return { cert: pairs.map(({ certificate }) => certificate), key: pairs.map(({ key }) => key) };
}

/** The certificate of a Secret of type kubernetes.io/tls. */
export function pairOf({ data }: Secret): CertificatePair | undefined {
  const certificate = textOf(data?.['tls.crt']);
  const key = textOf(data?.['tls.key']);
  return certificate === undefined || key === undefined ? undefined : { certificate, key };
}

function textOf(base64: string | undefined): string | undefined {
  const bytes = base64 === undefined ? undefined : decodeBase64(base64);
  return bytes === undefined ? undefined : decodeUtf8(bytes);
}
