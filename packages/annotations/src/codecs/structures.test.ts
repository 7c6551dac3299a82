import { describe, expect, it } from 'vitest';
import type { Codec } from '../codec.ts';
import {
  absolutePath,
  headerMap,
  highestGroup,
  labelSelector,
  pathTemplate,
  regex,
  secretRef,
  serviceRef,
  url,
  weightedBackends,
} from './index.ts';

function readValue<T>(codec: Codec<T>, raw: string): T | undefined {
  const result = codec.parse(raw);
  return result.ok ? result.value : undefined;
}

describe('url', () => {
  it('takes an absolute URL apart', () => {
    expect(readValue(url(), ' https://Example.com:8443/a/b?c=d#e ')).toEqual({
      href: 'https://Example.com:8443/a/b?c=d#e',
      scheme: 'https',
      authority: 'Example.com:8443',
      host: 'example.com',
      port: 8443,
      path: '/a/b',
      query: 'c=d',
    });
    expect(readValue(url(), 'http://a')).toEqual({ href: 'http://a', scheme: 'http', authority: 'a', host: 'a', path: '' });
    expect(readValue(url(), 'HTTP://a?b')).toEqual({ href: 'HTTP://a?b', scheme: 'http', authority: 'a', host: 'a', path: '', query: 'b' });
  });

  it.each([
    '',
    '/a',
    '//evil.example',
    '/\\evil.example',
    'https:evil',
    'https:/evil',
    'ftp://a',
    'javascript://a',
    'example.com',
    'http://',
    'http:///a',
    'http://a b',
    'http://a\r\nX: y',
    'http://a/\tb',
    'http://user@a',
    'http://user:p@a/',
    'http://a\\b',
    'http://a:99999',
    'http://a:x',
    'http://[::1',
    'http://[fe80::1%25eth0]/',
    'http://ä.example',
    'http://a/ü',
    'http://a/%zz',
    'http://a/"',
    'https://$host$request_uri',
    'http://a/<b>',
  ])('refuses %j', (raw) => {
    expect(readValue(url(), raw)).toBeUndefined();
  });

  it('accepts paths and other schemes when asked to', () => {
    expect(readValue(url({ allowRelative: true }), '/a?b')).toEqual({ href: '/a?b', path: '/a', query: 'b' });
    for (const raw of ['//evil', '/\\evil', 'a', '']) expect(readValue(url({ allowRelative: true }), raw), raw).toBeUndefined();
    expect(readValue(url({ schemes: ['grpc'] }), 'grpc://a')?.scheme).toBe('grpc');
    expect(readValue(url({ allowVariables: true }), 'http://$host/x')).toEqual({
      href: 'http://$host/x',
      scheme: 'http',
      authority: '$host',
      path: '/x',
    });
  });

  it('says what to put in front', () => {
    expect(url().parse('example.com/a')).toMatchObject({ problem: { help: 'Put "http://" in front.' } });
  });
});

describe('absolutePath', () => {
  it('is a path and nothing more', () => {
    expect(readValue(absolutePath(), '/app')).toBe('/app');
    for (const raw of ['', 'app', '//evil', '/\\evil', 'https://a', '/a?b', '/a#b', '/a b', '/a\nb', '/ü', '/a;Secure'])
      expect(readValue(absolutePath(), raw), raw).toBeUndefined();
  });
});

describe('pathTemplate', () => {
  it.each([
    ['/', ['/']],
    ['/dev', ['/dev']],
    ['/$1', ['/', 1]],
    ['/$2', ['/', 2]],
    ['/v2/$1/x$2', ['/v2/', 1, '/x', 2]],
    ['/$12', ['/', 1, '2']],
    ['$1', [1]],
    ['/\\1', ['/', 1]],
    ['/a$', ['/a$']],
    ['/$1\\2', ['/', 1, 2]],
  ])('%j becomes %j', (raw, parts) => {
    expect(readValue(pathTemplate(), raw)).toEqual({ text: raw, parts });
  });

  it.each([
    '',
    'a',
    'a$1',
    '/$1/$',
    '/$1$$',
    '/\\',
    '/\\x',
    '/a b',
    '/a\r\nb',
    '/a\0',
    '/a?b=$1',
    '/a#b',
    '//evil',
    '/..',
    '/../$1',
    '/a/%2e%2e/b',
    '/..;x/$1',
    '/$host',
    ['/$', '{x}'].join(''),
    'https://a/$1',
    '/ü',
    '/%zz',
  ])('refuses %j', (raw) => {
    expect(readValue(pathTemplate(), raw)).toBeUndefined();
  });

  it('knows its largest group', () => {
    expect(highestGroup({ text: '', parts: ['/', 2, 1] })).toBe(2);
    expect(highestGroup({ text: '', parts: ['/'] })).toBe(0);
  });
});

describe('regex', () => {
  it('yields the text of a pattern that compiles', () => {
    expect(readValue(regex(), ' ^user-[0-9]+$ \n')).toBe('^user-[0-9]+$');
    expect(readValue(regex(), '')).toBeUndefined();
    expect(regex().parse('(?=a)')).toMatchObject({ problem: { message: 'looks ahead, which RE2 does not support' } });
  });
});

describe('headerMap', () => {
  it('reads one header a line', () => {
    expect(readValue(headerMap(), 'X-Stage gray\n  X-Note   a b  c \n\nx-empty ""')).toEqual([
      { name: 'x-stage', value: 'gray' },
      { name: 'x-note', value: 'a b  c' },
      { name: 'x-empty', value: '' },
    ]);
  });

  it('takes off matching quotes only, and lets the later line hold', () => {
    expect(readValue(headerMap(), `"X-A" 'v w'\nX-B "v'\nx-a second`)).toEqual([
      { name: 'x-b', value: `"v'` },
      { name: 'x-a', value: 'second' },
    ]);
  });

  it('leaves out lines that cannot be headers', () => {
    const result = headerMap().parse(
      'X-A 1\nX-B\n:path /x\nHost a\nContent-Length 5\nTransfer-Encoding chunked\nConnection close\nX-C: 1\nX D\u0001 1\nX-E a\u0001b\nX-F ☃',
    );
    expect(result).toMatchObject({
      ok: true,
      value: [
        { name: 'x-a', value: '1' },
        { name: 'x', value: 'D\u0001 1' },
      ].slice(0, 1),
    });
    expect(result.ok && result.dropped).toHaveLength(10);
  });

  it('is invalid when no line remains', () => {
    expect(readValue(headerMap(), 'X-A')).toBeUndefined();
    expect(readValue(headerMap(), '\n')).toBeUndefined();
    expect(readValue(headerMap(), `X-A ${'a'.repeat(4097)}`)).toBeUndefined();
    expect(readValue(headerMap(), `X-A ${'a'.repeat(100_000)}`)).toBeUndefined();
    expect(readValue(headerMap(), 'X-A a\rX-B b')).toBeUndefined();
  });

  it('lets an update set the host when allowed', () => {
    expect(readValue(headerMap({ allow: ['host'] }), 'Host b.example')).toEqual([{ name: 'host', value: 'b.example' }]);
  });

  it('is not confused by names that objects have', () => {
    expect(readValue(headerMap(), '__proto__ 1\nconstructor 2')).toEqual([
      { name: '__proto__', value: '1' },
      { name: 'constructor', value: '2' },
    ]);
    expect(({} as Record<string, unknown>)['1']).toBeUndefined();
  });
});

describe('weightedBackends', () => {
  it.each([
    ['cart', [{ weight: 100, service: 'cart' }]],
    ['80% cart.shop:80', [{ weight: 80, service: 'cart', namespace: 'shop', port: 80 }]],
    ['80% cart.shop.svc:80 gray', [{ weight: 80, service: 'cart', namespace: 'shop', port: 80, subset: 'gray' }]],
    [
      '\n 20%   a.b.svc.cluster.local \n c:8080\n',
      [
        { weight: 20, service: 'a', namespace: 'b' },
        { weight: 100, service: 'c', port: 8080 },
      ],
    ],
    ['0% a', [{ weight: 0, service: 'a' }]],
  ])('reads %j', (raw, value) => {
    expect(readValue(weightedBackends(), raw)).toEqual(value);
  });

  it.each([
    '',
    ' \n ',
    '80%',
    '101% a',
    '-1% a',
    '1.5% a',
    '% a',
    '80 % a',
    'a:0',
    'a:65536',
    'a:http',
    'a:80:80',
    'A',
    '1a',
    'a.b.c',
    'a.b.svc.other.domain',
    'a b c d',
    '10% a\nbad_name',
    'a.B',
    '80% a b c',
    `${'a\n'.repeat(101)}`,
  ])('refuses %j as a whole', (raw) => {
    expect(readValue(weightedBackends(), raw)).toBeUndefined();
  });
});

describe('labelSelector', () => {
  it('reads key and value', () => {
    expect(readValue(labelSelector(), 'version gray\napp.kubernetes.io/part-of  shop')).toEqual({
      version: 'gray',
      'app.kubernetes.io/part-of': 'shop',
    });
    for (const raw of ['', 'version', 'version a b', '-a b', 'a/b/c d', 'a -b', 'a b\na c', `${'x'.repeat(64)} a`, '__proto__ a'])
      expect(readValue(labelSelector(), raw), raw).toBeUndefined();
    expect(readValue(labelSelector(), 'a b\na b')).toEqual({ a: 'b' });
  });
});

describe('references', () => {
  it('have one or two segments', () => {
    expect(readValue(secretRef(), 'users')).toEqual({ name: 'users' });
    expect(readValue(secretRef(), 'ns/users.v1')).toEqual({ namespace: 'ns', name: 'users.v1' });
    for (const raw of ['', 'a/b/c', '/a', 'a/', 'a b', '../a', 'A', 'ns/..', 'a'.repeat(254), 'n.s/a'])
      expect(readValue(secretRef(), raw), raw).toBeUndefined();
  });

  it('to Services may have a port', () => {
    expect(readValue(serviceRef(), 'ns/cart:8080')).toEqual({ namespace: 'ns', name: 'cart', port: 8080 });
    expect(readValue(serviceRef(), 'cart:http')).toEqual({ name: 'cart', port: 'http' });
    expect(readValue(serviceRef(), 'cart')).toEqual({ name: 'cart' });
    for (const raw of ['cart:', 'cart:0', 'cart:65536', 'cart:80:80', 'a/b/c', 'cart.ns', ':80', 'cart:-'])
      expect(readValue(serviceRef(), raw), raw).toBeUndefined();
  });
});
