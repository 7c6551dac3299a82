import type { PasswordQuestion, Question } from '@ingresskit/annotations';
import { passwordScheme, verifyPassword } from './verify-password.ts';

/**
 * Answers password questions, as `Capabilities.answer` does: `true` or `false` for a hash that can be verified, `undefined` for every other
 * question, so that its gate stays shut or another answerer is asked. Verification is synchronous and takes up to a quarter of a second for
 * the costliest hashes; a busy server asks elsewhere and hands in the answer.
 */
export function passwordAnswers(): (question: Question) => boolean | undefined {
  return (question) => {
    if (!isPasswordQuestion(question) || passwordScheme(question.hash) === undefined) return undefined;
    return verifyPassword(question.hash, question.password);
  };
}

function isPasswordQuestion(question: Question): question is PasswordQuestion {
  const { kind, hash, password } = question as Partial<PasswordQuestion>;
  return kind === 'password' && typeof hash === 'string' && typeof password === 'string';
}
