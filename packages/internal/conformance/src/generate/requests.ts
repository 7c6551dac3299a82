import type { RequestInput } from '@ingresskit/annotations';
import fc from 'fast-check';
import { oneOf } from './names.ts';

const names = [
  'a.example',
  'b.example',
  'www.b.example',
  'x.example',
  'y.x.example',
  'x.b.example',
  'B.Example.',
  'none.test',
  '10.0.0.1',
  '',
];
const targets = [
  '/',
  '/a',
  '/a/',
  '/a/b',
  '/a/b/c',
  '/A',
  '/ab',
  '/a.b',
  '/axb',
  '/v1',
  '/v12/x',
  '/b',
  '/%61',
  '/a//b',
  '/a/./b',
  '/a/../b',
  '/a%2fb',
  '/home',
  '/x?y=1',
  '/a?stage=always',
  '/a?stage=gray#f',
];
const headers: readonly Readonly<Record<string, string | readonly string[]>>[] = [
  {},
  { 'x-stage': 'always' },
  { 'x-stage': 'gray', cookie: 'stage=always' },
  { cookie: 'stage=gray; a=b' },
  { authorization: `Basic ${Buffer.from('user:x').toString('base64')}` },
  { authorization: `Basic ${Buffer.from('user:wrong').toString('base64')}` },
  { origin: 'https://shop.example.com', 'access-control-request-method': 'POST' },
  { 'user-id': '42', accept: ['a', 'b'] },
];

/** Requests aimed at the generated clusters: most reach something, some are refused before. */
export const request: fc.Arbitrary<RequestInput> = fc
  .record(
    {
      scheme: oneOf(['http', 'https']),
      host: oneOf(names),
      target: oneOf(targets),
      method: oneOf(['GET', 'POST', 'OPTIONS', 'HEAD']),
      headers: oneOf(headers),
      clientAddress: oneOf(['127.0.0.1', '10.2.3.4', '203.0.113.9', '2001:db8::1']),
      draw: oneOf([0, 0.25, 0.5, 0.99]),
      status: oneOf([undefined, undefined, 200, 404, 503]),
    },
    { requiredKeys: ['scheme', 'host', 'target'] },
  )
  .map(({ scheme, host, target, status, ...more }) => ({
    url: `${scheme}://${host}${target}`,
    ...more,
    ...(status === undefined ? {} : { upstream: { status, headers: {} } }),
  }));

/** A handful of requests. */
export const requests: fc.Arbitrary<readonly RequestInput[]> = fc.array(request, { minLength: 1, maxLength: 12 });
