import type { Ingress } from '@ingresskit/resources';
import fc from 'fast-check';
import { oneOf } from '../generate/names.ts';
import { annotation } from './annotations.ts';
import { passwords } from './cluster.ts';
import type { SceneRequest } from './scene.ts';

/** Hosts in every spelling that names one of the rules, and others. */
const hostLines: readonly string[] = [
  'a.example',
  'a.example',
  'a.example',
  'A.Example',
  'a.example:80',
  'a.example:8443',
  'a.example.',
  'A.EXAMPLE.:81',
  'b.example',
  'x.b.example',
  'y.b.example',
  'Y-1_z.b.example',
  'y.x.b.example',
  'z.example',
  'example',
  'unknown.test',
  '10.0.0.1',
  '10.0.0.1:80',
  '[::1]',
  '[::1]:8080',
];

const oddHosts: readonly (readonly string[])[] = [
  [],
  [''],
  ['a.example', 'a.example'],
  ['a.example', 'b.example'],
  ['a..example'],
  ['a.example/x'],
  ['a.example:'],
  ['a.example:http'],
  ['a@b.example'],
  ['a b'],
  ['.a.example'],
  ['a.example..'],
  ['*.b.example'],
];

/** Requests that the paths of rules mean, and their neighbours. */
const targets: readonly string[] = [
  '/',
  '/a',
  '/a/',
  '/a/b',
  '/a/b/',
  '/a/b/c/d',
  '/ab',
  '/abc',
  '/A',
  '/A/B',
  '/a.b',
  '/axb',
  '/a.bc',
  '/a-b',
  '/a_b/x',
  '/a_b/x/',
  '/b/c',
  '/foo',
  '/foo/',
  '/FOO/x',
  '/foobar',
  '/foo/bar',
  '/foo/bar/',
  '/foo/bar/bar',
  '/foo/bar/abc',
  '/foo/bar/baz',
  '/foo/bar/baz/qux',
  '/foo/1/edit',
  '/Foo/ABC',
  '/foo/abc/9',
  '/id/1',
  '/id/12x',
  '/id/',
  '/v1/x/y',
  '/v3/x',
  '/x/z',
  '/x/y/z',
  '/files/p.q.png',
  '/files/p.gif',
  '/a/bc',
  '/a/c',
  '/a/12',
  '/aab',
  '/index.html',
  '/index.html/',
  '/.well-known/acme-challenge',
  '/.well-known/acme-challenge/t0',
  '/zzz',
  '/home',
  '/a+b',
  '/a(b',
  "/a'b",
  '/a$b',
  '/a;b',
  '/a*',
  '/~a',
  '/a=b',
  '/a:b@c',
  '/a,b',
  '/a!b',
];

/** The same in other spellings, and what looks like it. */
const spellings: readonly ((target: string) => string)[] = [
  (target) => target,
  (target) => target,
  (target) => `${target}/`,
  (target) => `${target}/x`,
  (target) => `${target}x`,
  (target) => target.replace(/\/$/, ''),
  (target) => target.replace('/', '//'),
  (target) => target.replace(/(.)\//, '$1//'),
  (target) => target.replace(/(.)\//, '$1/./'),
  (target) => target.replace(/(.)\//, '$1/y/../'),
  (target) => `/y/..${target}`,
  (target) => `${target}/..`,
  (target) => `${target}/../..`,
  (target) => `${target}/.`,
  (target) => target.replace(/[a-z]/, (letter) => `%${letter.charCodeAt(0).toString(16)}`),
  (target) => target.replace(/(.)\//, '$1%2F'),
  (target) => target.replace(/(.)\//, '$1%2f%2F'),
  (target) => target.replace(/[.]/, '%2E'),
  (target) => `${target}/%2e%2E/x`,
  (target) => target.toUpperCase(),
  (target) => target.toLowerCase(),
  (target) => `${target}%20y`,
  (target) => `${target}/%C3%BC`,
  (target) => `${target}/c%20d%25%3Fe%23`,
  (target) => `${target}/%7Bx%7D|y^z"<>`,
  (target) => `${target}%22`,
  (target) => `${target}%5Cx`,
  (target) => `${target}\\x`,
  (target) => `${target}/..;/x`,
  (target) => `${target}%0A`,
  (target) => `${target}%00`,
  (target) => `${target}%zz`,
  (target) => `${target}#f`,
  (target) => `${target}/...`,
  (target) => `${target}/..x`,
];

const queries: readonly string[] = ['', '', '', '?', '?k=v', '?k=v/', '?next=/a/../b%2F&x=%20', '??a=b?c', '?a/'];

/** Methods that gateways refuse, or do not know, now and then. */
const method = fc.oneof(
  { weight: 30, arbitrary: oneOf(['GET', 'GET', 'HEAD', 'POST', 'OPTIONS', 'PUT', 'DELETE', 'PATCH', 'PROPFIND']) },
  { weight: 1, arbitrary: oneOf(['TRACE', 'CONNECT', 'get', 'BREW']) },
);

function basic(user: string, password: string): readonly [string, string] {
  return ['Authorization', `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`];
}

const credentials: readonly (readonly [string, string])[] = [
  ...Object.entries(passwords).map(([user, password]) => basic(user, password)),
  basic('alice', 'wrong'),
  basic('alice', ''),
  basic('nobody', 'secret'),
  basic('', ''),
  basic('alice', 'open sesame:more'),
  ['authorization', `bAsIc   ${Buffer.from('bob:secret').toString('base64')}`],
  ['Authorization', `Basic ${Buffer.from('bob:secret').toString('base64')}`.replace(/=+$/, '')],
  ['Authorization', `Basic ${Buffer.from('bob').toString('base64')}`],
  ['Authorization', 'Basic'],
  ['Authorization', 'Basic !!!!'],
  ['Authorization', 'Bearer abc'],
  ['Authorization', ''],
];

const forwarded: readonly (readonly [string, string])[] = [
  ['X-Forwarded-For', '203.0.113.9, 10.0.0.1'],
  ['X-Forwarded-Host', 'evil.example'],
  ['X-Forwarded-Proto', 'https'],
  ['X-Forwarded-Port', '1'],
  ['X-Real-IP', '203.0.113.9'],
  ['X-Scheme', 'gopher'],
  ['X-Forwarded-Prefix', '/theirs'],
  ['X-Original-Forwarded-For', '203.0.113.1'],
  ['Proxy', 'http://evil.example'],
  ['X-Probe', 'a b'],
];

const sources = oneOf(['127.0.0.1', '127.0.0.1', '127.0.0.2', '127.0.0.3']);

/** Nothing in it that a careful gateway refuses before it counts. */
function isCountedByAll({ method, target, hosts }: SceneRequest): boolean {
  const path = target.split('?', 1)[0] ?? '';
  return (
    !['TRACE', 'CONNECT', 'BREW', 'get'].includes(method) &&
    !/\\|%5c|#|;|%3b|%00|%zz/i.test(path) &&
    hosts.length === 1 &&
    hostLines.includes(hosts[0] ?? '')
  );
}

/** Requests for a scene: its own paths, their neighbours, and what every gateway must survive. */
export function requestsFor(ingresses: readonly Ingress[], count: number): fc.Arbitrary<readonly SceneRequest[]> {
  const own = ingresses.flatMap(({ spec }) =>
    (spec?.rules ?? []).flatMap(({ http }) => (http?.paths ?? []).map(({ path }) => path ?? '/')),
  );
  const texts = own.filter((text) => /^\/[!-~]*$/.test(text) && !text.includes('?'));
  const aimed =
    texts.length === 0 ? oneOf(targets) : fc.oneof({ weight: 2, arbitrary: oneOf(targets) }, { weight: 1, arbitrary: oneOf(texts) });
  const request = fc
    .record({
      method,
      target: fc.tuple(
        aimed,
        fc.oneof({ weight: 2, arbitrary: oneOf([(text: string) => text]) }, { weight: 3, arbitrary: oneOf(spellings) }),
        oneOf(queries),
      ),
      hosts: fc.oneof({ weight: 14, arbitrary: oneOf(hostLines).map((host) => [host]) }, { weight: 1, arbitrary: oneOf(oddHosts) }),
      source: sources,
      credential: fc.option(oneOf(credentials), { freq: 2 }),
      forwarded: fc.uniqueArray(oneOf(forwarded), { maxLength: 2, selector: ([name]) => name }),
    })
    .map(({ method: sent, target: [text, spell, query], hosts, source, credential, forwarded: more }) => {
      const spelled = spell(text);
      return {
        method: sent,
        target: `${spelled.startsWith('/') ? spelled : `/${spelled}`}${query}`,
        hosts,
        source,
        headers: credential === null ? more : [credential, ...more],
      };
    });
  // Requests that only one of two gateways counts would make everything after them differ.
  const counted = ingresses.some((ingress) => annotation(ingress, 'limit-rpm') !== undefined) ? request.filter(isCountedByAll) : request;
  return fc.array(counted, { minLength: count, maxLength: count });
}
