import { X509Certificate } from 'node:crypto';
import type { ClientCertificateAnswer, ClientCertificateQuestion } from '@ingresskit/annotations';
import type { RevocationList } from './revocations.ts';
import { readRevocationLists, revocationProblem } from './revocations.ts';

/** Most certificates that are looked at, from client and bundle each. */
const maxCertificates = 100;
const clientAuth = '1.3.6.1.5.5.7.3.2';

/**
 * Verifies a client certificate against a bundle, in the way of OpenSSL: signatures up to a self-signed authority of the bundle, validity, the right to
 * sign, the right to be a client, depth, revocation lists. Limits that authorities put on what stands below them (path length, names) are not looked at:
 * a handshake does that, and has done it where the certificate comes from one.
 *
 * @param now milliseconds since 1970.
 */
export function verifyClientCertificate(question: Omit<ClientCertificateQuestion, 'kind'>, now: number): ClientCertificateAnswer {
  const shown = readCertificates(question.pem);
  const [client, ...intermediates] = shown ?? [];
  if (client === undefined) return { verified: false, problem: 'the certificate cannot be read', subject: '', issuer: '' };
  const names = { subject: distinguishedName(client.subject), issuer: distinguishedName(client.issuer) };
  const problem = problemOf(client, intermediates, question, now);
  return problem === undefined ? { verified: true, ...names } : { verified: false, problem, ...names };
}

function problemOf(
  client: X509Certificate,
  intermediates: readonly X509Certificate[],
  { ca, depth, revocations }: Omit<ClientCertificateQuestion, 'kind'>,
  now: number,
): string | undefined {
  const bundle = readCertificates(ca);
  if (bundle === undefined) return 'the authorities cannot be read';
  const lists = revocations === undefined ? undefined : readRevocationLists(revocations);
  if (revocations !== undefined && lists === undefined) return 'the revocation list cannot be read';
  if (!isValidAt(client, now)) return validityProblem(client, now);
  // Node calls the extended usages "key usage".
  const usages = client.keyUsage as readonly string[] | undefined;
  if (usages !== undefined && !usages.includes(clientAuth)) return 'unsuitable certificate purpose';
  const roots = bundle.filter(isSelfSigned);
  const chain = chainOf([client], [...bundle, ...intermediates], roots, depth, now);
  if (chain === undefined) return isSelfSigned(client) ? 'self-signed certificate' : 'unable to get issuer certificate';
  return lists === undefined ? undefined : revokedInChain(chain, lists, now);
}

/** The first chain from a certificate to a root: depth first, each certificate once. */
function chainOf(
  chain: readonly X509Certificate[],
  candidates: readonly X509Certificate[],
  roots: readonly X509Certificate[],
  depth: number,
  now: number,
): readonly X509Certificate[] | undefined {
  const last = chain.at(-1) as X509Certificate;
  for (const root of roots) if (isIssuer(root, last) && isValidAt(root, now)) return [...chain, root];
  // The client itself is no intermediate.
  if (chain.length - 1 >= depth) return undefined;
  for (const candidate of candidates) {
    if (
      chain.some(({ fingerprint256 }) => fingerprint256 === candidate.fingerprint256) ||
      !isIssuer(candidate, last) ||
      !isValidAt(candidate, now)
    )
      continue;
    const longer = chainOf([...chain, candidate], candidates, roots, depth, now);
    if (longer !== undefined) return longer;
  }
  return undefined;
}

function revokedInChain(chain: readonly X509Certificate[], lists: readonly RevocationList[], now: number): string | undefined {
  for (let index = 0; index + 1 < chain.length; index++) {
    const problem = revocationProblem(chain[index] as X509Certificate, chain[index + 1] as X509Certificate, lists, now);
    if (problem !== undefined) return problem;
  }
  return undefined;
}

function isIssuer(issuer: X509Certificate, certificate: X509Certificate): boolean {
  // `checkIssued` compares names and looks at the right to sign; only the signature proves anything.
  return issuer.ca && certificate.checkIssued(issuer) && certificate.verify(issuer.publicKey);
}

function isSelfSigned(certificate: X509Certificate): boolean {
  return certificate.checkIssued(certificate) && certificate.verify(certificate.publicKey);
}

function isValidAt({ validFrom, validTo }: X509Certificate, now: number): boolean {
  return Date.parse(validFrom) <= now && now <= Date.parse(validTo);
}

function validityProblem({ validFrom }: X509Certificate, now: number): string {
  return now < Date.parse(validFrom) ? 'certificate is not yet valid' : 'certificate has expired';
}

/** Node writes one name a line, the widest first; RFC 2253 turns that around. */
function distinguishedName(lines: string): string {
  return lines.split('\n').reverse().join(',');
}

/** The certificates of a PEM text in their order, or `undefined` where there is none or one cannot be read. */
function readCertificates(pem: string): readonly X509Certificate[] | undefined {
  const blocks = pem.match(/-----BEGIN CERTIFICATE-----[A-Za-z0-9+/=\s]*-----END CERTIFICATE-----/g) ?? [];
  if (blocks.length === 0 || blocks.length > maxCertificates) return undefined;
  try {
    return blocks.map((block) => new X509Certificate(block));
  } catch {
    return undefined;
  }
}
