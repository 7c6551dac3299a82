import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { profiles } from 'ingresskit';
import { describe, expect, it } from 'vitest';
import { declaredOnly, enforcedPolicies, enforcementDiagnostics } from './enforcement.ts';
import { limitAnswerers, MemoryLimitStore } from './limits/index.ts';
import { passing } from './passthrough/testing/site.ts';
import { compiled, ingressYaml, serviceYaml } from './testing/harness.ts';
import { HandshakePolicies } from './tls/handshake-policy.ts';

const packages = join(import.meta.dirname, '../..');

function textOf(folder: string): string {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts') && !name.includes('enforcement'))
    .map((name) => readFileSync(join(folder, name), 'utf8'))
    .join('\n');
}

describe('every key of a decision’s policies', () => {
  const families = textOf(join(packages, 'families/src'));
  const declared = new Set(Array.from(families.matchAll(/\.declare\(\s*'(\w+)'/g), ([, key]) => key as string));
  // The family of timeouts declares by a table.
  for (const [, key] of families.matchAll(/'(\w*[tT]imeoutMs)'/g)) declared.add(key as string);

  it('that a family declares or the page lists is carried out, or named as one that is not', () => {
    const page = readFileSync(join(packages, '../docs/decisions/policies-for-the-data-plane.md'), 'utf8');
    for (const [, key] of page.matchAll(/^\| `(\w+)` \|/gm)) declared.add(key as string);
    const known = new Set([...enforcedPolicies, ...Object.keys(declaredOnly)]);
    expect([...declared].filter((key) => !known.has(key))).toEqual([]);
    expect(enforcedPolicies.filter((key) => Object.hasOwn(declaredOnly, key))).toEqual([]);
  });

  it('that a family asks about has somebody here who answers', () => {
    expect(Object.keys(limitAnswerers(new MemoryLimitStore({ now: () => 0 }))).sort()).toEqual(['concurrency-limit', 'rate-limit']);
    const { table } = compiled(
      ingressYaml('one', 'a.example', { '/': 'web' }, { 'ssl-ciphers': 'HIGH', 'ssl-prefer-server-ciphers': 'true' }, 'tls') +
        serviceYaml('web'),
      {},
      'ingress-nginx',
    );
    expect(new HandshakePolicies(profiles['ingress-nginx']).policyOf(table.hosts.get('a.example')).terms).toEqual({
      ciphers: 'HIGH',
      preferServerCiphers: true,
    });
  });

  it('that is named as declared only is declared by somebody', () => {
    expect(Object.keys(declaredOnly).filter((key) => !declared.has(key))).toEqual([]);
  });
});

describe('start-up', () => {
  const diagnose = (
    annotations: Readonly<Record<string, string>>,
    profile: Parameters<typeof compiled>[2] = 'ingress-nginx',
    traces = false,
  ): readonly string[] => {
    const manifests =
      ingressYaml('one', 'a.example', { '/': 'web' }, annotations) +
      ingressYaml('two', 'b.example', { '/': 'web' }, annotations) +
      serviceYaml('web');
    return enforcementDiagnostics(compiled(manifests, {}, profile).table, { traces }).map(
      ({ code, message }) => `${code} ${message.split(':')[0]}`,
    );
  };

  it.each([
    ['backend-protocol', { 'proxy-http-version': '1.0' }],
    ['buffering', { 'proxy-buffering': 'on' }],
    ['buffering', { 'proxy-buffering': 'on', 'proxy-max-temp-file-size': '10m' }],
    ['observability', { 'enable-rewrite-log': 'true' }],
    ['observability', { 'enable-opentelemetry': 'true' }],
    ['waf', { 'enable-modsecurity': 'true' }],
  ])('%s is named once, however many routes have it', (family, annotations) => {
    expect(diagnose(annotations)).toEqual([`proxy/policy-not-enforced ${family}`]);
  });

  it('tcp-max-connection is named where the Service speaks HTTP/2, and there alone', () => {
    const most = { 'mse.ingress.kubernetes.io/connection-policy-tcp-max-connection': '10' };
    const each = { 'mse.ingress.kubernetes.io/connection-policy-tcp-max-connection-per-endpoint': '10' };
    const named = ['proxy/policy-not-enforced connection-policy'];
    expect(diagnose({ ...most, 'backend-protocol': 'GRPC' }, 'mse')).toEqual(named);
    expect(diagnose({ ...most, 'backend-protocol': 'HTTPS' }, 'mse')).toEqual([]);
    expect(diagnose(most, 'mse')).toEqual([]);
    expect(diagnose({ ...each, 'backend-protocol': 'GRPC' }, 'mse')).toEqual([]);
  });

  it('what is carried out is not', () => {
    expect(diagnose({ 'backend-protocol': 'FCGI', 'fastcgi-index': 'index.php' })).toEqual([]);
    expect(
      diagnose({
        'limit-rps': '5',
        'proxy-request-buffering': 'on',
        'proxy-buffering': 'on',
        'proxy-max-temp-file-size': '0',
        'enable-access-log': 'false',
        'connection-proxy-header': 'close',
      }),
    ).toEqual([]);
    expect(diagnose({ 'enable-opentelemetry': 'true' }, 'ingress-nginx', true)).toEqual([]);
    expect(diagnose({ 'ssl-passthrough': 'true' }, passing)).toEqual([]);
  });
});
