import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { url } from '../codecs/url.ts';
import { addressProblem } from './addresses.ts';
import { destinationProblem, urlProblem } from './destination.ts';

const ownNamespace = { allowNamespace: (namespace: string) => namespace === 'shop' };

describe('hosts that are refused', () => {
  test.each([
    ['127.0.0.1', /gateway itself/],
    ['127.9.9.9', /gateway itself/],
    ['[::1]', /gateway itself/],
    ['[::ffff:127.0.0.1]', /gateway itself/],
    ['[::ffff:7f00:1]', /gateway itself/],
    ['0.0.0.0', /unspecified/],
    ['[::]', /unspecified/],
    ['169.254.169.254', /metadata/],
    ['[::ffff:169.254.169.254]', /metadata/],
    ['[fd00:ec2::254]', /metadata/],
    ['100.100.100.200', /metadata/],
    ['169.254.1.1', /link-local/],
    ['[fe80::1]', /link-local/],
    ['224.0.0.1', /multicast/],
    ['[ff02::1]', /multicast/],
    ['255.255.255.255', /reserved/],
    ['[64:ff9b::7f00:1]', /translation/],
    ['[2002:7f00:1::]', /translation/],
    ['[::7f00:1]', /translation/],
    ['2130706433', /read differently/],
    ['127.1', /read differently/],
    ['0177.0.0.1', /read differently/],
    ['0x7f.0.0.1', /read differently/],
    ['0x7f000001', /read differently/],
    ['10.0.0.010', /read differently/],
    ['999.1.1.1', /read differently/],
    ['localhost', /gateway itself/],
    ['LOCALHOST', /gateway itself/],
    ['localhost.', /gateway itself/],
    ['a.localhost', /gateway itself/],
    ['localhost.localdomain', /gateway itself/],
    ['metadata.google.internal', /metadata/],
    ['auth', /without a dot/],
    ['kubernetes.default.svc', /API server/],
    ['kubernetes.default.svc.cluster.local', /API server/],
    ['auth.other.svc.cluster.local', /namespace "other"/],
    ['auth.other.svc', /namespace "other"/],
    ['x.auth.other.svc.cluster.local.', /namespace "other"/],
    ['10-0-0-1.shop.pod.cluster.local', /no Service/],
    ['shop.svc', /no Service/],
    ['node.cluster.local', /no Service/],
  ])('%s', (host, message) => {
    expect(destinationProblem({ host }, ownNamespace)?.message).toMatch(message);
  });
});

test.each([
  'auth.example.com',
  '203.0.113.9',
  '10.0.0.1',
  '[2001:db8::1]',
  'auth.shop.svc.cluster.local',
  'auth.shop.svc',
  'auth.shop.svc.cluster.local.',
  '1.example',
  'svc.example.com',
  'a.b.svc.example.com',
])('%s is accepted', (host) => {
  expect(destinationProblem({ host }, ownNamespace)).toBeUndefined();
});

test('names of Services are refused where nobody allows a namespace, and the cluster may have another domain', () => {
  expect(destinationProblem({ host: 'auth.shop.svc' })?.message).toMatch(/may not be referred to/);
  expect(destinationProblem({ host: 'auth.shop.svc.k8s.acme' }, { ...ownNamespace, clusterDomain: 'k8s.acme' })).toBeUndefined();
  expect(destinationProblem({ host: 'auth.other.svc.k8s.acme' }, { ...ownNamespace, clusterDomain: 'k8s.acme' })?.message).toMatch(
    /"other"/,
  );
});

test('private networks can be closed', () => {
  for (const address of ['10.1.2.3', '172.16.0.1', '192.168.1.1', '100.64.0.1', 'fd12::1', '::ffff:10.0.0.1']) {
    expect(addressProblem(address)).toBeUndefined();
    expect(addressProblem(address, { privateNetworks: false })?.message).toMatch(/private/);
  }
  expect(addressProblem('203.0.113.1', { privateNetworks: false })).toBeUndefined();
});

test.each([
  [undefined, true],
  [80, true],
  [443, true],
  [8080, true],
  [4180, true],
  [9091, true],
  [22, false],
  [25, false],
  [1023, false],
  [2379, false],
  [6379, false],
  [6443, false],
  [10250, false],
])('port %s', (port, accepted) => {
  expect(destinationProblem({ host: 'auth.example.com', port }) === undefined).toBe(accepted);
});

test('a URL must name its host', () => {
  const read = (text: string) => {
    const parsed = url({ allowRelative: true, allowVariables: true }).parse(text);
    if (!parsed.ok) throw new Error(parsed.problem.message);
    return urlProblem(parsed.value)?.message;
  };
  expect(read('http://auth.example.com/check')).toBeUndefined();
  expect(read('http://169.254.169.254/latest')).toMatch(/metadata/);
  expect(read('/check')).toMatch(/names no host/);
  expect(read('http://$host/check')).toMatch(/names no host/);
});

test('every spelling of a loopback address is refused', () => {
  fc.assert(
    fc.property(
      fc.tuple(fc.integer({ min: 0, max: 255 }), fc.integer({ min: 0, max: 255 }), fc.integer({ min: 0, max: 255 })),
      ([a, b, c]) => {
        const number = 127 * 2 ** 24 + a * 2 ** 16 + b * 256 + c;
        const hex = number.toString(16);
        for (const host of [
          `127.${a}.${b}.${c}`,
          String(number),
          `0x${hex}`,
          `0177.${a}.${b}.${c}`,
          `127.${a}.${b * 256 + c}`,
          `[::ffff:${hex.slice(0, 4)}:${hex.slice(4)}]`,
          `[::ffff:127.${a}.${b}.${c}]`,
        ]) {
          expect(destinationProblem({ host })).toBeDefined();
        }
      },
    ),
  );
});

test('no text makes it throw', () => {
  fc.assert(fc.property(fc.string(), fc.integer(), (host, port) => void destinationProblem({ host, port })));
});
