import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { cacheDurations } from './cache-durations.ts';
import { cacheKey, parameterName, redirectText, strictHeaderNames, urlTemplate } from './codecs.ts';

describe('cache durations', () => {
  test.each([
    ['200 202 401 5m', [{ statuses: [200, 202, 401], milliseconds: 300_000 }]],
    [
      '200 10m, 401 5s',
      [
        { statuses: [200], milliseconds: 600_000 },
        { statuses: [401], milliseconds: 5000 },
      ],
    ],
    ['1h30m', [{ statuses: [200, 301, 302], milliseconds: 5_400_000 }]],
    [' 200   200 1d ', [{ statuses: [200], milliseconds: 86_400_000 }]],
    ['401 0s', [{ statuses: [401], milliseconds: 0 }]],
  ])('%s', (text, value) => {
    expect(cacheDurations.parse(text)).toEqual({ ok: true, value });
  });

  test.each(['', '200', '200 202', 'ok 5m', '200 5m 30s', '600 5m', '200 5m,', '200 5x', '2000 5m', '200 -5m', '200 5m; x'])(
    '%j is refused',
    (text) => {
      expect(cacheDurations.parse(text).ok).toBe(false);
    },
  );

  test('no text makes it throw', () => {
    fc.assert(fc.property(fc.string(), (text) => void cacheDurations.parse(text)));
  });
});

describe('URLs with variables', () => {
  const absolute = urlTemplate({ allowRelative: false });

  test('a host that is written out is known, one with a variable is not', () => {
    expect(absolute.parse('https://Auth.example.com:8443/check?u=$request_uri')).toEqual({
      ok: true,
      value: { template: ['https://Auth.example.com:8443/check?u=', { variable: 'request_uri' }], host: 'auth.example.com', port: 8443 },
    });
    expect(absolute.parse('https://$host/check')).toEqual({ ok: true, value: { template: ['https://', { variable: 'host' }, '/check'] } });
  });

  test.each([
    '',
    '/check',
    'auth.example.com',
    '//auth.example.com',
    'ftp://a.example/',
    'http://a..example/',
    'http://user@a.example/',
    'http://a.example/#x',
    'http://a.example/$',
    'http://a.example/ x',
    'http://a.example/\nx',
    'http:///x',
  ])('%j is refused', (text) => {
    expect(absolute.parse(text).ok).toBe(false);
  });

  test('a sign-in page may be a path, and no other host in disguise', () => {
    const page = urlTemplate({ allowRelative: true });
    expect(page.parse('/oauth2/start')).toMatchObject({ ok: true });
    expect(page.parse('//evil.example').ok).toBe(false);
    expect(page.parse('/\\evil.example').ok).toBe(false);
  });
});

test('one bad header name makes the list invalid', () => {
  expect(strictHeaderNames.parse('X-User, X-Groups')).toEqual({ ok: true, value: ['x-user', 'x-groups'] });
  for (const text of ['X User', 'X-User, content-length', 'host', '']) expect(strictHeaderNames.parse(text).ok).toBe(false);
});

test('keys, parameters and redirects have their own letters', () => {
  expect(cacheKey.parse('$remote_user-$http_x').ok).toBe(true);
  for (const text of ['$host;', 'a b', '$', 'a\nb']) expect(cacheKey.parse(text).ok, text).toBe(false);
  expect(parameterName.parse('return_to')).toEqual({ ok: true, value: 'return_to' });
  for (const text of ['a=b', 'a&b', '', 'a b']) expect(parameterName.parse(text).ok, text).toBe(false);
  expect(redirectText.parse('https://a.example/x?a=b').ok).toBe(true);
  for (const text of ['$host', 'a\r\nb', 'a"b', '']) expect(redirectText.parse(text).ok, text).toBe(false);
});
