import { encodeBase64, encodeUtf8 } from '@ingresskit/resources';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readAuthorization } from './authorization.ts';

const basic = (text: string): string => `Basic ${encodeBase64(encodeUtf8(text))}`;

test.each([
  [basic('alice:s3cret'), { user: 'alice', password: 's3cret' }],
  [basic('alice:a:b'), { user: 'alice', password: 'a:b' }],
  [basic(':'), { user: '', password: '' }],
  [basic('älice:pässwörd☃'), { user: 'älice', password: 'pässwörd☃' }],
  [basic('__proto__:x'), { user: '__proto__', password: 'x' }],
  [`basic   ${encodeBase64(encodeUtf8('a:b'))}`, { user: 'a', password: 'b' }],
  [`BASIC ${encodeBase64(encodeUtf8('a:b'))}`, { user: 'a', password: 'b' }],
])('%s is read', (header, credentials) => {
  expect(readAuthorization(header)).toEqual(credentials);
});

test.each([
  ['no header', undefined],
  ['an empty header', ''],
  ['another scheme', 'Bearer YTpi'],
  ['a scheme alone', 'Basic'],
  ['no base64', 'Basic a=b'],
  ['base64 without padding', 'Basic YTo'],
  ['base64 of another alphabet', 'Basic _-_-'],
  ['two headers', 'Basic YTpi, Basic YTpi'],
  ['base64 with a space', 'Basic YTpi YTpi'],
  ['no colon', basic('alice')],
  ['a NUL', basic('alice:s3\0cret')],
  ['a line end', basic('alice:s3cret\n')],
  ['a DEL', basic('ali\u007fce:s3cret')],
  ['bytes that are not UTF-8', `Basic ${encodeBase64(Uint8Array.from([0x61, 0x3a, 0xff]))}`],
  ['more than 8 KiB', basic(`alice:${'a'.repeat(6200)}`)],
  ['a megabyte', `Basic ${'A'.repeat(1 << 20)}`],
])('%s gives no credentials', (_what, header) => {
  expect(readAuthorization(header)).toHaveProperty('problem');
});

test('credentials survive the round trip, whatever printable text they are', () => {
  const printable = fc.string({ unit: 'grapheme' }).filter((text) => !/[\p{Cc}\ufffd]|\p{Cs}/u.test(text));
  fc.assert(
    fc.property(
      printable.filter((text) => !text.includes(':')),
      printable,
      (user, password) => {
        expect(readAuthorization(basic(`${user}:${password}`))).toEqual({ user, password });
      },
    ),
  );
});

test('no header makes it throw', () => {
  fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => void readAuthorization(text)));
});
