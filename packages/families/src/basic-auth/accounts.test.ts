import type { Secret } from '@ingresskit/resources';
import { encodeBase64, encodeUtf8 } from '@ingresskit/resources';
import { expect, test } from 'vitest';
import { readPasswordFile, readPasswordMap, secretText } from './accounts.ts';

const apr1 = '$apr1$Xy.9/abc$lSUbmsagMU4dWAAw2pDp5/';
const sha = '{SHA}/vNB+F2HQ559kaLUZbmHHvZrXpg=';

function secret(data: Readonly<Record<string, string>>): Secret {
  return { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'users', namespace: 'default' }, data };
}
const encoded = (text: string): string => encodeBase64(encodeUtf8(text));

test('a file has an account on each line; blank lines, comments and Windows line ends are fine', () => {
  const { accounts, unusable } = readPasswordFile(`# staff\r\nalice:${apr1}\r\n\n  \nbob:${sha}  \n__proto__:${sha}`);
  expect([...accounts]).toEqual([
    ['alice', apr1],
    ['bob', sha],
    ['__proto__', sha],
  ]);
  expect(unusable).toEqual([]);
});

test('a second colon begins a comment, except in a plain password', () => {
  const { accounts } = readPasswordFile(`alice:${sha}:Alice Liddell\nbob:{PLAIN}a:b `);
  expect([...accounts]).toEqual([
    ['alice', sha],
    ['bob', '{PLAIN}a:b '],
  ]);
});

test('unusable lines are named by number and reason, without their content', () => {
  const { accounts, unusable } = readPasswordFile(
    [
      'just-text',
      `:${sha}`,
      'alice:',
      `bob:${sha}`,
      `bob:${apr1}`,
      'carol:plain-secret',
      `dave:$2y$31$${'a'.repeat(53)}`,
      `erin:realm:0123456789abcdef`,
    ].join('\n'),
  );
  expect([...accounts]).toEqual([['bob', sha]]);
  expect(unusable.map(({ where }) => where)).toEqual(['line 1', 'line 2', 'line 3', 'line 5', 'line 6', 'line 7', 'line 8']);
  expect(JSON.stringify(unusable)).not.toMatch(/just-text|plain-secret|aaaa|0123456789|apr1/);
});

test('a map has an account in each key', () => {
  const data: Record<string, string> = { alice: encoded(`${apr1}\n`), bob: encoded('secret'), carol: 'no base64!' };
  Object.defineProperty(data, '__proto__', { value: encoded(sha), enumerable: true });
  const { accounts, unusable } = readPasswordMap(secret(data));
  expect([...accounts]).toEqual([
    ['alice', apr1],
    ['__proto__', sha],
  ]);
  expect(unusable.map(({ where }) => where)).toEqual(['key "bob"', 'key "carol"']);
});

test('a key of a Secret is its own, never an inherited one', () => {
  expect(secretText(secret({ auth: encoded('x') }), 'auth')).toEqual({ text: 'x' });
  expect(secretText(secret({ auth: '***' }), 'auth')).toBe('invalid');
  expect(secretText(secret({}), 'auth')).toBeUndefined();
  expect(secretText(secret({}), 'constructor')).toBeUndefined();
  expect(secretText({ ...secret({}), data: undefined } as unknown as Secret, 'auth')).toBeUndefined();
});
