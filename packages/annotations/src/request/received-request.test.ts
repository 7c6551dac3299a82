import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { canonicalize } from './canonicalize.ts';
import { HeaderLines } from './header-lines.ts';
import { ReceivedRequest } from './received-request.ts';

const options = { pathNormalization: 'base' } as const;

function received(target: string, pairs: readonly string[], authority = 'Shop.example.com:8080', method = 'GET'): ReceivedRequest {
  return new ReceivedRequest(method, 'https', authority, target, new HeaderLines(pairs), '192.0.2.7', undefined, undefined);
}

describe('a request in parts', () => {
  test('is canonical as the same request under a URL is', () => {
    const token = fc.stringMatching(/^[A-Za-z][A-Za-z0-9-]{0,6}$/).filter((name) => name.toLowerCase() !== 'host');
    const value = fc.stringMatching(/^[ -~]{0,12}$/);
    const path = fc.stringMatching(/^\/[a-z0-9%./;?=&#\\-]{0,24}$/);
    const authority = fc.stringMatching(/^[A-Za-z0-9.:-]{1,16}$/);
    fc.assert(
      fc.property(path, authority, fc.array(fc.tuple(token, value), { maxLength: 6 }), (target, host, lines) => {
        const input = received(target, lines.flat(), host);
        const fromParts = canonicalize(input, options);
        const { method, url, headers, clientAddress } = input;
        const fromUrl = canonicalize({ method, url, headers, clientAddress }, options);
        expect(fromParts.ok).toBe(fromUrl.ok);
        if (!fromParts.ok || !fromUrl.ok) return;
        for (const key of ['method', 'scheme', 'host', 'authority', 'path', 'rawPath', 'query', 'clientAddress', 'sni'] as const)
          expect(fromParts.request[key]).toBe(fromUrl.request[key]);
        for (const [name] of lines) expect(fromParts.request.header(name.toLowerCase())).toBe(fromUrl.request.header(name.toLowerCase()));
      }),
      { numRuns: 2000 },
    );
  });

  test('lines of one name are joined, and what stands behind the lines is not among them', () => {
    const pairs = ['X-Tag', ' a ', 'cookie', 'a=1', 'x-tag', 'b', 'Cookie', 'b=2', 'x-own', 'gateway'];
    const lines = new HeaderLines(pairs, 8);
    expect(lines.value('x-tag')).toBe('a, b');
    expect(lines.value('cookie')).toBe('a=1; b=2');
    expect(lines.value('x-own')).toBeUndefined();
    expect(lines.toRecord()).toEqual({ 'x-tag': [' a ', 'b'], cookie: ['a=1', 'b=2'] });
  });

  test('a header may be called __proto__', () => {
    expect(Object.entries(new HeaderLines(['__proto__', 'x']).toRecord())).toEqual([['__proto__', 'x']]);
  });
});
