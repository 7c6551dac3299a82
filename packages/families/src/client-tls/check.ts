import type { ClientCertificateAnswer, ClientCertificateQuestion, Exchange, Outcome } from '@ingresskit/annotations';
import { compilePattern } from '@ingresskit/annotations';
import { isNamedBy } from '../named-by.ts';
import { escapeUriComponent } from '../nginx-variables/index.ts';
import { certificatesOf } from './pem.ts';
import type { ClientTlsPolicy, ClientTlsSettings } from './policy.ts';

const reason = 'client-tls';
/** What backends learn about clients, where the gateway tells. */
export const certificateHeaders: readonly string[] = [
  'ssl-client-verify',
  'ssl-client-subject-dn',
  'ssl-client-issuer-dn',
  'ssl-client-cert',
];
/** What backends, and the authentication service, learn about a client. */
const found = new WeakMap<Exchange, Readonly<Record<string, string>>>();

/** The decision about a client, asked when it stands at the door. */
export function checkClient(policy: ClientTlsPolicy, exchange: Exchange): Outcome | undefined {
  const { request, host } = exchange;
  const settings = exchange.settings as unknown as ClientTlsSettings;
  // Whatever a client sends under these names is its own invention.
  if (settings.upstreamHeaders) for (const name of certificateHeaders) exchange.removeRequestHeader(name);
  if (request.scheme === 'http') {
    if (policy.matchCn !== undefined) return refuse(403, 'plain HTTP has no certificate whose name could match', exchange);
    exchange.note('plain HTTP has no certificates, so nobody is asked for one');
    return undefined;
  }
  // The handshake was made under the terms of the name it was made for; a request for another host would come in under foreign terms (A44).
  if (!isNamedBy(host.host, request.sni)) {
    exchange.note(`the handshake was for ${request.sni ?? 'no host'}`);
    return { kind: 'respond', status: 421, reason: 'misdirected' };
  }
  const pem = request.clientCertificate;
  if (policy.mode === 'off' || pem === undefined) return withoutCertificate(policy, exchange, settings);
  const { ca, revocations, depth } = policy;
  const question: ClientCertificateQuestion = {
    kind: 'client-certificate',
    pem,
    ca,
    ...(revocations === undefined ? {} : { revocations }),
    depth,
  };
  return {
    kind: 'ask',
    question,
    resume: (answer) =>
      isAnswer(answer)
        ? withCertificate(policy, exchange, settings, pem, answer)
        : { kind: 'deny', why: 'nobody could check the certificate' },
  };
}

/** The headers that tell what was found out about the client of an exchange; none where nobody looked. */
export function certificateHeadersOf(exchange: Exchange): Readonly<Record<string, string>> | undefined {
  return found.get(exchange);
}

function withoutCertificate(policy: ClientTlsPolicy, exchange: Exchange, settings: ClientTlsSettings): Outcome | undefined {
  if (policy.mode === 'on') return refused(policy, 'the client shows no certificate', exchange);
  if (policy.matchCn !== undefined) return refuse(403, 'there is no certificate whose name could match', exchange);
  exchange.note(policy.mode === 'off' ? 'nobody looks at certificates' : 'the client shows no certificate, and need not');
  tellUpstream({ 'ssl-client-verify': 'NONE' }, exchange, settings);
  return undefined;
}

function withCertificate(
  policy: ClientTlsPolicy,
  exchange: Exchange,
  settings: ClientTlsSettings,
  pem: string,
  answer: ClientCertificateAnswer,
): Outcome | undefined {
  const { verified, problem = 'it does not verify', subject, issuer } = answer;
  if (!verified && policy.mode !== 'optional_no_ca') return refused(policy, `the certificate is refused: ${problem}`, exchange);
  if (policy.matchCn !== undefined) {
    const compiled = compilePattern(policy.matchCn);
    if (!compiled.ok || !compiled.pattern.test(subject)) return refuse(403, 'the name in the certificate does not match', exchange);
  }
  exchange.note(verified ? `the certificate of ${subject} verifies` : `the certificate does not verify (${problem}), and need not`);
  tellUpstream(
    {
      'ssl-client-verify': verified ? 'SUCCESS' : `FAILED:${problem}`,
      'ssl-client-subject-dn': subject,
      'ssl-client-issuer-dn': issuer,
      ...(policy.passCertificate ? { 'ssl-client-cert': escapeUriComponent(`${certificatesOf(pem)?.[0] ?? ''}\n`) } : {}),
    },
    exchange,
    settings,
  );
  return undefined;
}

function tellUpstream(headers: Readonly<Record<string, string>>, exchange: Exchange, { upstreamHeaders }: ClientTlsSettings): void {
  if (!upstreamHeaders) return;
  // Names of people stand in certificates; what a header cannot hold is percent-encoded rather than lost.
  const told = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, value.replaceAll(/[^ -~]+/g, escapeUriComponent)]));
  found.set(exchange, told);
  for (const [name, value] of Object.entries(told)) exchange.setRequestHeader(name, value);
}

function refused({ errorPage }: ClientTlsPolicy, why: string, exchange: Exchange): Outcome {
  if (errorPage === undefined) return refuse(400, why, exchange);
  exchange.note(why);
  return { kind: 'redirect', status: 302, location: errorPage };
}

function refuse(status: number, why: string, exchange: Exchange): Outcome {
  exchange.note(why);
  return { kind: 'respond', status, reason };
}

function isAnswer(answer: unknown): answer is ClientCertificateAnswer {
  if (typeof answer !== 'object' || answer === null) return false;
  const { verified, subject, issuer } = answer as Partial<ClientCertificateAnswer>;
  return typeof verified === 'boolean' && typeof subject === 'string' && typeof issuer === 'string';
}
