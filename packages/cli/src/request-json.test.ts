import { describe, expect, it } from 'vitest';
import { readRequest } from './request-json.ts';

describe('readRequest', () => {
  it('takes every field of the contract', () => {
    const request = {
      id: 'a',
      method: 'POST',
      url: 'http://shop.example.com/cart?x=1',
      headers: { cookie: 'a=b', x: ['1', '2'] },
      clientAddress: '203.0.113.7',
      sni: 'shop.example.com',
      clientCertificate: 'PEM',
      draw: 0.37,
      auth: { status: 200, headers: {} },
      upstream: { status: 503, headers: { 'x-a': '1' } },
      at: 1500,
    };
    expect(readRequest(JSON.stringify(request))).toEqual({ ok: true, request });
  });

  it('takes null for absent and does not look at fields it does not know', () => {
    expect(readRequest('{"url":"http://a/","id":null,"draw":null,"later":{"x":1}}')).toEqual({ ok: true, request: { url: 'http://a/' } });
  });

  it.each<readonly [string, number, string]>([
    ['{"url":"http://a/"', 19, 'ends too early'],
    ['{"url":"http://a/",}', 20, 'not JSON'],
    ['  [1]', 3, 'must be a JSON object'],
    ['"http://a/"', 1, 'must be a JSON object'],
    ['{"id":"x"}', 1, 'no "url"'],
    ['{"url":7}', 8, '"url" must be text'],
    ['{"url":"http://a/","id":7}', 25, '"id" must be text'],
    ['{"url":"http://a/", "draw": 1}', 29, '"draw" must be a number from 0 to below 1'],
    ['{"url":"http://a/","draw":-0.1}', 27, '"draw"'],
    ['{"url":"http://a/","headers":{"a":1}}', 30, '"headers" must be a map'],
    ['{"url":"http://a/","headers":["a"]}', 30, '"headers" must be a map'],
    ['{"url":"http://a/","auth":{"status":42}}', 27, '"auth" must be a map with a status'],
    ['{"url":"http://a/","upstream":200}', 31, '"upstream" must be a map'],
    ['{"url":"http://a/","at":"now"}', 25, '"at" must be a number'],
  ])('%s: column %i', (line, column, problem) => {
    const read = readRequest(line);
    expect(read.ok ? undefined : read.column).toBe(column);
    expect(read.ok ? '' : read.problem).toContain(problem);
  });

  it('keeps a header named __proto__ as a header', () => {
    const read = readRequest('{"url":"http://a/","headers":{"__proto__":"x"}}');
    expect(read.ok && Object.entries(read.request.headers ?? {})).toEqual([['__proto__', 'x']]);
  });
});
