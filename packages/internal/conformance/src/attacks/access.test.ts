import type { ExternalAuthQuestion, Profile, UpstreamAnswer } from '@ingresskit/annotations';
import { ingress, secret } from '@ingresskit/testing';
import { createCompiler, decide, defaultCapabilities } from 'ingresskit';
import { describe, expect, it } from 'vitest';
import { everyProfile } from '../laws/law.ts';
import { attack, keyOn, type Site, siteOf, spelt } from './site.ts';

const shut = { kind: 'respond', reason: 'denied' };

function from(site: Site, clientAddress: string): string {
  const decision = site.decide({ url: 'http://a.example/', clientAddress });
  return decision.kind === 'respond' ? `${decision.status}` : decision.kind;
}

function protectedBy(
  profile: Profile,
  data: Readonly<Record<string, string>> | undefined,
  more: Readonly<Record<string, string>> = {},
): Site {
  const annotations = spelt(profile, { 'auth-type': 'basic', 'auth-secret': 'users', ...more }) ?? {};
  return siteOf(profile, attack(annotations), ...(data === undefined ? [] : [secret('users', data)]));
}

describe.each(everyProfile)('%s', (_, profile) => {
  describe('A27: address lists', () => {
    const list = (text: string): Site => siteOf(profile, attack(spelt(profile, { 'whitelist-source-range': text }) ?? {}));

    it('an IPv4 address within IPv6 is the IPv4 address', () => {
      const site = list('10.0.0.0/8');
      expect([from(site, '::ffff:10.1.2.3'), from(site, '::ffff:11.1.2.3'), from(site, '::ffff:a01:203')]).toEqual([
        'forward',
        '403',
        'forward',
      ]);
    });

    it.each([
      '0x7f.1',
      '010.0.0.1/32',
      '10.0.0.0/33',
      '2001:db8::/129',
      '10.0.0.1/-1',
      '10.0.0.0/8, evil',
      '',
      ' ',
      '10.0.0.0/8;0.0.0.0/0',
      '0.0.0.0/0x0',
    ])('%j closes the route for everybody', (text) => {
      const site = list(text);
      expect(site.decide({ url: 'http://a.example/', clientAddress: '10.0.0.1' })).toMatchObject(shut);
      expect(site.codes).toContain('annotation/invalid-value');
    });

    it('bits behind the prefix are never more than the network', () => {
      const site = list('10.1.2.3/8');
      expect(['forward', '503']).toContain(from(site, '10.200.0.1'));
      expect(['403', '503']).toContain(from(site, '11.1.2.3'));
    });

    it.each(['unknown', '', '10.0.0.1, 203.0.113.9', '10.0.0.256', '0x0a000001'])('a client %j is nobody on the list', (address) => {
      expect(from(list('10.0.0.0/8'), address)).not.toBe('forward');
    });
  });

  describe('A28: passwords', () => {
    // alice, "s3cret"
    const site = protectedBy(profile, { auth: 'alice:{SHA}/vNB+F2HQ559kaLUZbmHHvZrXpg=\n' });
    const credentials = (text: string): string => `Basic ${btoa(text)}`;

    it('the right password gets in', () => {
      expect(site.decide({ url: 'http://a.example/', headers: { authorization: credentials('alice:s3cret') } }).kind).toBe('forward');
    });

    it.each([
      ['bad base64', 'Basic !!!!'],
      ['no colon', credentials('alices3cret')],
      ['a NUL', credentials('alice:s3cret\u0000')],
      ['no scheme', btoa('alice:s3cret')],
      ['another scheme', `Bearer ${btoa('alice:s3cret')}`],
      ['an empty password', credentials('alice:')],
      ['a name of every object', credentials('__proto__:s3cret')],
    ])('%s gets 401', (_, authorization) => {
      expect(site.decide({ url: 'http://a.example/', headers: { authorization } })).toMatchObject({ kind: 'respond', status: 401 });
    });

    it('a megabyte is more than headers may hold', () => {
      const decision = site.decide({ url: 'http://a.example/', headers: { authorization: `Basic ${'A'.repeat(1_000_000)}` } });
      expect(decision).toMatchObject({ kind: 'respond', status: 431 });
    });

    it.each([
      ['bcrypt at cost 31', `alice:$2y$31$${'a'.repeat(53)}`],
      ['an unknown scheme', 'alice:$argon9$x'],
      ['no hash at all', 'alice'],
    ])('a Secret with %s alone closes the route', (_, auth) => {
      expect(
        protectedBy(profile, { auth }).decide({ url: 'http://a.example/', headers: { authorization: credentials('alice:x') } }),
      ).toMatchObject(shut);
    });
  });

  describe('A29: tokens', () => {
    it('no annotation of the profile reads one, so none can name a key of its own', () => {
      const names = profile.families.flatMap((family) => Object.values(family.fields).map(({ key }) => key));
      expect(names.filter((name) => /jwt|jwks|oidc/.test(name))).toEqual([]);
      const site = protectedBy(profile, { auth: 'alice:{SHA}/vNB+F2HQ559kaLUZbmHHvZrXpg=\n' });
      const token = `${btoa('{"alg":"none"}')}.${btoa('{"sub":"alice"}')}.`;
      expect(site.decide({ url: 'http://a.example/', headers: { authorization: `Bearer ${token}` } })).toMatchObject({ status: 401 });
    });
  });

  const url = keyOn(profile, 'auth-url');
  describe.runIf(url !== undefined)('A30: an authentication service that misbehaves', () => {
    const annotations = spelt(profile, { 'auth-url': 'https://auth.example.com/check', 'auth-response-headers': 'X-User' }) ?? {};
    const site = siteOf(profile, attack(annotations));
    const answered = (answer: UpstreamAnswer | undefined): ReturnType<Site['decide']> =>
      site.decide('http://a.example/', {
        ...defaultCapabilities(),
        answer: (question) => ((question as ExternalAuthQuestion).kind === 'external-auth' ? answer : undefined),
      });

    it('lets in by 2xx alone', () => {
      expect(answered({ status: 200, headers: {} }).kind).toBe('forward');
      for (const status of [100, 301, 302, 400, 401, 403, 404, 429, 500, 502, 503, 599]) {
        expect(answered({ status, headers: { location: 'https://evil.example' } }).kind, `${status}`).not.toBe('forward');
      }
      expect(answered(undefined).kind).not.toBe('forward');
    });

    it('sets the headers that the Ingress lists and no others', () => {
      const decision = answered({
        status: 200,
        headers: { 'x-user': 'alice', host: 'evil.example', 'x-admin': '1', 'transfer-encoding': 'chunked' },
      });
      expect(decision.kind === 'forward' ? decision.upstream.host : '').toBe('a.example');
      const set = JSON.stringify(decision.kind === 'forward' ? decision.upstream.headers : {});
      expect(set).toContain('alice');
      expect(set).not.toMatch(/x-admin|evil|transfer-encoding/);
    });
  });
  it.runIf(url === undefined)('A30: the service is not asked, and that is an error', () => {
    const prefix = profile.prefixes[0]?.prefix ?? '';
    const site = siteOf(profile, attack({ [`${prefix}auth-url`]: 'https://auth.example.com/check' }));
    expect(
      site.diagnostics.filter(({ severity, data }) => severity === 'error' && data?.['annotation'] === `${prefix}auth-url`),
    ).toHaveLength(1);
  });

  describe('A33: Secrets that are missing or broken', () => {
    const good = { auth: 'alice:{SHA}/vNB+F2HQ559kaLUZbmHHvZrXpg=\n' };

    it.each<readonly [string, Readonly<Record<string, string>> | undefined]>([
      ['missing', undefined],
      ['without the key', { users: good.auth }],
      ['with an empty file', { auth: '' }],
      ['with a file of garbage', { auth: '\u0000\u0001\n:::\n' }],
    ])('a Secret %s closes the route and is reported', (_, data) => {
      const site = protectedBy(profile, data);
      expect(site.decide('http://a.example/')).toMatchObject(shut);
      expect(site.codes.some((code) => code.startsWith('basic-auth/'))).toBe(true);
    });

    it('a Secret that is repaired opens the gate for those it names', () => {
      const annotations = spelt(profile, { 'auth-type': 'basic', 'auth-secret': 'users' }) ?? {};
      const compiler = createCompiler({ profile: profile.name });
      compiler.apply([{ type: 'apply', object: attack(annotations) }]);
      const { table } = compiler.apply([{ type: 'apply', object: secret('users', good) }]);
      expect(decide(table, { url: 'http://a.example/' })).toMatchObject({ status: 401 });
    });

    it.each(['garbage', '-----BEGIN CERTIFICATE-----\nAAAA\n', ''])('authorities %j close the host', (pem) => {
      const ca = keyOn(profile, 'auth-tls-secret');
      const annotations = ca === undefined ? {} : { [ca]: 'default/web-tls-cacert' };
      const resources = [
        ingress('attack').host('a.example').path('/', 'web:80').tls('web-tls', 'a.example').annotate(annotations).build(),
        secret('web-tls', { 'tls.crt': 'x', 'tls.key': 'y' }),
        secret('web-tls-cacert', { 'ca.crt': pem, cacert: pem }),
      ];
      expect(siteOf(profile, ...resources).decide('https://a.example/')).toMatchObject(shut);
    });
  });
});
