import type { KeyObject, X509Certificate } from 'node:crypto';
import { verify } from 'node:crypto';
import type { DerElement } from './der.ts';
import { derElements, derTag } from './der.ts';

/** What an authority has revoked (RFC 5280 §5). Node shows no revocation lists, so they are read here. */
export interface RevocationList {
  /** DER of the issuer's name. */
  readonly issuer: Buffer;
  /** Serial numbers as Node writes them: hexadecimal, upper case. */
  readonly serials: ReadonlySet<string>;
  readonly nextUpdate: number | undefined;
  isSignedBy(key: KeyObject): boolean;
}

/** The hash of each signature algorithm, by the DER of its identifier; Ed25519 has its own. */
const hashes: ReadonlyMap<string, string | null> = new Map([
  ['2a864886f70d01010b', 'sha256'],
  ['2a864886f70d01010c', 'sha384'],
  ['2a864886f70d01010d', 'sha512'],
  ['2a8648ce3d040302', 'sha256'],
  ['2a8648ce3d040303', 'sha384'],
  ['2a8648ce3d040304', 'sha512'],
  ['2b6570', null],
]);

/** The lists of a PEM text, or `undefined` where one cannot be read. */
export function readRevocationLists(pem: string): readonly RevocationList[] | undefined {
  const lists: RevocationList[] = [];
  for (const [, base64 = ''] of pem.matchAll(/-----BEGIN X509 CRL-----([A-Za-z0-9+/=\s]*)-----END X509 CRL-----/g)) {
    const list = readList(Buffer.from(base64, 'base64'));
    if (list === undefined) return undefined;
    lists.push(list);
  }
  return lists.length === 0 ? undefined : lists;
}

function readList(der: Buffer): RevocationList | undefined {
  const [tbs, algorithm, signature] = childrenOf(derElements(der)?.[0]) ?? [];
  const fields = [...(childrenOf(tbs) ?? [])];
  if (tbs === undefined || signature?.tag !== derTag.bitString) return undefined;
  // The version is there in every list since 1999, and missing in older ones.
  if (fields[0]?.tag === derTag.integer) fields.shift();
  const [, issuer, thisUpdate] = fields;
  const isTime = (element: DerElement | undefined): boolean => element?.tag === derTag.utcTime || element?.tag === derTag.generalizedTime;
  if (issuer?.tag !== derTag.sequence || !isTime(thisUpdate)) return undefined;
  const nextUpdate = isTime(fields[3]) ? fields[3] : undefined;
  const revoked = fields[nextUpdate === undefined ? 3 : 4];
  const entries = revoked?.tag === derTag.sequence ? childrenOf(revoked) : [];
  if (entries === undefined) return undefined;
  const serials = new Set<string>();
  for (const entry of entries) {
    const serial = childrenOf(entry)?.[0];
    if (serial?.tag !== derTag.integer) return undefined;
    serials.add(hexOf(serial.content));
  }
  const identifier = childrenOf(algorithm)?.[0]?.content.toString('hex') ?? '';
  return {
    issuer: issuer.whole,
    serials,
    nextUpdate: nextUpdate === undefined ? undefined : timeOf(nextUpdate),
    isSignedBy(key) {
      const hash = hashes.get(identifier);
      if (hash === undefined) return false;
      try {
        // The first byte of a bit string counts unused bits, of which a signature has none.
        return verify(hash, tbs.whole, key, signature.content.subarray(1));
      } catch {
        return false;
      }
    },
  };
}

function childrenOf(element: DerElement | undefined): readonly DerElement[] | undefined {
  return element?.tag === derTag.sequence ? derElements(element.content) : undefined;
}

function hexOf(integer: Buffer): string {
  const hex = integer
    .toString('hex')
    .toUpperCase()
    .replace(/^(?:00)+(?=..)/, '');
  return hex;
}

/** `260101000000Z` or `20260101000000Z`; two digits from 50 on mean the twentieth century (RFC 5280 §4.1.2.5). */
function timeOf({ tag, content }: DerElement): number | undefined {
  const text = content.toString('latin1');
  const long = tag === derTag.generalizedTime ? text : `${Number(text.slice(0, 2)) < 50 ? '20' : '19'}${text}`;
  const match = /^(\d{4})(\d{2})(\d{2})(\d{2})(\d{2})(\d{2})Z$/.exec(long);
  if (match === null) return undefined;
  const [year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0] = match.slice(1).map(Number);
  return Date.UTC(year, month - 1, day, hour, minute, second);
}

/** Why a certificate fails the lists of its issuer, or nothing: every authority of a chain needs a valid list, as nginx demands. */
export function revocationProblem(
  certificate: X509Certificate,
  issuer: X509Certificate,
  lists: readonly RevocationList[],
  now: number,
): string | undefined {
  const name = subjectDer(issuer);
  const own = lists.filter((list) => name !== undefined && list.issuer.equals(name) && list.isSignedBy(issuer.publicKey));
  if (own.length === 0) return 'unable to get certificate CRL';
  const serial = certificate.serialNumber.replace(/^(?:00)+(?=..)/, '');
  if (own.some(({ serials }) => serials.has(serial))) return 'certificate revoked';
  return own.every(({ nextUpdate }) => nextUpdate !== undefined && nextUpdate < now) ? 'CRL has expired' : undefined;
}

/** The subject of a certificate in DER: the fifth field of its first part, the sixth where a version is written. */
function subjectDer({ raw }: X509Certificate): Buffer | undefined {
  const fields = childrenOf(childrenOf(derElements(raw)?.[0])?.[0]);
  if (fields === undefined) return undefined;
  return fields[fields[0]?.tag === 0xa0 ? 5 : 4]?.whole;
}
