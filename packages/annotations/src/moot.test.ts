import type { Diagnostic, Ingress } from '@ingresskit/resources';
import { defineDiagnostics } from '@ingresskit/resources';
import { describe, expect, it } from 'vitest';
import { bool, int } from './codecs/index.ts';
import { defineFamily } from './family.ts';
import { field } from './field.ts';
import type { Lookups } from './lookups.ts';
import { registryOf } from './registry.ts';
import { resolveAnnotations } from './resolve.ts';
import { profileOf } from './testing/profile.ts';

const doc = 'For tests.';
const lamp = defineFamily({
  name: 'lamp',
  title: 'Lamp',
  scope: 'route',
  phase: 'forward',
  fields: {
    on: field('lamp-on', bool(), { doc, default: false, example: 'true', badExample: 'x' }),
    watts: field('lamp-watts', int({ min: 1 }), { doc, default: 40, example: '60', badExample: '0' }),
    lumen: field('lamp-lumen', int({ min: 1 }), { doc, example: '800', badExample: '0' }),
  },
  diagnostics: defineDiagnostics('lamp', {
    hidden: { severity: 'warning', consequence: 'field-ignored', title: 'Hidden', doc: 'Hidden by another.' },
  }),
  // Lumen win over watts; from 2,000 on the family says so itself.
  resolve({ on, watts, lumen }, context) {
    if (lumen !== undefined && lumen >= 2000 && context.present('watts')) context.report('hidden', { field: 'watts', message: 'Hidden.' });
    return on ? { light: lumen ?? watts * 20 } : undefined;
  },
});
const standing = defineFamily({
  name: 'standing',
  title: 'Standing',
  scope: 'route',
  phase: 'forward',
  settings: { level: 2 },
  fields: { level: field('standing-level', int({ min: 1 }), { doc, example: '3', badExample: '0' }) },
  resolvesWhenAbsent: () => true,
  resolve: ({ level }, { settings }) => ({ level: level ?? settings.level }),
});
const registry = registryOf(profileOf([lamp, standing]));
const prefix = 'nginx.ingress.kubernetes.io/';

function mootOf(values: Readonly<Record<string, string>>): readonly string[] {
  const annotations = Object.fromEntries(Object.entries(values).map(([name, value]) => [prefix + name, value]));
  const ingress = { apiVersion: 'networking.k8s.io/v1', kind: 'Ingress', metadata: { name: 'x', namespace: 'y', annotations } } as Ingress;
  const diagnostics: Diagnostic[] = [];
  resolveAnnotations(ingress, registry, {} as Lookups, diagnostics);
  return diagnostics.filter(({ code }) => code === 'annotation/moot').map(({ path }) => String(path?.[2]).slice(prefix.length));
}

describe('annotations that change nothing', () => {
  it('are named where another of the family decides, every time they are read', () => {
    const values = { 'lamp-on': 'true', 'lamp-watts': '60', 'lamp-lumen': '800' };
    // The second Ingress may share what was worked out for the first, and must hear the same.
    expect(mootOf({ ...values, 'lamp-lumen': '900' })).toEqual(['lamp-watts']);
    expect(mootOf(values)).toEqual(['lamp-watts']);
    expect(mootOf(values)).toEqual(['lamp-watts']);
  });

  it('are not named where each of them matters, where they state their default, or where the family spoke of them', () => {
    expect(mootOf({ 'lamp-on': 'true', 'lamp-watts': '60' })).toEqual([]);
    expect(mootOf({ 'lamp-on': 'true', 'lamp-watts': '40', 'lamp-lumen': '900' })).toEqual([]);
    expect(mootOf({ 'lamp-on': 'true', 'lamp-watts': '60', 'lamp-lumen': '2000' })).toEqual([]);
    expect(mootOf({ 'lamp-on': 'true' })).toEqual([]);
  });

  it('are named where they say what the gateway does anyway', () => {
    expect(mootOf({ 'standing-level': '2' })).toEqual(['standing-level']);
    expect(mootOf({ 'standing-level': '3' })).toEqual([]);
  });
});
