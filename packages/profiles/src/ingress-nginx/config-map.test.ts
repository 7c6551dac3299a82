import type { Profile } from '@ingresskit/annotations';
import { registryOf } from '@ingresskit/annotations';
import type { ConfigMap } from '@ingresskit/resources';
import { expect, test } from 'vitest';
import { ingressNginxWith } from './config-map.ts';
import { ingressNginx } from './ingress-nginx.ts';
import { options } from './options/options.ts';
import { otherKeys } from './options/other-keys.ts';

function configMap(data: Readonly<Record<string, string>>): ConfigMap {
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata: { namespace: 'ingress-nginx', name: 'controller' }, data };
}

function configured(data: Readonly<Record<string, string>>): Profile {
  const { profile, diagnostics } = ingressNginxWith(configMap(data));
  expect(diagnostics).toEqual([]);
  return profile;
}

test('an empty ConfigMap is the profile itself', () => {
  expect(configured({})).toEqual(ingressNginx);
  expect(ingressNginxWith({ ...configMap({}), data: undefined } as never).profile).toEqual(ingressNginx);
});

test.each([
  ['http-redirect-code', '307', 'ssl-redirect', { status: 307 }],
  ['http-redirect-code', '307', 'www-redirect', { status: 307 }],
  ['ssl-redirect', 'false', 'ssl-redirect', { onByDefault: false }],
  ['force-ssl-redirect', 'true', 'ssl-redirect', { forcedByDefault: true }],
  ['no-tls-redirect-locations', '/a, /b', 'ssl-redirect', { exemptPaths: ['/a', '/b'] }],
  ['no-tls-redirect-locations', '', 'ssl-redirect', { exemptPaths: [] }],
  ['no-auth-locations', '/open', 'external-auth', { exemptLocations: ['/open'] }],
  ['no-auth-locations', '/open', 'basic-auth', { exemptLocations: ['/open'] }],
  ['whitelist-source-range', '10.0.0.0/8, 192.0.2.1', 'ip-access', { allow: ['10.0.0.0/8', '192.0.2.1'] }],
  ['hsts', 'false', 'hsts', { enabled: false }],
  ['proxy-read-timeout', '7', 'timeouts', { readSeconds: 7 }],
  ['proxy-next-upstream', 'error http_503', 'retries', { conditions: ['error', 'http_503'] }],
  ['custom-http-errors', '404,503', 'default-backend', { statuses: [404, 503] }],
  ['disable-proxy-intercept-errors', 'true', 'default-backend', { replacesAnswers: false }],
  [
    'block-user-agents',
    'curl,~*^bot',
    'client-blocks',
    {
      userAgents: [
        { kind: 'exact', value: 'curl', ignoreCase: true },
        { kind: 'pattern', value: '^bot', ignoreCase: true },
      ],
    },
  ],
  ['global-auth-url', 'https://auth.example.com/check', 'external-auth', { global: { url: 'https://auth.example.com/check' } }],
])('%s: %s is a setting of %s', (key, text, family, settings) => {
  const { settings: all } = configured({ [key]: text });
  expect(all[family]).toMatchObject(settings);
  // Nothing else of the family is lost.
  expect({ ...ingressNginx.settings[family], ...all[family] }).toEqual(all[family]);
});

test('every option changes something, and every setting is one that its family has', () => {
  const samples: Readonly<Record<string, string>> = {
    'annotations-risk-level': 'Critical',
    'forwarded-for-header': 'X-Client',
    'http-redirect-code': '301',
    'load-balance': 'ewma',
    'proxy-next-upstream': 'off',
  };
  for (const { key, grammar } of options) {
    const candidates = samples[key] === undefined ? ['true', 'false', '404', '/x', '10.9.0.0/16', 'text'] : [samples[key]];
    const changed = candidates.some((text) => {
      // The address rules show only once an address is read from a header.
      const base = /^(forwarded-for-header|proxy-real-ip-cidr)$/.test(key) ? { 'enable-real-ip': 'true' } : {};
      const { profile } = ingressNginxWith(configMap({ ...base, [key]: text }));
      return JSON.stringify(withoutFamilies(profile)) !== JSON.stringify(withoutFamilies(ingressNginxWith(configMap(base)).profile));
    });
    expect([key, grammar, changed]).toEqual([key, grammar, true]);
  }
  for (const [family, settings] of Object.entries(configured({ hsts: 'true' }).settings)) {
    const known = ingressNginx.families.find(({ name }) => name === family);
    expect(known, family).toBeDefined();
    expect(typeof settings).toBe('object');
  }
});

function withoutFamilies({ families: _families, ...rest }: Profile): unknown {
  return rest;
}

test('a bad value leaves the default, and a list that cannot be read refuses everybody', () => {
  const { profile, diagnostics } = ingressNginxWith(
    configMap({
      'proxy-read-timeout': '7s',
      'http-redirect-code': '303',
      'denylist-source-range': '10.0.0.0/33',
      'block-referers': '~(?=a),b',
    }),
  );
  expect(profile.settings['timeouts']).toEqual(ingressNginx.settings['timeouts']);
  expect(profile.addressLists).toMatchObject([{ deny: ['0.0.0.0/0', '::/0'], source: { kind: 'ConfigMap', name: 'controller' } }]);
  expect(diagnostics.map(({ code, severity, path }) => [code, severity, path?.[1]])).toEqual([
    ['option/invalid-value', 'warning', 'proxy-read-timeout'],
    ['option/invalid-value', 'warning', 'http-redirect-code'],
    ['option/invalid-value', 'error', 'denylist-source-range'],
    ['option/partly-invalid', 'warning', 'block-referers'],
  ]);
});

test('every other key is named for what it is', () => {
  const { profile, diagnostics } = ingressNginxWith(
    configMap({ 'server-snippet': 'x', 'add-headers': 'a/b', 'use-gzip': 'true', 'hsts-max': '1' }),
  );
  expect(profile).toEqual(ingressNginx);
  expect(diagnostics.map(({ code }) => code)).toEqual([
    'option/unsupported',
    'option/not-modelled',
    'option/no-effect',
    'option/unknown-key',
  ]);
  const known = new Set(options.map(({ key }) => key));
  expect(otherKeys.flatMap(({ keys }) => keys.filter((key) => known.has(key)))).toEqual([]);
});

test('the client address is read from a header where one of two options says so', () => {
  expect(configured({ 'enable-real-ip': 'true', 'proxy-real-ip-cidr': '10.0.0.0/8' }).request.clientAddress).toEqual({
    header: 'x-forwarded-for',
    trusted: ['10.0.0.0/8'],
  });
  expect(configured({ 'proxy-real-ip-cidr': '10.0.0.0/8' }).request.clientAddress).toBeUndefined();
  expect(configured({ 'use-forwarded-headers': 'true', 'forwarded-for-header': 'CF-Connecting-IP' }).request.clientAddress).toMatchObject({
    header: 'cf-connecting-ip',
  });
});

test('a configured profile is a profile', () => {
  expect(() => registryOf(configured({ hsts: 'false', 'block-cidrs': '192.0.2.0/24' }))).not.toThrow();
});
