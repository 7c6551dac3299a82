import type { Lookups } from '@ingresskit/annotations';
import type { ConfigMap, Secret, Service } from '@ingresskit/resources';
import { defineDiagnostics } from '@ingresskit/resources';
import { expect, test } from 'vitest';
import { referenceDiagnostics, resolveReference } from './references.ts';

const secret: Secret = { apiVersion: 'v1', kind: 'Secret', metadata: { namespace: 'shop', name: 'users' } };
const configMap: ConfigMap = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { namespace: 'shop', name: 'headers' } };
const service: Service = { apiVersion: 'v1', kind: 'Service', metadata: { namespace: 'other', name: 'auth' } };

function contextOf(allowed: readonly string[]): { readonly namespace: string; readonly lookups: Lookups; readonly asked: string[] } {
  const asked: string[] = [];
  const find =
    <T extends { readonly metadata: { readonly namespace: string; readonly name: string } }>(object: T) =>
    (namespace: string, name: string) => {
      asked.push(`${namespace}/${name}`);
      return object.metadata.namespace === namespace && object.metadata.name === name ? object : undefined;
    };
  const lookups: Lookups = {
    secret: find(secret),
    configMap: find(configMap),
    service: find(service),
    mayRefer: (from, _kind, namespace) => from === namespace || allowed.includes(namespace),
  };
  return { namespace: 'shop', lookups, asked };
}

test('a name means the namespace of the Ingress', () => {
  expect(resolveReference('Secret', { name: 'users' }, contextOf([]))).toEqual({
    ok: true,
    object: secret,
    namespace: 'shop',
    name: 'users',
    what: 'Secret shop/users',
  });
  expect(resolveReference('ConfigMap', { namespace: 'shop', name: 'headers' }, contextOf([]))).toMatchObject({
    ok: true,
    object: configMap,
  });
});

test('another namespace is refused without a look, and found where it is allowed', () => {
  const closed = contextOf([]);
  expect(resolveReference('Service', { namespace: 'other', name: 'auth' }, closed)).toMatchObject({
    ok: false,
    diagnostic: 'service-not-allowed',
    problem: 'Service other/auth belongs to another namespace than the Ingress',
    data: { namespace: 'other', name: 'auth' },
  });
  expect(closed.asked).toEqual([]);
  expect(resolveReference('Service', { namespace: 'other', name: 'auth' }, contextOf(['other']))).toMatchObject({
    ok: true,
    object: service,
  });
});

test('a missing object is looked up, so that its readers learn when it appears', () => {
  const context = contextOf([]);
  expect(resolveReference('ConfigMap', { name: 'none' }, context)).toMatchObject({
    ok: false,
    diagnostic: 'config-map-not-found',
    what: 'ConfigMap shop/none',
  });
  expect(context.asked).toEqual(['shop/none']);
});

test('its diagnostics are those that it names', () => {
  const set = defineDiagnostics(
    'gate',
    referenceDiagnostics('ConfigMap', {
      role: 'the headers',
      without: 'The routes answer 503.',
      severity: 'error',
      consequence: 'route-denied',
    }),
  );
  expect(set.make('config-map-not-found', { message: 'x' })).toMatchObject({
    code: 'gate/config-map-not-found',
    consequence: 'route-denied',
  });
  expect(set.make('config-map-not-allowed', { message: 'x' })).toMatchObject({ severity: 'error' });
});
