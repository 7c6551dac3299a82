import type { Profile } from '@ingresskit/annotations';
import { parseManifests } from '@ingresskit/resources/yaml';
import { ingress } from '@ingresskit/testing';
import { toJSON } from 'ingresskit';
import { afterEach, describe, expect, it } from 'vitest';
import { everyProfile } from '../laws/law.ts';
import { attack, keyOn, type Site, siteOf } from './site.ts';

/** Full keys of the fields whose grammar reads so, one for each annotation that acts. */
function keysWhere(profile: Profile, accepts: (example: string, grammar: string) => boolean): readonly string[] {
  const keys: string[] = [];
  for (const family of profile.families) {
    for (const field of Object.values(family.fields)) {
      const key = field.freeAfter === undefined && accepts(field.example, field.codec.grammar) ? keyOn(profile, field.key) : undefined;
      if (key !== undefined) keys.push(key);
    }
  }
  return keys;
}

function isReported({ diagnostics }: Site, key: string): boolean {
  return diagnostics.some(({ data, path }) => data?.['annotation'] === key || path?.at(-1) === key);
}

/** Numbers of a table that are none. */
function oddNumbers(value: unknown, path = ''): readonly string[] {
  if (typeof value === 'number') return Number.isFinite(value) ? [] : [`${path}=${value}`];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, member]) => oddNumbers(member, `${path}.${name}`));
}

describe.each(everyProfile)('%s', (_, profile) => {
  // A37 asks it after every test.
  afterEach(() => {
    expect(Object.keys(Object.prototype)).toEqual([]);
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });

  describe('A34: true and false', () => {
    const keys = keysWhere(profile, (_example, grammar) => /^true or false|\btrue\b.*\bfalse\b/.test(grammar));
    const truth = ['1', 't', 'T', 'TRUE', 'true', 'True', '0', 'f', 'F', 'FALSE', 'false', 'False'];

    it('there are such annotations', () => expect(keys.length).toBeGreaterThan(2));

    it.each(['on', 'off', 'yes', 'no', '', ' true ', 'tRUE', '2', 'true,false', 'ｔｒｕｅ'])(
      '%j is none of them, and is reported',
      (text) => {
        for (const key of keys) expect(isReported(siteOf(profile, attack({ [key]: text })), key), key).toBe(true);
      },
    );

    it.each(truth)('%j is one of them', (text) => {
      for (const key of keys) expect(siteOf(profile, attack({ [key]: text })).codes, key).not.toContain('annotation/invalid-value');
    });

    it('on verifies and off does not, and nothing else is either', () => {
      const verify = keyOn(profile, 'proxy-ssl-verify') ?? '';
      const protocol = keyOn(profile, 'backend-protocol') ?? '';
      for (const text of ['true', 'TRUE', 'On', 'yes', '']) {
        const site = siteOf(profile, attack({ [protocol]: 'HTTPS', [verify]: text }));
        expect(isReported(site, verify), text).toBe(true);
      }
    });
  });

  describe('A35: numbers', () => {
    const keys = keysWhere(profile, (example, grammar) => /^[0-9]+$/.test(example) && !/list|status/.test(grammar));

    it('there are such annotations', () => expect(keys.length).toBeGreaterThan(4));

    it.each(['1.5', '٣', '0x10', '1e9', '99999999999999999999', '', '1 ', 'NaN', 'Infinity', '--1', '+', '１'])(
      '%j is none of them',
      (text) => {
        for (const key of keys) {
          const site = siteOf(profile, attack({ [key]: text }));
          expect(oddNumbers(toJSON(site.table)), key).toEqual([]);
          if (text.trim() === text) expect(isReported(site, key), key).toBe(true);
        }
      },
    );

    it.each(['-1', '0', '2147483648', '4294967296'])('%s is taken as it is, or reported', (text) => {
      for (const key of keys) {
        const site = siteOf(profile, attack({ [key]: text }));
        expect(oddNumbers(toJSON(site.table)), key).toEqual([]);
        if (site.decide('http://a.example/').kind === 'no-route') expect(isReported(site, key), key).toBe(true);
      }
    });
  });

  const update = keyOn(profile, 'request-header-control-update');
  describe.runIf(update !== undefined)('A36: headers', () => {
    const key = update ?? '';
    it.each([
      ['a carriage return', 'X-A a\rb'],
      ['a NUL', 'X-A a\u0000b'],
      ['the length of the body', 'Content-Length 5'],
      ['its coding', 'Transfer-Encoding chunked'],
      ['a part of the request line', ':path /admin'],
      ['a name that is none', 'X(A) a'],
      ['100 KB', `X-A ${'a'.repeat(100_000)}`],
    ])('%s is refused, with the annotation’s name and not the whole value', (_, value) => {
      const site = siteOf(profile, attack({ [key]: value }));
      expect(isReported(site, key)).toBe(true);
      for (const { message, help = '' } of site.diagnostics) expect(message.length + help.length).toBeLessThan(1500);
      const decision = site.decide('http://a.example/');
      const set = decision.kind === 'forward' ? (decision.upstream.headers.set ?? {}) : {};
      for (const name of ['content-length', 'transfer-encoding', ':path', 'x(a)']) expect(set).not.toHaveProperty([name]);
      for (const text of Object.values(set)) expect(text).not.toMatch(/[\r\n\u0000]/);
    });

    it('a line break begins another header, and host is the host that the backend sees', () => {
      const site = siteOf(profile, attack({ [key]: 'X-A a\nHost inner.example.com' }));
      expect(site.decide('http://a.example/')).toMatchObject({ upstream: { host: 'inner.example.com', headers: { set: { 'x-a': 'a' } } } });
    });
  });

  describe('A37: names of every object', () => {
    it.each(['__proto__', 'constructor', 'hasOwnProperty', 'toString'])('%s is a name like any other', (name) => {
      const prefix = profile.prefixes[0]?.prefix ?? '';
      const annotations = Object.fromEntries([
        [`${prefix}${name}`, 'polluted'],
        [name, 'polluted'],
        [keyOn(profile, 'session-cookie-name') ?? '', name],
        [keyOn(profile, 'affinity') ?? '', 'cookie'],
        [keyOn(profile, 'load-balance') ?? '', name],
      ]);
      const site = siteOf(profile, attack(annotations));
      expect(isReported(site, `${prefix}${name}`)).toBe(true);
      expect(site.decide({ url: 'http://a.example/', headers: { [name]: 'x', cookie: `${name}=x` } }).kind).toMatch(
        /forward|no-route|respond/,
      );
      expect(site.decide(`http://${name.toLowerCase().replaceAll('_', 'x')}/`).kind).not.toBe('redirect');
    });

    it('a ConfigMap with such a key is data', () => {
      const text = 'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: c }\ndata: { "__proto__.x": polluted, __proto__: polluted }\n';
      const { resources } = parseManifests(text, { file: 'c.yaml' });
      expect(siteOf(profile, ...resources, attack({})).decide('http://a.example/').kind).toBe('forward');
    });
  });

  describe('A38: sizes and hosts', () => {
    it('256 KiB of annotations are read', () => {
      const prefix = profile.prefixes[0]?.prefix ?? '';
      const many = Object.fromEntries(Array.from({ length: 1000 }, (_, index) => [`${prefix}unknown-${index}`, 'x'.repeat(230)]));
      const site = siteOf(profile, attack(many));
      expect(site.decide('http://a.example/').kind).toBe('forward');
      expect(site.codes.length).toBeGreaterThanOrEqual(1000);
    });

    it('1,000 names of one certificate are read', () => {
      const hosts = Array.from({ length: 1000 }, (_, index) => `h${index}.example`);
      const builder = ingress('attack')
        .host('h7.example')
        .path('/', 'web:80')
        .tls('web-tls', ...hosts);
      expect(siteOf(profile, builder.build()).decide('https://h7.example/').kind).toBe('forward');
    });

    it.each([
      'a.*.example',
      '*a.example',
      '*',
      'a..example',
      `${'a'.repeat(250)}.com`,
      'ехample.com',
      'a b.example',
      'a.example:80',
      '-a.example',
    ])('host %j is refused as Kubernetes refuses it, and its siblings live', (host) => {
      const odd = {
        ...ingress('odd').host('odd.example').path('/', 'web:80').build(),
        spec: {
          rules: [
            {
              host,
              http: { paths: [{ path: '/', pathType: 'Prefix' as const, backend: { service: { name: 'web', port: { number: 80 } } } }] },
            },
          ],
        },
      };
      const site = siteOf(profile, odd, attack({}));
      expect(site.diagnostics.some(({ object, severity }) => object?.name === 'odd' && severity === 'error')).toBe(true);
      expect(site.decide('http://a.example/').kind).toBe('forward');
    });

    // Kubernetes bounds the name, and not its labels.
    it.each(['xn--80ak6aa92e.example', `${'a'.repeat(64)}.example`])('host %j is accepted as Kubernetes accepts it', (host) => {
      const site = siteOf(profile, ingress('attack').host(host).path('/', 'web:80').build());
      expect(site.decide(`http://${host}/`).kind).toBe('forward');
    });
  });
});

describe('A41: documents', () => {
  const fine = 'apiVersion: v1\nkind: Service\nmetadata: { name: web }\nspec: { ports: [{ port: 80 }] }\n';
  const laughs = [
    'a: &a [x,x,x,x,x,x,x,x,x]',
    ...['b', 'c', 'd', 'e', 'f', 'g', 'h', 'i'].map(
      (name, index) => `${name}: &${name} [${Array.from({ length: 9 }, () => `*${'abcdefgh'[index]}`).join(',')}]`,
    ),
  ].join('\n');

  it.each([
    ['aliases of aliases', laughs],
    ['10,000 levels', `${'['.repeat(10_000)}${']'.repeat(10_000)}`],
    ['10,000 levels of JSON', `${'{"a":'.repeat(10_000)}1${'}'.repeat(10_000)}`],
    ['a key twice', 'apiVersion: v1\nkind: Service\nkind: Secret\nmetadata: { name: x }'],
  ])('%s are refused, and the next document is read', (_, text) => {
    const { resources, diagnostics } = parseManifests(`${text}\n---\n${fine}`, { file: 'bomb.yaml' });
    expect(diagnostics.some(({ severity }) => severity === 'error')).toBe(true);
    expect(resources.map(({ kind, metadata }) => `${kind} ${metadata.name}`)).toContain('Service web');
  });

  it('ten mebibytes of a ConfigMap are read, or refused in words', () => {
    const text = `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: c }\ndata: { a: "${'x'.repeat(10 * 1024 * 1024)}" }\n`;
    const { resources, diagnostics } = parseManifests(text, { file: 'big.yaml' });
    expect(resources.length + diagnostics.length).toBeGreaterThan(0);
    for (const { message } of diagnostics) expect(message.length).toBeLessThan(2000);
  });
});
