import { ingress, secret, service } from '@ingresskit/testing';
import { describe, expect, it } from 'vitest';
import { everyProfile } from '../laws/law.ts';
import { attack, keyOn, siteOf, spelt } from './site.ts';

const forbidden = [
  '127.0.0.1',
  'localhost',
  '169.254.169.254',
  '[::1]',
  '[::ffff:169.254.169.254]',
  '2130706433',
  '0x7f000001',
  '0177.0.0.1',
  'kubernetes.default.svc',
  'web.other.svc.cluster.local',
  'metadata.google.internal',
];

describe.each(everyProfile)('%s', (_, profile) => {
  describe('A31: places that only the gateway reaches', () => {
    it.each(forbidden)('no copy goes to %s', (host) => {
      for (const [name, value] of [
        ['mirror-target-fqdn', host],
        ['mirror-target', `http://${host}/`],
      ] as const) {
        const annotations = spelt(profile, { [name]: value });
        if (annotations === undefined) continue;
        const site = siteOf(profile, attack(annotations));
        const decision = site.decide('http://a.example/');
        expect(decision.kind === 'forward' ? decision.policies['mirror'] : undefined, name).toBeUndefined();
        expect(site.codes.length, name).toBeGreaterThan(0);
      }
    });

    it.each(forbidden)('no authentication service is at %s', (host) => {
      const annotations = spelt(profile, { 'auth-url': `http://${host}/check` });
      if (annotations === undefined) return;
      const asked: string[] = [];
      const site = siteOf(profile, attack(annotations));
      const decision = site.decide('http://a.example/', {
        answer: (question) => {
          asked.push(question.kind);
          return { status: 200, headers: {} };
        },
      });
      expect(asked).toEqual([]);
      expect(decision.kind).not.toBe('forward');
    });
  });

  describe('A32: objects of another namespace', () => {
    const refusals: readonly (readonly [string, Readonly<Record<string, string>>])[] = [
      ['auth-secret', { 'auth-type': 'basic', 'auth-secret': 'other/users' }],
      ['auth-tls-secret', { 'auth-tls-secret': 'other/ca' }],
      ['proxy-ssl-secret', { 'backend-protocol': 'HTTPS', 'proxy-ssl-secret': 'other/client' }],
    ];
    const strangers = [
      secret('other/users', { auth: 'alice:{SHA}/vNB+F2HQ559kaLUZbmHHvZrXpg=\n' }),
      secret('other/ca', { 'ca.crt': 'x' }),
      secret('other/client', { 'tls.crt': 'x', 'tls.key': 'y' }),
      service('other/spare'),
    ];

    it.each(refusals)('%s: the route is closed', (_, annotations) => {
      const site = siteOf(profile, attack(spelt(profile, annotations) ?? {}), ...strangers);
      expect(site.decide('https://a.example/')).toMatchObject({ kind: 'respond', reason: 'denied' });
      expect(site.codes.length).toBeGreaterThan(0);
    });

    it.each(['default-backend', 'mirror-target-service'])('%s: the Service is not used', (name) => {
      const annotations = spelt(profile, { [name]: 'other/spare' });
      if (annotations === undefined) return;
      const site = siteOf(profile, attack(annotations), ...strangers);
      expect(JSON.stringify(site.decide('http://a.example/'))).not.toContain('spare');
    });

    it.runIf(keyOn(profile, 'destination') !== undefined)('destination: the Service is not used', () => {
      const key = keyOn(profile, 'destination') ?? '';
      const site = siteOf(profile, attack({ [key]: '100% spare.other:80' }), ...strangers);
      expect(JSON.stringify(site.decide('http://a.example/'))).not.toContain('spare');
      expect(site.codes.some((code) => code.startsWith('destination/'))).toBe(true);
    });

    it('a certificate with a slash in its name is no certificate of another namespace', () => {
      const sneaky = ingress('attack').host('a.example').path('/', 'web:80').tls('other/client', 'a.example').build();
      const site = siteOf(profile, sneaky, ...strangers);
      const tls = site.table.hosts.get('a.example')?.tls;
      expect(tls?.secret.namespace ?? 'default').toBe('default');
      expect(tls?.found ?? false).toBe(false);
      expect(site.codes.length).toBeGreaterThan(0);
    });
  });

  describe('A39: two of everything', () => {
    const old = ingress('one/web').host('a.example').path('/', 'web:80').createdAt('2026-01-01T00:00:00Z');
    const young = ingress('two/web').host('a.example').path('/', 'web:80').createdAt('2026-01-02T00:00:00Z');

    it('the oldest has the path, in whatever order they come, and the other is told', () => {
      const objects = [old.build(), young.build(), service('one/web'), service('two/web')];
      for (const resources of [objects, objects.toReversed()]) {
        const site = siteOf(profile, ...resources);
        expect(site.decide('http://a.example/')).toMatchObject({ backend: { namespace: 'one' } });
        const reports = site.diagnostics.filter(({ object, severity }) => severity !== 'info' && object?.kind === 'Ingress');
        expect(reports.map(({ object }) => object?.namespace)).toEqual(['two']);
      }
    });

    it('of two certificates the older holds', () => {
      const objects = [
        old.tls('old', 'a.example').build(),
        ingress('two/web').host('a.example').path('/two', 'web:80').createdAt('2026-01-02T00:00:00Z').tls('new', 'a.example').build(),
        secret('one/old', { 'tls.crt': 'x', 'tls.key': 'y' }),
        secret('two/new', { 'tls.crt': 'x', 'tls.key': 'y' }),
      ];
      for (const resources of [objects, objects.toReversed()]) {
        expect(siteOf(profile, ...resources).table.hosts.get('a.example')?.tls?.secret).toEqual({ namespace: 'one', name: 'old' });
      }
    });

    it('client certificates that one of them demands are demanded of the whole host', () => {
      const ca = keyOn(profile, 'auth-tls-secret') ?? '';
      const strict = ingress('two/web')
        .host('a.example')
        .path('/two', 'web:80')
        .createdAt('2026-01-02T00:00:00Z')
        .annotate({ [ca]: 'two/missing-cacert' })
        .build();
      const site = siteOf(profile, old.build(), strict, service('one/web'), service('two/web'));
      // The authorities are missing, so the host is shut: also for the older Ingress that asked for nothing.
      expect(site.decide('https://a.example/')).toMatchObject({ kind: 'respond', reason: 'denied' });
    });

    it('two canaries of one primary decide in a fixed order', () => {
      const canary = (name: string, day: number) => {
        const annotations = spelt(profile, { canary: 'true', 'canary-by-header': 'x-gray' }) ?? {};
        return ingress(`one/${name}`)
          .host('a.example')
          .path('/', `${name}:80`)
          .createdAt(`2026-02-0${day}T00:00:00Z`)
          .annotate(annotations)
          .build();
      };
      const objects = [old.build(), canary('b', 1), canary('a', 2), service('one/web'), service('one/a'), service('one/b')];
      for (const resources of [objects, objects.toReversed()]) {
        const decision = siteOf(profile, ...resources).decide({ url: 'http://a.example/', headers: { 'x-gray': 'always' } });
        expect(decision).toMatchObject({ kind: 'forward', backend: { service: 'b' } });
      }
    });
  });

  describe('A40: two spellings that disagree', () => {
    it('the earlier prefix of the profile holds, and the other is named', () => {
      const keys = profile.prefixes.filter(({ dialects }) => dialects.includes('nginx')).map(({ prefix }) => `${prefix}upstream-vhost`);
      const values = keys.map((key, index) => [key, `host${index}.example.com`] as const);
      for (const entries of [values, values.toReversed()]) {
        const site = siteOf(profile, attack(Object.fromEntries(entries)));
        expect(site.decide('http://a.example/')).toMatchObject({ upstream: { host: 'host0.example.com' } });
        expect(site.codes.filter((code) => code === 'annotation/conflicting-prefixes')).toHaveLength(keys.length - 1);
      }
    });

    it('a gate that one of them breaks stays shut', () => {
      const keys = profile.prefixes
        .filter(({ dialects }) => dialects.includes('nginx'))
        .map(({ prefix }) => `${prefix}whitelist-source-range`);
      const site = siteOf(profile, attack(Object.fromEntries(keys.map((key, index) => [key, index === 0 ? 'x' : '0.0.0.0/0']))));
      expect(site.decide({ url: 'http://a.example/', clientAddress: '10.0.0.1' })).toMatchObject({ kind: 'respond', reason: 'denied' });
    });
  });
});
