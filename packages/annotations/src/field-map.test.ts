import type { Diagnostic, Ingress } from '@ingresskit/resources';
import { expect, test } from 'vitest';
import { int } from './codecs/index.ts';
import { defineFamily } from './family.ts';
import { fieldMap } from './field-map.ts';
import { phases } from './phases.ts';
import type { Profile } from './profile.ts';
import { readAnnotations } from './read.ts';
import { registryOf } from './registry.ts';

const quotas = defineFamily({
  name: 'quotas',
  title: 'Quotas',
  scope: 'route',
  phase: 'limit',
  fields: { quota: fieldMap('quota-<name>', int({ min: 1 }), { doc: 'A quota.', example: '1', badExample: '0' }) },
  resolve: () => undefined,
});
const profile = {
  name: 'test',
  title: 'Test',
  prefixes: [
    { prefix: 'a/', dialects: ['nginx'] },
    { prefix: 'b/', dialects: ['nginx'] },
  ],
  families: [quotas],
  inactive: [],
  phases,
  settings: {},
  onInvalid: {},
} as unknown as Profile;

function read(annotations: Readonly<Record<string, string>>): { values: unknown; codes: readonly string[] } {
  const ingress = {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'Ingress',
    metadata: { name: 'x', namespace: 'y', annotations },
  } as unknown as Ingress;
  const diagnostics: Diagnostic[] = [];
  const [reading] = readAnnotations(ingress, registryOf(profile), diagnostics);
  return { values: reading?.values['quota'], codes: diagnostics.map(({ code, path }) => `${code} ${String(path?.at(-1))}`) };
}

test('every annotation that begins so is read, with the free part as its name', () => {
  expect(read({ 'a/quota-gold': '3', 'b/quota-silver': '2' })).toEqual({
    values: [
      { name: 'gold', value: 3 },
      { name: 'silver', value: 2 },
    ],
    codes: [],
  });
});

test('a bad value is reported and left out, the others act', () => {
  expect(read({ 'a/quota-gold': '0', 'a/quota-silver': '2' })).toEqual({
    values: [{ name: 'silver', value: 2 }],
    codes: ['annotation/invalid-value a/quota-gold'],
  });
});

test('of two prefixes for one name the earlier acts', () => {
  expect(read({ 'b/quota-gold': '1', 'a/quota-gold': '2' })).toEqual({
    values: [{ name: 'gold', value: 2 }],
    codes: ['annotation/conflicting-prefixes b/quota-gold'],
  });
});

test('a name without its free part is unknown', () => {
  expect(read({ 'a/quota-': '1' })).toEqual({ values: undefined, codes: ['annotation/unknown a/quota-'] });
});

test('the placeholder must stand at the end', () => {
  expect(() => fieldMap('quota', int({ min: 1 }), { doc: 'A quota.', example: '1' })).toThrow(TypeError);
});
