import type { PasswordQuestion, Question } from '@ingresskit/annotations';
import { expect, test } from 'vitest';
import { passwordAnswers } from './password-answers.ts';

function ask(hash: string, password: string): unknown {
  const question: PasswordQuestion = { kind: 'password', hash, password };
  return passwordAnswers()(question);
}

test('says whether the password belongs to the hash', () => {
  expect(ask('$apr1$Xy.9/abc$lSUbmsagMU4dWAAw2pDp5/', 's3cret')).toBe(true);
  expect(ask('$apr1$Xy.9/abc$lSUbmsagMU4dWAAw2pDp5/', 'S3cret')).toBe(false);
});

test('leaves unknown schemes, other kinds and malformed questions unanswered, so that gates stay shut', () => {
  expect(ask('abNANd1rDfiN', 'secret')).toBeUndefined();
  expect(passwordAnswers()({ kind: 'external-auth' })).toBeUndefined();
  expect(passwordAnswers()({ kind: 'password' })).toBeUndefined();
  const malformed: Question & Record<string, unknown> = { kind: 'password', hash: 1, password: 2 };
  expect(passwordAnswers()(malformed)).toBeUndefined();
});
