import type { ClientCertificateAnswer, ClientCertificateQuestion, Question } from '@ingresskit/annotations';
import { verifyClientCertificate } from './chain.ts';

const known = 1000;

/**
 * Answers questions about client certificates, as `Capabilities.answer` does, and no others. It remembers the last thousand answers for a minute each:
 * clients show the same certificate with every request of a connection.
 *
 * @param now the time, in milliseconds since 1970.
 */
export function certificateAnswers(now: () => number = Date.now): (question: Question) => ClientCertificateAnswer | undefined {
  const answers = new Map<string, { readonly answer: ClientCertificateAnswer; readonly until: number }>();
  return (question) => {
    if (!isCertificateQuestion(question)) return undefined;
    const { pem, ca, revocations, depth } = question;
    const key = JSON.stringify([pem, ca, revocations, depth]);
    const time = now();
    const remembered = answers.get(key);
    if (remembered !== undefined && time < remembered.until) return remembered.answer;
    const answer = verifyClientCertificate(question, time);
    answers.delete(key);
    if (answers.size >= known) answers.delete(answers.keys().next().value ?? '');
    answers.set(key, { answer, until: time + 60_000 });
    return answer;
  };
}

function isCertificateQuestion(question: Question): question is ClientCertificateQuestion {
  const { kind, pem, ca, depth } = question as Partial<ClientCertificateQuestion>;
  return kind === 'client-certificate' && typeof pem === 'string' && typeof ca === 'string' && typeof depth === 'number';
}
