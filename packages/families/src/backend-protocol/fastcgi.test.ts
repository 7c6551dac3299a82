import { expect, test } from 'vitest';
import { exchangeOf } from '../testing/exchange.ts';
import { backendProtocol } from './backend-protocol.ts';
import { fileName } from './fastcgi.ts';

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
