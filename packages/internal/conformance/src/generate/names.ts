import fc from 'fast-check';

// Few names, so that objects meet: on hosts, on paths, on Services.
export const namespaces = ['default', 'web', 'kube-system'] as const;
export const services = ['a', 'b', 'grpc', 'external', 'missing'] as const;
export const hosts = ['a.example', 'b.example', 'www.b.example', '*.example', '*.b.example', ''] as const;
export const paths = ['/', '/a', '/a/', '/a/b', '/A', '/ab', '/a.b', '/a/(.*)', '/a(/|$)(.*)', '/v[0-9]+', '/(', '/b', ''] as const;
export const classes = ['mse', 'nginx', 'other'] as const;
export const secrets = ['users', 'map-users', 'cert', 'missing'] as const;

/** Values no annotation means, and every reader must bear. */
export const oddValues: readonly string[] = [
  '',
  ' ',
  '\n',
  'true',
  'false',
  'TRUE',
  'yes',
  '0',
  '-1',
  '1',
  '5',
  '1e9',
  '0x10',
  '99999999999999999999',
  '1.5',
  'NaN',
  'null',
  '*',
  '/',
  '/x',
  '//evil.example',
  '/../x',
  'http://a.example/x',
  'https://a.example\r\nx: y',
  '$1',
  '$http_host',
  ['$', '{jndi:x}'].join(''),
  '(',
  '(a+)+$',
  '(?=a)',
  '.*',
  'a b',
  'a,b',
  ',',
  '10.0.0.0/8',
  '10.0.0.1',
  '::/0',
  '0.0.0.0/0',
  '10.0.0.0/8,bad',
  'always',
  'never',
  'users',
  'web/users',
  'missing',
  'a/b/c',
  '../users',
  '__proto__',
  'constructor',
  '{"a":1}',
  '[]',
  '{{ .x }}',
  '\u0000',
  '\u001b[31m',
  '\u202e',
  '\ud800',
  'é😀',
  'x'.repeat(300),
  '10.0.0.0/8,'.repeat(2000),
  'x'.repeat(70_000),
];

/** One of a few, as an arbitrary. */
export function oneOf<T>(values: readonly T[]): fc.Arbitrary<T> {
  return fc.constantFrom(...values);
}
