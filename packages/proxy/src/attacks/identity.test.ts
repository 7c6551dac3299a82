import { addressSet } from '@ingresskit/annotations';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { clientAddress } from '../gate/client-address.ts';
import type { Echo } from '../testing/backend.ts';
import { ingressYaml, serviceYaml } from '../testing/harness.ts';
import { type Guarded, guardedManifests, request, startGuarded } from './guarded.ts';

let plain: Guarded;
let trusting: Guarded;
beforeAll(async () => {
  plain = await startGuarded();
  trusting = await startGuarded({ trustedProxies: ['127.0.0.0/8', '10.0.0.0/8'] });
});
afterAll(async () => {
  await plain.close();
  await trusting.close();
});

async function echoOf(guarded: Guarded, lines: readonly string[]): Promise<Echo> {
  const { status, body, text } = await guarded.send(request(lines, '', 'GET'));
  expect(status, text).toBe(200);
  return JSON.parse(body) as Echo;
}

describe('A23: what Connection names', () => {
  it('protected headers survive, the others go, and so do headers of the connection', async () => {
    const { headers } = await echoOf(plain, [
      'Connection: close, X-Forwarded-For, Authorization, X-Real-Ip, Cookie, X-Mine, Host',
      'Authorization: Basic eDp5',
      'Cookie: a=b',
      'X-Mine: 1',
      'Keep-Alive: 5',
      'Proxy-Authorization: x',
      'Proxy-Connection: keep-alive',
      'TE: trailers',
      'Trailer: X-T',
    ]);
    expect(headers).toMatchObject({
      authorization: 'Basic eDp5',
      cookie: 'a=b',
      'x-forwarded-for': '127.0.0.1',
      'x-real-ip': '127.0.0.1',
      host: 'a.example',
    });
    for (const name of ['x-mine', 'keep-alive', 'proxy-authorization', 'proxy-connection', 'te', 'trailer'])
      expect(headers).not.toHaveProperty(name);
    expect(headers['connection']).toBe('keep-alive');
  });

  it.each(['X-Foo', 'close,x-foo', 'upgrade'])('a short list counts as well: %s', async (list) => {
    const { headers } = await echoOf(plain, [`Connection: ${list}`, 'X-Foo: 1', 'X-Bar: 1']);
    expect(headers['x-foo']).toBe(list === 'upgrade' ? '1' : undefined);
    expect(headers['x-bar']).toBe('1');
  });
});

describe('a header that a policy sets', () => {
  it('has no second spelling beside it', async () => {
    const annotations = {
      'mse.ingress.kubernetes.io/request-header-control-update': 'x-user admin',
      'mse.ingress.kubernetes.io/request-header-control-remove': 'x-role',
    };
    const editing = await startGuarded(
      { underscores: 'keep' },
      ingressYaml('web', 'a.example', { '/': 'web' }, annotations) + serviceYaml('web'),
    );
    try {
      const lies = ['X.User: evil', 'X_User: evil', 'X-User: evil', 'X.Role: root', 'x_role: root', 'X-Role: root', 'X.Other: kept'];
      const { headers } = await echoOf(editing, lies);
      expect(headers['x-user']).toBe('admin');
      expect(headers['x.other']).toBe('kept');
      expect(Object.keys(headers).filter((name) => /^x.(?:user|role)$/.test(name))).toEqual(['x-user']);
    } finally {
      await editing.close();
    }
  });
});

describe('A25: forwarded headers of strangers', () => {
  const lies = [
    'X-Forwarded-For: 1.2.3.4',
    'X-Forwarded-Proto: https',
    'X-Forwarded-Host: evil.example',
    'X-Forwarded-Port: 1',
    'X-Forwarded-Prefix: /x',
    'X-Forwarded-Uri: /admin',
    'X-Forwarded-Method: GET',
    'Forwarded: for=1.2.3.4',
    'X-Real-IP: 1.2.3.4',
    'X-Envoy-External-Address: 1.2.3.4',
    'X-Envoy-Internal: true',
    'X-Original-URL: /admin',
    'X-Request-Id: forged',
  ];
  const spellings = [
    'X_Forwarded_For: 1.2.3.4',
    'X_Real_IP: 1.2.3.4',
    'X.Forwarded.For: 1.2.3.4',
    'X-Forwarded_Proto: https',
    'X.Real.IP: 1.2.3.4',
    'x_envoy_internal: true',
    'X_Other: 1',
  ];

  it('are overwritten or dropped, in every spelling', async () => {
    const echo = await echoOf(plain, [...lies, ...spellings]);
    expect(JSON.stringify(echo.headers)).not.toMatch(/1\.2\.3\.4|evil|\/admin|forged|_/);
    expect(echo.headers).toMatchObject({
      'x-forwarded-for': '127.0.0.1',
      'x-forwarded-proto': 'http',
      'x-forwarded-host': 'a.example',
      'x-forwarded-port': String(plain.running.port),
      'x-real-ip': '127.0.0.1',
    });
    for (const name of ['forwarded', 'x-forwarded-prefix', 'x-forwarded-uri', 'x-envoy-internal', 'x-original-url'])
      expect(echo.headers).not.toHaveProperty(name);
  });

  it('are believed from a trusted proxy, which still cannot use other spellings', async () => {
    const { headers } = await echoOf(trusting, [...lies, ...spellings]);
    expect(headers).toMatchObject({
      'x-forwarded-for': '1.2.3.4, 127.0.0.1',
      'x-forwarded-proto': 'https',
      'x-forwarded-host': 'evil.example',
      'x-request-id': 'forged',
    });
    expect(Object.keys(headers).filter((name) => /[_.]/.test(name))).toEqual([]);
  });
});

describe('A26: the client behind proxies', () => {
  const trusted = addressSet(['10.0.0.0/8', '2001:db8::/32']);
  const cases: readonly (readonly [string, string | undefined, string, string])[] = [
    ['an untrusted peer', '1.2.3.4', '203.0.113.9', '203.0.113.9'],
    ['no header', undefined, '10.0.0.1', '10.0.0.1'],
    ['the right-most that is not trusted', '9.9.9.9, 1.2.3.4, 10.0.0.2', '10.0.0.1', '1.2.3.4'],
    ['all trusted: the left-most', '10.0.0.9, 10.0.0.2', '10.0.0.1', '10.0.0.9'],
    ['garbage stops the search', '1.2.3.4, nonsense, 10.0.0.2', '10.0.0.1', '10.0.0.2'],
    ['an IPv6 zone is garbage', 'fe80::1%eth0', '10.0.0.1', '10.0.0.1'],
    ['a port', '1.2.3.4:5678', '10.0.0.1', '1.2.3.4'],
    ['IPv6 with brackets and port', '[2001:db9::1]:5678', '10.0.0.1', '2001:db9::1'],
    ['a mapped address', '::ffff:1.2.3.4', '10.0.0.1', '1.2.3.4'],
    ['empty', '', '10.0.0.1', '10.0.0.1'],
    ['commas', ',,,', '10.0.0.1', '10.0.0.1'],
    ['a leading zero is garbage', '010.1.1.1', '10.0.0.1', '10.0.0.1'],
  ];
  it.each(cases)('%s', (_, header, peer, expected) => {
    expect(clientAddress(peer, header, trusted)).toBe(expected);
  });

  it('looks at no more than 100 hops of a thousand', () => {
    const hops = Array.from({ length: 1_000 }, (_, index) => `10.1.${index >> 8}.${index & 255}`);
    expect(clientAddress('10.0.0.1', ['1.2.3.4', ...hops].join(', '), trusted)).toBe(hops[900]);
  });
});

describe('A27: address lists', () => {
  it('see the address behind an IPv4-mapped one, and spoofed headers do not help', async () => {
    const lists = ingressYaml('web', 'a.example', { '/': 'web' }, { 'whitelist-source-range': '203.0.113.0/24' }) + serviceYaml('web');
    const closed = await startGuarded({}, lists);
    const open = await startGuarded({ trustedProxies: ['127.0.0.1/32'] }, lists);
    const lie = request(['X-Forwarded-For: 203.0.113.7'], '', 'GET');
    expect(await closed.send(lie)).toMatchObject({ status: 403 });
    expect(await open.send(lie)).toMatchObject({ status: 200 });
    expect(await open.send(request(['X-Forwarded-For: ::ffff:203.0.113.7'], '', 'GET'))).toMatchObject({ status: 200 });
    expect(await open.send(request(['X-Forwarded-For: 203.0.113.7, 198.51.100.1'], '', 'GET'))).toMatchObject({ status: 403 });
    await closed.close();
    await open.close();
  });

  it.each(['0x7f.1', '010.0.0.0/8', '10.0.0.0/33', 'nonsense'])('that cannot be read close the route: %s', async (range) => {
    const closed = await startGuarded(
      {},
      ingressYaml('web', 'a.example', { '/': 'web' }, { 'whitelist-source-range': range }) + serviceYaml('web'),
    );
    expect(await closed.send(request([], '', 'GET'))).toMatchObject({ status: 503 });
    expect(closed.backend.seen).toHaveLength(0);
    await closed.close();
  });
});

describe('A28: basic authentication', () => {
  const ask = (value: string): Promise<{ readonly status: number }> =>
    plain.send(request([`Authorization: ${value}`], '', 'GET', '/admin'));
  it.each([
    ['bad base64', 'Basic !!!!'],
    ['no colon', `Basic ${Buffer.from('alice').toString('base64')}`],
    ['NUL', `Basic ${Buffer.from('alice\0:secret').toString('base64')}`],
    ['another scheme', 'Bearer x'],
    ['empty', 'Basic'],
    ['an unknown user', `Basic ${Buffer.from('bob:secret').toString('base64')}`],
  ])('%s', async (_, value) => {
    expect(await ask(value)).toMatchObject({ status: 401 });
  });
  it('a very long header', async () => {
    expect(await ask(`Basic ${'A'.repeat(16_000)}`)).toMatchObject({ status: 401 });
    expect(await ask(`Basic ${'A'.repeat(1_000_000)}`)).toMatchObject({ status: 431 });
  });
  it('a Secret whose only hash would cost minutes closes the route', async () => {
    const costly = guardedManifests.replace(
      '{SHA}5en6G6MezRroT3XKqkdPOmY/BfQ=',
      '$2y$31$abcdefghijklmnopqrstuuabcdefghijklmnopqrstuuabcdefghijklm',
    );
    const closed = await startGuarded({}, costly);
    expect(
      await closed.send(request([`Authorization: Basic ${Buffer.from('alice:x').toString('base64')}`], '', 'GET', '/admin')),
    ).toMatchObject({ status: 503 });
    await closed.close();
  });
  it('passwords of requests that follow each other are remembered, wrong ones are not let in', async () => {
    const right = `Basic ${Buffer.from('alice:secret').toString('base64')}`;
    const wrong = `Basic ${Buffer.from('alice:secreT').toString('base64')}`;
    for (const [value, status] of [
      [right, 200],
      [wrong, 401],
      [right, 200],
      [wrong, 401],
    ] as const)
      expect(await ask(value)).toMatchObject({ status });
  });
});
