import { describe, expect, it } from 'vitest';
import { formatRequest, parseRequest, parseRequestLine } from './request-line.ts';

describe('parseRequest', () => {
  it('reads a method and a URL', () => {
    expect(parseRequest(' POST  https://a.example/x?y=1 ')).toEqual({
      ok: true,
      value: { method: 'POST', url: 'https://a.example/x?y=1' },
    });
  });

  it('takes a URL alone for a GET', () => {
    expect(parseRequest('http://a.example')).toEqual({ ok: true, value: { method: 'GET', url: 'http://a.example' } });
  });

  it.each([
    ['GET /cart', 'names "/cart"'],
    ['get http://a.example', 'no method in capitals'],
    ['GET http://a.example x', 'more than a method and a URL'],
    ['', 'names ""'],
  ])('refuses %j', (text, problem) => {
    const read = parseRequest(text);
    expect(read.ok ? '' : read.problem).toContain(problem);
  });
});

describe('parseRequestLine', () => {
  it('reads a request and its decision', () => {
    expect(parseRequestLine('GET http://a.example/x -> forward  a/b:80')).toEqual({
      ok: true,
      value: { request: { method: 'GET', url: 'http://a.example/x' }, expected: 'forward a/b:80' },
    });
  });

  it.each([
    ['GET http://a.example', 'no " -> "'],
    ['GET a.example -> no-route', 'names "a.example"'],
    ['GET http://a.example -> nowhere', 'which is none of'],
  ])('refuses %j', (text, problem) => {
    const read = parseRequestLine(text);
    expect(read.ok ? '' : read.problem).toContain(problem);
  });
});

describe('formatRequest', () => {
  it('says what a line cannot', () => {
    expect(
      formatRequest({ url: 'http://a.example/', headers: { cookie: 'a=b', x: ['1', '2'] }, clientAddress: '10.0.0.1', draw: 0.25 }),
    ).toBe('GET http://a.example/ [cookie: a=b; x: 1, 2; from 10.0.0.1; draw 0.25]');
  });

  it('keeps credentials to itself', () => {
    expect(formatRequest({ url: 'http://a.example/', headers: { Authorization: 'Basic c2VjcmV0' } })).not.toContain('c2VjcmV0');
  });
});
