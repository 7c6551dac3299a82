import type { Question, RequestInput } from '@ingresskit/annotations';
import { expect, test } from 'vitest';
import { externalAuthAnswers } from './external-auth-answers.ts';

const url = 'http://shop.example.com/';
const auth = { status: 200, headers: { 'x-user': 'alice' } };

test.each<[Question['kind'], RequestInput, unknown]>([
  ['external-auth', { url, auth }, auth],
  ['external-auth', { url }, undefined],
  ['password', { url, auth }, undefined],
])('a question of kind %s about %j is answered %j', (kind, request, answer) => {
  expect(externalAuthAnswers()({ kind }, request)).toBe(answer);
});
