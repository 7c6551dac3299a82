import { createHash } from 'node:crypto';
import process from 'node:process';
import { expect, it } from 'vitest';
import { passwordAnswerer } from './password-answerer.ts';

const hash = `{SHA}${createHash('sha1').update('wonderland').digest('base64')}`;
const threads = (): number => process.getActiveResourcesInfo().filter((name) => name === 'MessagePort').length;

it('checks on a thread of its own, and ends it when it is closed', async () => {
  const before = threads();
  const answerer = passwordAnswerer();
  expect(await answerer({ kind: 'password', hash, password: 'wonderland' })).toBe(true);
  expect(await answerer({ kind: 'password', hash, password: 'wrong' })).toBe(false);
  const waiting = answerer({ kind: 'password', hash, password: 'late' });
  expect(threads()).toBeGreaterThan(before);
  await answerer.close();
  expect(threads()).toBe(before);
  expect([undefined, false]).toContain(await waiting);
  expect(answerer({ kind: 'password', hash, password: 'wonderland' })).toBeUndefined();
});

it('closes without ever having been asked', async () => {
  await expect(passwordAnswerer().close()).resolves.toBeUndefined();
});
