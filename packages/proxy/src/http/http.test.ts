import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { rewriteSetCookie } from './cookie-rewrite.ts';
import type { ForwardedFacts } from './forwarded-headers.ts';
import { envoyForwardedStyle, formatForwarded, forwardedHeaders, nginxForwardedStyle } from './forwarded-headers.ts';
import { withoutHopByHop } from './hop-by-hop.ts';
import { rewriteLocation, rewriteRefresh } from './redirect-rewrite.ts';
import { rewriteResponseHeaders } from './rewrite-response.ts';

describe('hop-by-hop headers', () => {
  test('the known ones and the listed ones go, in any spelling; the rest stays in order', () => {
    expect(
      withoutHopByHop([
        'A',
        '1',
        'CONNECTION',
        'close, X-Private ,,',
        'Keep-Alive',
        'timeout=5',
        'x-private',
        'p',
        'Transfer-Encoding',
        'chunked',
        'B',
        '2',
        'Upgrade',
        'h2c',
      ]),
    ).toEqual(['A', '1', 'B', '2']);
  });

  test('what matters cannot be listed away (A23)', () => {
    const headers = ['Connection', 'Content-Length, Set-Cookie, X-Forwarded-For, Authorization, X-Real-Ip, strict-transport-security'];
    const kept = [
      'Content-Length',
      '1',
      'Set-Cookie',
      'a=b',
      'X-Forwarded-For',
      '1',
      'Authorization',
      'x',
      'X-Real-Ip',
      '1',
      'Strict-Transport-Security',
      'x',
    ];
    expect(withoutHopByHop([...headers, ...kept])).toEqual(kept);
  });

  test('law: doing it twice changes nothing more', () => {
    const name = fc.constantFrom('connection', 'te', 'a', 'b', 'keep-alive', 'set-cookie');
    fc.assert(
      fc.property(fc.array(fc.tuple(name, fc.constantFrom('a', 'b, te', 'close', ',', ''))), (pairs) => {
        const once = withoutHopByHop(pairs.flat());
        expect(withoutHopByHop(once)).toEqual(once);
      }),
    );
  });
});

describe('forwarded headers', () => {
  const facts: ForwardedFacts = {
    clientAddress: '203.0.113.9',
    peerAddress: '203.0.113.9',
    isPeerTrusted: false,
    scheme: 'https',
    host: 'shop.example.com',
    port: 443,
    incoming: { forwardedFor: '6.6.6.6', forwardedHost: 'evil.example', forwardedProto: 'http', forwardedPort: '1' },
  };
  const asObject = (list: string[]): Record<string, string> =>
    Object.fromEntries(Array.from({ length: list.length / 2 }, (_, index) => [list[2 * index], list[2 * index + 1]]));

  test('a client is not believed, and what it claimed is kept apart', () => {
    expect(asObject(forwardedHeaders(facts, nginxForwardedStyle))).toEqual({
      'X-Forwarded-For': '203.0.113.9',
      'X-Forwarded-Proto': 'https',
      'X-Real-IP': '203.0.113.9',
      'X-Forwarded-Host': 'shop.example.com',
      'X-Forwarded-Port': '443',
      'X-Forwarded-Scheme': 'https',
      'X-Scheme': 'https',
      'X-Original-Forwarded-For': '6.6.6.6',
      'X-Original-Forwarded-Host': 'evil.example',
    });
    expect(asObject(forwardedHeaders(facts, envoyForwardedStyle))).toEqual({
      'X-Forwarded-For': '203.0.113.9',
      'X-Forwarded-Proto': 'https',
    });
  });

  test('a trusted proxy is', () => {
    const trusted: ForwardedFacts = {
      ...facts,
      isPeerTrusted: true,
      peerAddress: '10.0.0.1',
      clientAddress: '6.6.6.6',
      incoming: { forwardedFor: '6.6.6.6', forwardedHost: 'a.example, b.example', forwardedProto: 'http', forwardedPort: '8080' },
    };
    const nginx = asObject(forwardedHeaders(trusted, { ...nginxForwardedStyle, forwarded: true }));
    expect(nginx).toMatchObject({
      'X-Forwarded-For': '6.6.6.6',
      'X-Forwarded-Host': 'a.example',
      'X-Forwarded-Port': '8080',
      'X-Scheme': 'http',
    });
    expect(nginx['Forwarded']).toBe('for=6.6.6.6;host=a.example;proto=http');
    expect(asObject(forwardedHeaders(trusted, envoyForwardedStyle))['X-Forwarded-For']).toBe('6.6.6.6, 10.0.0.1');
    const rubbish = { ...trusted, incoming: { forwardedProto: 'gopher', forwardedPort: '99999', forwardedHost: ' , x' } };
    expect(asObject(forwardedHeaders(rubbish, nginxForwardedStyle))).toMatchObject({
      'X-Forwarded-Proto': 'https',
      'X-Forwarded-Port': '443',
      'X-Forwarded-Host': 'shop.example.com',
    });
  });

  test('Forwarded quotes what is no token', () => {
    expect(formatForwarded('2001:db8::1', 'https', 'a:8443')).toBe('for="[2001:db8::1]";host="a:8443";proto=https');
  });
});

describe('cookies of backends', () => {
  const rewrite = { domain: { from: 'internal.local', to: 'shop.example.com' }, path: { from: '/app/', to: '/' } };

  test.each([
    ['a=b; Domain=internal.local; Path=/app/x; HttpOnly', 'a=b; Domain=shop.example.com; Path=/x; HttpOnly'],
    ['a=b;domain=.INTERNAL.local;PATH=/app/', 'a=b;domain=shop.example.com;PATH=/'],
    ['a=b; Domain=sub.internal.local; Path=/application', 'a=b; Domain=sub.internal.local; Path=/application'],
    ['domain=internal.local; Path=/app/', 'domain=internal.local; Path=/'],
    ['a="x;y"; Secure; Path', 'a="x;y"; Secure; Path'],
    ['', ''],
  ])('%s', (before, after) => {
    expect(rewriteSetCookie(before, rewrite)).toBe(after);
  });

  test('law: without a rewrite, or one that does not apply, the text is the same', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(rewriteSetCookie(text, {})).toBe(text);
        expect(rewriteSetCookie(text, { domain: { from: '\u0001never', to: 'x' } })).toBe(text);
      }),
    );
  });
});

describe('redirects of backends', () => {
  const rewrite = { from: 'http://internal:8080/', to: 'https://shop.example.com/' };

  test.each([
    ['http://internal:8080/a?b', 'https://shop.example.com/a?b'],
    ['http://internal:80/a', 'http://internal:80/a'],
    ['/a', '/a'],
  ])('Location %s', (before, after) => {
    expect(rewriteLocation(before, rewrite)).toBe(after);
  });

  test.each([
    ['5; url=http://internal:8080/a', '5; url=https://shop.example.com/a'],
    ['0;URL="http://internal:8080/a"', '0;URL="https://shop.example.com/a"'],
    ['5', '5'],
  ])('Refresh %s', (before, after) => {
    expect(rewriteRefresh(before, rewrite)).toBe(after);
  });

  test('no rewrite leads to another site (A14)', () => {
    expect(rewriteLocation('/app//evil.example', { from: '/app', to: '' })).toBe('/app//evil.example');
    expect(rewriteLocation('/app/\\evil.example', { from: '/app', to: '' })).toBe('/app/\\evil.example');
  });

  test('a whole response: only what applies changes, and without a change it is the same array', () => {
    const headers = ['Location', 'http://internal:8080/', 'Set-Cookie', 'a=b; Path=/x/', 'SET-COOKIE', 'c=d; Path=/x/', 'Refresh', '1'];
    expect(rewriteResponseHeaders(headers, { redirects: rewrite, cookies: { path: { from: '/x/', to: '/' } } })).toEqual([
      'Location',
      'https://shop.example.com/',
      'Set-Cookie',
      'a=b; Path=/',
      'SET-COOKIE',
      'c=d; Path=/',
      'Refresh',
      '1',
    ]);
    expect(rewriteResponseHeaders(headers, {})).toBe(headers);
  });
});
