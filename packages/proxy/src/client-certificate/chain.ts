import { X509Certificate } from 'node:crypto';
import type { ClientCertificateAnswer, ClientCertificateQuestion } from '@ingresskit/annotations';
import { canSignHandshakes, pathLengthOf } from './extensions.ts';
import type { RevocationList } from './revocations.ts';
import { readRevocationLists, revocationProblem } from './revocations.ts';

/** Most certificates that are looked at, from client and bundle each. */
const maxCertificates = 100;
/** Most signatures that are checked for one client: it may send certificates that all could have issued each other. */
const maxSignatures = 100;
const clientAuth = '1.3.6.1.5.5.7.3.2';

/**
 * Verifies a client certificate against a bundle, in the way of OpenSSL: signatures up to a self-signed authority of the bundle, validity, the right to
 * sign, the right to be a client, depth, path length, revocation lists. Names that an authority may sign, policies and weak keys are not looked at: a
 * handshake does that, and its finding counts beside this one (see `certificateAnswers`).
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
  if (!mayBeUsedByClients(client) || !canSignHandshakes(client)) return 'unsuitable certificate purpose';
  const roots = bundle.filter(isSelfSigned);
  const chain = chainOf(client, [...bundle, ...intermediates], roots, depth, now);
  if (chain === undefined) return isSelfSigned(client) ? 'self-signed certificate' : 'unable to get issuer certificate';
  return lists === undefined ? undefined : revokedInChain(chain, lists, now);
}

/**
 * The shortest chain from a certificate to a root. Breadth first, each certificate once at its least depth: what a client sends along may be a maze
 * (reliability.md §2.5).
 */
function chainOf(
  client: X509Certificate,
  candidates: readonly X509Certificate[],
  roots: readonly X509Certificate[],
  depth: number,
  now: number,
): readonly X509Certificate[] | undefined {
  const signatures = { left: maxSignatures };
  const seen = new Set([client.fingerprint256]);
  let level: readonly (readonly X509Certificate[])[] = [[client]];
  // The client itself is no intermediate.
  for (let between = 0; level.length > 0; between++) {
    for (const chain of level) {
      for (const root of roots) if (mayIssue(root, chain, now, signatures)) return [...chain, root];
    }
    if (between >= depth) return undefined;
    const longer: (readonly X509Certificate[])[] = [];
    for (const chain of level) {
      for (const candidate of candidates) {
        if (seen.has(candidate.fingerprint256) || !mayIssue(candidate, chain, now, signatures)) continue;
        seen.add(candidate.fingerprint256);
        longer.push([...chain, candidate]);
      }
    }
    level = longer;
  }
  return undefined;
}

/** Whether a certificate stands above a chain, and may. */
function mayIssue(issuer: X509Certificate, chain: readonly X509Certificate[], now: number, signatures: { left: number }): boolean {
  const last = chain.at(-1) as X509Certificate;
  // `checkIssued` compares names and looks at the right to sign; only the signature proves anything.
  if (!issuer.ca || !last.checkIssued(issuer) || !isValidAt(issuer, now) || !mayBeUsedByClients(issuer)) return false;
  // Authorities below this one; those that issued themselves under a new key do not count (RFC 5280 §4.2.1.9).
  const below = chain.filter(({ subject, issuer: above }, index) => index > 0 && subject !== above).length;
  if (below > pathLengthOf(issuer) || signatures.left === 0) return false;
  signatures.left -= 1;
  return last.verify(issuer.publicKey);
}

/** Where a certificate says what it may be used for, it must say this; so must those of authorities. Node calls the extended usages "key usage". */
function mayBeUsedByClients(certificate: X509Certificate): boolean {
  const usages = certificate.keyUsage as readonly string[] | undefined;
  return usages === undefined || usages.includes(clientAuth);
}

function revokedInChain(chain: readonly X509Certificate[], lists: readonly RevocationList[], now: number): string | undefined {
  for (let index = 0; index + 1 < chain.length; index++) {
    const problem = revocationProblem(chain[index] as X509Certificate, chain[index + 1] as X509Certificate, lists, now);
    if (problem !== undefined) return problem;
  }
  return undefined;
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
