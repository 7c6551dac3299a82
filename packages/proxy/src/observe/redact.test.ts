import fc from 'fast-check';
import { expect, test } from 'vitest';
import { redactHeaders, redactQuery, redactTarget } from './redact.ts';

test.each([
  ['/a', '/a'],
  ['/a?b=1', '/a?b=1'],
  ['/a?ACCESS_TOKEN=x&b=1&sig=', '/a?ACCESS_TOKEN=[redacted]&b=1&sig=[redacted]'],
  ['/a?%74oken=x', '/a?%74oken=[redacted]'],
  ['/a?%7=x', '/a?%7=[redacted]'],
  ['/a?token', '/a?token'],
  ['/a?b=token=x?token=y', '/a?b=token=x?token=y'],
])('%s', (target, expected) => {
  expect(redactTarget(target)).toBe(expected);
});

test('headers keep their names and order', () => {
  expect(redactHeaders(['Authorization', 'Basic x', 'A', 'b', 'COOKIE', 'c', 'Set-Cookie', 'd', 'cookie-consent', 'e'])).toEqual([
    'Authorization',
    '[redacted]',
    'A',
    'b',
    'COOKIE',
    '[redacted]',
    'Set-Cookie',
    '[redacted]',
    'cookie-consent',
    'e',
  ]);
});

test('law: no planted secret survives, wherever it stands (A43)', () => {
  const secret = 'S3CR3T-VALUE';
  const pair = fc.oneof(
    fc.constantFrom(`token=${secret}`, `Password=${secret}`, `%73ig=${secret}`, `x-amz-signature=${secret}`),
    fc.tuple(fc.webQueryParameters()).map(([text]) => text),
  );
  fc.assert(
    fc.property(fc.array(pair, { maxLength: 8 }), (pairs) => {
      expect(redactQuery(pairs.join('&'))).not.toContain(secret);
    }),
  );
});
