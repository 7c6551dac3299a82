import type { ClientCertificateAnswer, ClientCertificateQuestion, Question } from '@ingresskit/annotations';
import { verifyClientCertificate } from './chain.ts';

const mostAnswers = 1000;
/** Longest certificates whose answer is remembered; anybody can show 100 KiB of them. */
const longestRemembered = 16_384;
/** Most authorities and revocation lists that answers are remembered for. */
const mostTexts = 100;

/** What a handshake found out about a certificate, where there was one. */
export interface HandshakeFindings {
  readonly certificateProblem: string | undefined;
}

/**
 * Answers questions about client certificates, as `Capabilities.answer` does, and no others. It remembers the last thousand answers for a minute each:
 * clients show the same certificate with every request of a connection. A certificate that its handshake did not verify does not verify, whatever is
 * found here: OpenSSL looks at more (names that an authority may sign, keys that are too weak).
 *
 * @param now the time, in milliseconds since 1970.
 */
export function certificateAnswers(
  now: () => number = Date.now,
): (question: Question, handshake?: HandshakeFindings) => ClientCertificateAnswer | undefined {
  const answers = new Map<string, { readonly answer: ClientCertificateAnswer; readonly until: number }>();
  // Authorities and lists may be long, and belong to a table that keeps them anyway: keys hold their numbers.
  const numbers = new Map<string, number>();
  let next = 0;
  const numberOf = (text: string): number => {
    const known = numbers.get(text);
    if (known !== undefined) return known;
    if (numbers.size >= mostTexts) {
      numbers.clear();
      answers.clear();
    }
    // A number is never given twice: an answer must not stand for other authorities than it was found with.
    numbers.set(text, next);
    return next++;
  };
  const answerOf = (question: ClientCertificateQuestion): ClientCertificateAnswer => {
    const { pem, ca, revocations, depth } = question;
    const time = now();
    if (pem.length > longestRemembered) return verifyClientCertificate(question, time);
    const first = numberOf(ca);
    const key = `${first} ${revocations === undefined ? 'none' : numberOf(revocations)} ${depth} ${pem}`;
    const remembered = answers.get(key);
    if (remembered !== undefined && time < remembered.until) return remembered.answer;
    const answer = verifyClientCertificate(question, time);
    answers.delete(key);
    if (answers.size >= mostAnswers) answers.delete(answers.keys().next().value ?? '');
    answers.set(key, { answer, until: time + 60_000 });
    return answer;
  };
  return (question, handshake) => {
    if (!isCertificateQuestion(question)) return undefined;
    const answer = answerOf(question);
    const problem = handshake?.certificateProblem;
    return problem === undefined || !answer.verified ? answer : { ...answer, verified: false, problem };
  };
}

function isCertificateQuestion(question: Question): question is ClientCertificateQuestion {
  const { kind, pem, ca, depth } = question as Partial<ClientCertificateQuestion>;
  return kind === 'client-certificate' && typeof pem === 'string' && typeof ca === 'string' && typeof depth === 'number';
}
