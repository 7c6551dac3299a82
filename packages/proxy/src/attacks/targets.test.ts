import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Echo } from '../testing/backend.ts';
import { type Guarded, request, startGuarded } from './guarded.ts';

let guarded: Guarded;
beforeAll(async () => {
  guarded = await startGuarded();
});
afterAll(() => guarded.close());

async function expectRefused(bytes: string, statuses: readonly number[]): Promise<void> {
  let answer: Awaited<ReturnType<Guarded['send']>> | undefined;
  const reached = await guarded.reached(async () => {
    answer = await guarded.send(bytes);
  });
  expect(statuses, answer?.text).toContain(answer?.status);
  expect(reached).toBe(0);
}

describe('A07: Host', () => {
  it.each([
    ['two', 'Host: a.example\r\nHost: a.example'],
    ['two, differing', 'Host: a.example\r\nHost: b.example'],
    ['none', 'X: y'],
    ['empty', 'Host:'],
    ['a blank inside', 'Host: a b'],
    ['user information', 'Host: a@a.example'],
    ['a slash', 'Host: a.example/x'],
    ['a list', 'Host: a.example, b.example'],
    ['a port with a letter', 'Host: a.example:80x'],
    ['a port too large', 'Host: a.example:99999'],
    ['an IPv6 zone', 'Host: [fe80::1%25eth0]'],
    ['bytes above ASCII', 'Host: \xe4.example'],
    ['a percent triplet', 'Host: a%2eexample'],
  ])('%s', async (_, line) => {
    await expectRefused(`GET / HTTP/1.1\r\n${line}\r\n\r\n`, [400]);
  });
});

describe('A08: absolute form', () => {
  it('another host than Host', () => expectRefused('GET http://b.example/ HTTP/1.1\r\nHost: a.example\r\n\r\n', [400]));
  it('user information', () => expectRefused('GET http://u@a.example/ HTTP/1.1\r\nHost: a.example\r\n\r\n', [400]));
  it('another scheme', () => expectRefused('GET ftp://a.example/ HTTP/1.1\r\nHost: a.example\r\n\r\n', [400]));
  it.each(['Host: a.example\r\nHost: a.ex\xe9mple', 'Host: a.ex\xe9mple\r\nHost: a.example', 'Host: a.example\r\nContent-Length: \xb2'])(
    'bytes outside ASCII in what says where a message goes or ends: %j',
    (lines) => expectRefused(`GET / HTTP/1.1\r\n${lines}\r\n\r\n`, [400]),
  );
  it('the same host is served, and sent on in origin form', async () => {
    const { status, body } = await guarded.send('GET http://a.example/x?y HTTP/1.1\r\nHost: a.example\r\n\r\n');
    expect(status).toBe(200);
    expect(JSON.parse(body)).toMatchObject({ url: '/x?y', headers: { host: 'a.example' } });
  });
});

describe('A09: versions', () => {
  it('HTTP/0.9', () => expectRefused('GET /\r\n\r\n', [0, 400]));
  it('HTTP/2.0 in text', () => expectRefused('GET / HTTP/2.0\r\nHost: a.example\r\n\r\n', [505]));
  it('HTTP/1.2', () => expectRefused('GET / HTTP/1.2\r\nHost: a.example\r\n\r\n', [400, 505]));
  it('HTTP/3.0', () => expectRefused('GET / HTTP/3.0\r\nHost: a.example\r\n\r\n', [400, 505]));
  it('PRI in the middle of a connection', async () => {
    const answer = await guarded.send('GET / HTTP/1.1\r\nHost: a.example\r\n\r\nPRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', 2);
    expect(answer.closed).toBe(true);
    expect(answer.text.match(/HTTP\/1\.1 200/g)?.length ?? 0).toBeLessThanOrEqual(1);
  });
});

describe('A10: methods', () => {
  it('CONNECT', () => expectRefused('CONNECT a.example:80 HTTP/1.1\r\nHost: a.example\r\n\r\n', [405]));
  it('TRACE', () => expectRefused(request([], '', 'TRACE'), [405]));
  it('GET *', () => expectRefused(request([], '', 'GET', '*'), [400]));
  it('OPTIONS *', () => expectRefused(request([], '', 'OPTIONS', '*'), [204]));
  it('lower case', () => expectRefused(request([], '', 'get'), [400]));
  it('unknown', () => expectRefused(request([], '', 'BREW'), [400, 501]));
});

describe('A11: characters of the target', () => {
  it.each(['/a#b', '/a b', '/a\tb', '/a\rb', '/\xe4', '/a\x7f', '/%zz', '/%', '/%00', '/a%00b', '/a%2', 'a', '//'])(
    '%j',
    async (target) => {
      const answer = await guarded.send(`GET ${target} HTTP/1.1\r\nHost: a.example\r\n\r\n`);
      if (target === '//') {
        // Two slashes are a path in the twin: one that stays a path.
        expect(JSON.parse(answer.body)).toMatchObject({ url: '//', headers: { host: 'a.example' } });
      } else expect(answer.status, answer.text).toBe(400);
    },
  );
});

describe('A12: spellings of a guarded path', () => {
  const spellings = [
    '/admin',
    '/admin/x',
    '/x/../admin',
    '/x/%2e%2e/admin',
    '/x/%2E./admin',
    '/./admin',
    '/%2e/admin',
    '/%61dmin',
    '/%61%64%6D%69%6e',
    '/\\admin',
    '/x\\..\\admin',
    '/%5cadmin',
    '/x%5c..%5cadmin',
    '/x%2f..%2fadmin',
    '/x/..%2fadmin',
    '/x/..;/admin',
    '/x/%2e%2e;/admin',
    '/x/..%3b/admin',
    '/.;/admin',
    '/admin?x',
    '/admin%3fx',
    '//admin',
  ];
  it.each(spellings)('%s', async (target) => {
    const before = guarded.backend.seen.length;
    const { status } = await guarded.send(`GET ${target} HTTP/1.1\r\nHost: a.example\r\n\r\n`);
    const reached = guarded.backend.seen.slice(before).map(({ url }) => url ?? '');
    expect([200, 400, 401, 404]).toContain(status);
    // What reached the backend without a password is not below /admin in any reading but the twin's own, which does not merge slashes.
    for (const url of reached) expect(pathsOf(url), url).not.toContain('/admin');
  });

  /** The path as a backend may read it: as it is, decoded once, with parameters cut, and with backslashes as slashes. */
  function pathsOf(url: string): string[] {
    const [path = ''] = url.split('?');
    const decoded = decodeURIComponent(path.replaceAll(/%(?![0-9a-f]{2})/gi, '%25'));
    return [path, decoded, decoded.replaceAll('\\', '/')].map((text) => {
      const resolved: string[] = [];
      for (const segment of text.split('/').slice(1)) {
        const [name = ''] = segment.split(';');
        if (name === '..') resolved.pop();
        else if (name !== '.') resolved.push(name);
      }
      return text.startsWith('//') ? text : `/${resolved.join('/')}`;
    });
  }

  it('the right password lets in', async () => {
    const authorization = `Basic ${Buffer.from('alice:secret').toString('base64')}`;
    expect(await guarded.send(request([`Authorization: ${authorization}`], '', 'GET', '/admin'))).toMatchObject({ status: 200 });
    expect(
      await guarded.send(request([`Authorization: Basic ${Buffer.from('alice:wrong').toString('base64')}`], '', 'GET', '/admin')),
    ).toMatchObject({ status: 401 });
  });
});

describe('A22: sizes', () => {
  const filler = (count: number): string[] => Array.from({ length: count }, (_, index) => `x-${index}: y`);
  it('100 headers pass, 101 do not', async () => {
    // Host is one of them.
    expect(await guarded.send(request(filler(99), '', 'GET'))).toMatchObject({ status: 200 });
    await expectRefused(request(filler(100), '', 'GET'), [431]);
    await expectRefused(request(filler(1_000), '', 'GET'), [431]);
    await expectRefused(request(filler(9_000), '', 'GET'), [431]);
  });
  it('60 KiB pass, a byte more does not', async () => {
    const host = 'host: a.example\r\n'.length;
    const line = (bytes: number): string => `x-a: ${'y'.repeat(bytes - 7)}`;
    const full = (last: number): string => request([line(16_384), line(16_384), line(16_384), line(last)], '', 'GET');
    const room = 61_440 - 3 * 16_384 - host;
    expect(await guarded.send(full(room))).toMatchObject({ status: 200 });
    await expectRefused(full(room + 1), [431]);
    await expectRefused(request([line(16_385)], '', 'GET'), [431]);
    await expectRefused(
      request(
        Array.from({ length: 7 }, () => line(16_000)),
        '',
        'GET',
      ),
      [431],
    );
  });
  it('a URL of 8 KiB passes, a byte more does not', async () => {
    const target = (bytes: number): string => `/${'a'.repeat(bytes - 1)}`;
    const around = 'http://a.example'.length;
    expect(await guarded.send(request([], '', 'GET', target(8_192 - around)))).toMatchObject({ status: 200 });
    await expectRefused(request([], '', 'GET', target(8_193 - around)), [414]);
    await expectRefused(request([], '', 'GET', target(9_216)), [414]);
  });
  it('256 crumbs of cookies pass', async () => {
    const cookies = (count: number): string[] => Array.from({ length: count }, (_, index) => `cookie: c${index}=1`);
    const { status, body } = await guarded.send(request(cookies(256), '', 'GET'));
    expect(status).toBe(200);
    expect((JSON.parse(body) as Echo).rawHeaders.filter((name) => name.toLowerCase() === 'cookie')).toHaveLength(1);
    await expectRefused(request(cookies(257), '', 'GET'), [431]);
  });
});
