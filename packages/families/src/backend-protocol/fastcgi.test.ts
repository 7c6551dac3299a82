import { expect, test } from 'vitest';
import { exchangeOf } from '../testing/exchange.ts';
import { backendProtocol } from './backend-protocol.ts';
import type { DeclaredFastCgi } from './fastcgi.ts';
import { declaredFastCgi, fileName } from './fastcgi.ts';

function declared(path: string, index?: string, upstreamPath?: string): DeclaredFastCgi {
  const { exchange } = exchangeOf({ url: `http://a.example${path}` });
  const params = [{ name: 'SCRIPT_FILENAME', value: ['/srv', { variable: 'fastcgi_script_name' }] }];
  const asked = upstreamPath === undefined ? exchange : { ...exchange, upstreamPath };
  return declaredFastCgi({ ...(index === undefined ? {} : { index }), params }, asked);
}

test('an index is a file name, never a way to another directory', () => {
  expect(fileName.parse('index.php')).toEqual({ ok: true, value: 'index.php' });
  for (const text of ['', '.', '..', '../x', 'a/b', 'a b', 'a;b', 'a\0b']) expect(fileName.parse(text).ok, text).toBe(false);
});

test.each([
  ['http://a.example/', 'AUTO_HTTP', 'HTTP'],
  ['https://a.example/', 'AUTO_HTTP', 'HTTPS'],
  ['https://a.example/', 'GRPC', 'GRPC'],
  ['https://a.example/', undefined, undefined],
])('%s with %s is %s', (url, protocol, spoken) => {
  const { exchange, edits } = exchangeOf({ url });
  backendProtocol.request?.(protocol === undefined ? { httpVersion: '1.0' } : { protocol }, exchange);
  expect(edits.protocol).toBe(spoken);
});

test.each([
  ['/', 'index.php', '/', '/index.php'],
  ['/', undefined, '/', '/'],
  ['/a.php?x=/', 'index.php', '/a.php', '/a.php'],
  ['/a/', 'index.php', '/a/', '/a/index.php'],
  ['/a%20b.php', undefined, '/a b.php', '/a b.php'],
  ['/%C3%A4.php', undefined, '/ä.php', '/ä.php'],
  ['/%FF%20.php', undefined, '/%FF%20.php', '/%FF%20.php'],
  ['/100%25', undefined, '/100%', '/100%'],
  // Once, and never so that the script is another one than was authorised.
  ['/%252e%252e/x.php', undefined, '/%2e%2e/x.php', '/%2e%2e/x.php'],
  ['/admin%2Fx.php', undefined, '/admin%2Fx.php', '/admin%2Fx.php'],
  ['/a%0Ab.php', undefined, '/a%0Ab.php', '/a%0Ab.php'],
])('%s with the index %s is the file %s', (path, index, documentUri, scriptName) => {
  expect(declared(path, index)).toEqual({
    ...(index === undefined ? {} : { index }),
    documentUri,
    scriptName,
    params: { SCRIPT_FILENAME: `/srv${scriptName}` },
  });
});

test.each(['uri', 'document_uri'])('$%s in a parameter is the canonical path too', (variable) => {
  const { exchange } = exchangeOf({ url: 'http://a.example/a/../b%20c/' });
  const { params } = declaredFastCgi({ index: 'x.php', params: [{ name: 'P', value: [{ variable }] }] }, exchange);
  expect(params).toEqual({ P: '/b c/' });
});

test('the script is that of the canonical path, also where the client’s spelling goes upstream', () => {
  expect(declared('/a/../b.php', undefined, '/a/../b.php').scriptName).toBe('/b.php');
  expect(declared('/a/../b.php', undefined, '/rewritten.php').scriptName).toBe('/rewritten.php');
});
