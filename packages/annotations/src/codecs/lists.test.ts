import { describe, expect, it } from 'vitest';
import {
  cidrList,
  cookieName,
  headerName,
  headerNameList,
  hostName,
  hostNameList,
  list,
  originList,
  starList,
  statusCodes,
} from './index.ts';

describe('list', () => {
  it('trims items and drops empty ones', () => {
    expect(list().parse(' a, ,b ,')).toEqual({ ok: true, value: ['a', 'b'] });
    expect(list().parse(' , ').ok).toBe(false);
    expect(list({ items: 'token' }).parse('GET, P OST')).toMatchObject({
      ok: true,
      value: ['GET'],
      dropped: [{ message: 'is not a name: "P OST"' }],
    });
  });

  it('reports a broken list once, not thousands of times', () => {
    const result = list({ items: 'token' }).parse(`ok,${'a b,'.repeat(1000)}`);
    expect(result).toMatchObject({ ok: true, value: ['ok'] });
    expect(result.ok && result.dropped).toHaveLength(21);
  });
});

describe('starList', () => {
  it('keeps empty items, and * swallows the others', () => {
    expect(starList().parse('a,,b')).toEqual({ ok: true, value: ['a', '', 'b'] });
    expect(starList().parse('a, * ,b')).toEqual({ ok: true, value: ['*'] });
    expect(starList().parse('a*,b')).toEqual({ ok: true, value: ['a*', 'b'] });
    expect(starList().parse(',').ok).toBe(false);
  });
});

describe('cidrList', () => {
  it('yields canonical ranges, each once', () => {
    expect(cidrList().parse('10.1.2.3/8, 192.0.2.1,2001:DB8::/32,10.0.0.0/8,')).toEqual({
      ok: true,
      value: ['10.0.0.0/8', '192.0.2.1', '2001:db8::/32'],
    });
  });

  it('lets one bad item spoil a gate', () => {
    expect(cidrList({ strict: true }).parse('10.0.0.0/8, 300.1.1.1')).toEqual({
      ok: false,
      problem: { message: 'has an item that has a part above 255: "300.1.1.1"', help: 'Each of the four parts is a number from 0 to 255.' },
    });
    for (const raw of ['', ' , ', '*', '10.0.0.0/8 10.1.0.0/16', '10.0.0.0/33', 'example.com', '10.0.0.0/8;'])
      expect(cidrList().parse(raw).ok, raw).toBe(false);
  });

  it('drops bad items when asked to, as long as one remains', () => {
    expect(cidrList({ strict: false }).parse('10.0.0.0/8, x')).toMatchObject({
      ok: true,
      value: ['10.0.0.0/8'],
      dropped: [{ message: 'is not an IP address or CIDR range: "x"' }],
    });
    expect(cidrList({ strict: false }).parse('x, y').ok).toBe(false);
  });
});

describe('statusCodes', () => {
  it('keeps what is a status and reports the rest', () => {
    expect(statusCodes().parse('404, 503,404')).toEqual({ ok: true, value: [404, 503] });
    expect(statusCodes().parse('404, 5xx, 99, 600, 0404, -1')).toMatchObject({ ok: true, value: [404] });
    expect(statusCodes({ min: 300, max: 308 }).parse('200').ok).toBe(false);
  });
});

describe('header names', () => {
  it('are tokens in lower case', () => {
    expect(headerName().parse(' X-Stage ')).toEqual({ ok: true, value: 'x-stage' });
    for (const raw of ['', 'a b', 'a:b', ':path', 'ä', 'a\r\nb', 'a'.repeat(257)]) expect(headerName().parse(raw).ok, raw).toBe(false);
    expect(headerName({ forbidden: ['cookie'] }).parse('Cookie').ok).toBe(false);
  });

  it('that frame messages cannot be removed', () => {
    expect(headerNameList().parse('X-A, Content-Length, Host, x-a')).toMatchObject({ ok: true, value: ['x-a'], dropped: [{}, {}] });
    expect(headerNameList({ allow: ['host'] }).parse('Host')).toEqual({ ok: true, value: ['host'] });
    expect(headerNameList().parse('transfer-encoding').ok).toBe(false);
  });
});

describe('cookieName', () => {
  it('is a token with its case', () => {
    expect(cookieName().parse('Stage')).toEqual({ ok: true, value: 'Stage' });
    for (const raw of ['', 'a=b', 'a;b', 'a b', '"a"']) expect(cookieName().parse(raw).ok, raw).toBe(false);
  });
});

describe('hosts', () => {
  it('for upstream may have a port', () => {
    expect(hostName().parse('Example.com:8443')).toEqual({ ok: true, value: 'Example.com:8443' });
    expect(hostName().parse('[::1]:80')).toEqual({ ok: true, value: '[::1]:80' });
    for (const raw of ['', 'a b', 'a/b', 'http://a', 'a@b', 'a:0', 'a:99999', '$service_name.ns', 'a\r\nb', 'a,b'])
      expect(hostName().parse(raw).ok, raw).toBe(false);
  });

  it('for aliases may be wildcards, never patterns', () => {
    expect(hostNameList().parse('A.example, *.b.example')).toEqual({ ok: true, value: ['a.example', '*.b.example'] });
    expect(hostNameList().parse('a.example, ~^x.*$')).toMatchObject({
      ok: true,
      value: ['a.example'],
      dropped: [{ message: 'is a pattern, which aliases cannot be: "~^x.*$"' }],
    });
    expect(hostNameList().parse('a.*.example').ok).toBe(false);
  });
});

describe('originList', () => {
  it('keeps origins as written and leaves out what no browser sends', () => {
    expect(originList().parse('https://a.example, http://*.b.example:81, null')).toEqual({
      ok: true,
      value: ['https://a.example', 'http://*.b.example:81', 'null'],
    });
    expect(originList().parse('https://a.example,*')).toEqual({ ok: true, value: ['*'] });
    expect(originList().parse('https://a.example/, https://b.example')).toMatchObject({
      ok: true,
      value: ['https://b.example'],
      dropped: [{}],
    });
    expect(originList().parse('a b')).toMatchObject({ ok: true, value: [] });
    expect(originList().parse(' ').ok).toBe(false);
  });
});
