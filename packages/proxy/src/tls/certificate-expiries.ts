import { X509Certificate } from 'node:crypto';
import type { Secret } from '@ingresskit/resources';
import type { RouteTable } from '@ingresskit/route-table';
import type { CertificateExpiry } from '../observe/index.ts';
import { pairOf, type SecretSource } from './certificates.ts';

// A Secret that is the same object has the same certificate: most tables share nearly all of them.
const known = new WeakMap<Secret, number | undefined>();

/** When the certificates end that the hosts of a table show. What cannot be read is left out; handshakes report it. */
export function certificateExpiries(table: RouteTable, secrets: SecretSource): readonly CertificateExpiry[] {
  const found = new Map<Secret, CertificateExpiry>();
  for (const [host, { tls }] of table.hosts.entries()) {
    if (tls === undefined) continue;
    const { namespace, name } = tls.secret;
    const secret = secrets.get('Secret', namespace, name);
    if (secret === undefined) continue;
    const at = endOf(secret);
    const before = found.get(secret);
    // The same host whatever the order of the table is.
    if (at !== undefined && (before === undefined || host < before.host)) found.set(secret, { namespace, secret: name, host, at });
  }
  return [...found.values()];
}

function endOf(secret: Secret): number | undefined {
  if (known.has(secret)) return known.get(secret);
  const end = readEnd(secret);
  known.set(secret, end);
  return end;
}

function readEnd(secret: Secret): number | undefined {
  try {
    const pair = pairOf(secret);
    return pair === undefined ? undefined : Date.parse(new X509Certificate(pair.certificate).validTo) / 1000;
  } catch {
    return undefined;
  }
}
