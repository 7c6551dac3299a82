import type { Diagnostic, Ingress } from '@ingresskit/resources';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { bool, int, text } from './codecs/index.ts';
import { defineFamily, type Family } from './family.ts';
import { field } from './field.ts';
import type { Lookups } from './lookups.ts';
import { phases } from './phases.ts';
import type { InactiveName, Profile } from './profile.ts';
import { readAnnotations } from './read.ts';
import { quoteValue } from './read-reports.ts';
import { insert, registryOf } from './registry.ts';
import { resolveAnnotations } from './resolve.ts';
import { profileOf } from './testing/profile.ts';

const doc = 'For tests.';
const tea = defineFamily({
  name: 'tea',
  title: 'Tea',
  scope: 'route',
  phase: 'forward',
  fields: {
    enable: field('enable-tea', bool(), { doc, default: false, example: 'true', badExample: 'yes' }),
    cups: field('tea-cups', int({ min: 1 }), { doc, default: 2, example: '3', badExample: '0', aliases: ['tea-mugs'] }),
    kind: field('tea-kind', text({ max: 9 }), { doc, example: 'green', dialect: 'mse' }),
    sugar: field('tea-sugar', int({ min: 0 }), { doc, example: '1', badExample: 'x', onInvalid: 'ignore-family' }),
  },
  resolve: ({ enable, cups, kind }) => (enable ? { cups, kind } : undefined),
});
const gate = defineFamily({
  name: 'gate',
  title: 'Gate',
  scope: 'route',
  phase: 'address',
  restricting: true,
  fields: { keys: field('gate-keys', int({ min: 1 }), { doc, example: '1', badExample: 'x' }) },
  resolve: ({ keys }) => (keys === undefined ? undefined : { keys }),
});
const lock = defineFamily({
  name: 'lock',
  title: 'Lock',
  scope: 'host',
  phase: 'host',
  restricting: true,
  fields: { code: field('lock-code', int({ min: 1 }), { doc, example: '1' }) },
  resolve: ({ code }) => ({ code }),
});
const inactive: readonly InactiveName[] = [
  { name: 'old-tea', dialect: 'nginx', verdict: 'no-effect' },
  { name: 'strict-tea', dialect: 'nginx', verdict: 'planned', restricts: true, instead: 'Use gate-keys.' },
  { name: 'tea-snippet', dialect: 'nginx', verdict: 'unsupported' },
  { name: 'tea-leaves', dialect: 'nginx', verdict: 'not-modelled' },
];
const nginx = 'nginx.ingress.kubernetes.io/';
const own = 'mse.ingress.kubernetes.io/';

const profile = profileOf([tea, gate, lock], { inactive });
const ingressOf = (annotations: Readonly<Record<string, string>>): Ingress => ({
  apiVersion: 'networking.k8s.io/v1',
  kind: 'Ingress',
  metadata: { name: 'i', namespace: 'n', annotations },
});

function read(annotations: Readonly<Record<string, string>>, from: Profile = profile) {
  const diagnostics: Diagnostic[] = [];
  const readings = readAnnotations(ingressOf(annotations), registryOf(from), diagnostics);
  return {
    readings,
    of: (name: string) => readings.find(({ family }) => family.name === name),
    codes: diagnostics.map(({ code, path }) => `${code} ${path?.[2]}`),
    diagnostics,
  };
}

describe('reading', () => {
  it('gives typed values with their defaults, and the keys they came from', () => {
    const { of, codes } = read({ [`${nginx}enable-tea`]: 'true', [`${own}tea-kind`]: 'green', unrelated: 'x' });
    expect(of('tea')).toMatchObject({
      values: { enable: true, cups: 2, kind: 'green' },
      keys: { enable: `${nginx}enable-tea`, kind: `${own}tea-kind` },
      outcome: undefined,
    });
    expect(codes).toEqual([]);
    expect(read({}).readings).toEqual([]);
  });

  it('prefers the earlier prefix, and says whether the two differ', () => {
    const { of, codes } = read({ [`${own}tea-cups`]: '9', [`${nginx}tea-cups`]: '3' });
    expect(of('tea')).toMatchObject({ values: { cups: 3 }, allKeys: [`${nginx}tea-cups`, `${own}tea-cups`] });
    expect(codes).toEqual([`annotation/conflicting-prefixes ${own}tea-cups`]);
    expect(read({ [`${own}tea-cups`]: '3', [`${nginx}tea-cups`]: '3' }).codes).toEqual([`annotation/repeated ${own}tea-cups`]);
  });

  it('lets the other prefix speak where the first is not valid', () => {
    const { of, codes } = read({ [`${own}tea-cups`]: '9', [`${nginx}tea-cups`]: 'many' });
    expect(of('tea')?.values).toMatchObject({ cups: 9 });
    expect(codes).toEqual([`annotation/invalid-value ${nginx}tea-cups`]);
  });

  it('reads an alias only where the name is absent or blank', () => {
    expect(read({ [`${nginx}tea-mugs`]: '5' }).of('tea')?.values).toMatchObject({ cups: 5 });
    const both = read({ [`${nginx}tea-mugs`]: '5', [`${nginx}tea-cups`]: '4' });
    expect([both.of('tea')?.values['cups'], both.codes]).toEqual([4, [`annotation/unused-alias ${nginx}tea-mugs`]]);
    const blank = read({ [`${nginx}tea-mugs`]: '5', [`${nginx}tea-cups`]: ' ' });
    expect([blank.of('tea')?.values['cups'], blank.codes]).toEqual([5, [`annotation/blank ${nginx}tea-cups`]]);
  });

  it('does with invalid values what the field says, and the profile may say otherwise', () => {
    expect(read({ [`${nginx}tea-cups`]: '0' }).diagnostics).toMatchObject([
      { consequence: 'default-used', message: '"0" is less than 1; the default 2 is used.' },
    ]);
    expect(read({ [`${nginx}tea-sugar`]: 'x' }).of('tea')?.outcome).toBe('ignore-family');
    const stricter = profileOf([tea], { onInvalid: { 'tea-cups': 'reject-ingress' } });
    expect(read({ [`${nginx}tea-cups`]: '0' }, stricter).of('tea')?.outcome).toBe('reject-ingress');
  });

  it('closes a gate that is blank or not valid, and no profile can open it', () => {
    for (const value of ['', ' ', 'x', '0']) {
      expect(read({ [`${nginx}gate-keys`]: value })).toMatchObject({ diagnostics: [{ severity: 'error', consequence: 'route-denied' }] });
      expect(read({ [`${nginx}gate-keys`]: value }).of('gate')?.outcome).toBe('deny-route');
      const opened = profileOf([gate, lock], { onInvalid: { 'gate-keys': 'ignore-family', 'lock-code': 'default' } });
      expect(read({ [`${nginx}gate-keys`]: value }, opened).of('gate')?.outcome).toBe('deny-route');
      expect(read({ [`${nginx}lock-code`]: value }, opened).of('lock')?.outcome).toBe('deny-host');
    }
  });

  it('names the older spelling of a name that does not act, too', () => {
    const without = profileOf([tea], { inactive: [{ name: 'tea-cups', dialect: 'nginx', verdict: 'planned' }] });
    expect(read({ [`${nginx}tea-mugs`]: '3', [`${nginx}tea-cups`]: '3' }, without).codes.sort()).toEqual([
      `annotation/planned ${nginx}tea-cups`,
      `annotation/planned ${nginx}tea-mugs`,
    ]);
  });

  it('names what does not act', () => {
    const { codes, diagnostics } = read({
      [`${nginx}old-tea`]: '1',
      [`${nginx}strict-tea`]: '1',
      [`${nginx}tea-snippet`]: '1',
      [`${nginx}tea-leaves`]: '1',
      [`${nginx}tea-kind`]: 'x',
      [`${nginx}tea-cup`]: '3',
      [`${nginx}`]: '1',
      [`${nginx}__proto__`]: '1',
      'other.example/tea-cups': '1',
    });
    expect(codes.sort()).toEqual([
      `annotation/no-effect ${nginx}old-tea`,
      `annotation/not-modelled ${nginx}tea-leaves`,
      `annotation/planned ${nginx}strict-tea`,
      `annotation/unknown ${nginx}`,
      `annotation/unknown ${nginx}__proto__`,
      `annotation/unknown ${nginx}tea-cup`,
      `annotation/unsupported ${nginx}tea-snippet`,
      `annotation/wrong-prefix ${nginx}tea-kind`,
    ]);
    const of = (key: string) => diagnostics.find(({ path }) => path?.[2] === nginx + key);
    expect(of('tea-cup')).toMatchObject({ help: `Did you mean "${nginx}tea-cups"?`, data: { nearest: `${nginx}tea-cups` } });
    expect(of('strict-tea')).toMatchObject({ severity: 'error', help: 'Use gate-keys.' });
    expect(of('tea-kind')?.help).toContain(`${own}tea-kind`);
  });

  it('cuts and escapes what it quotes', () => {
    expect(quoteValue('a"\n')).toBe('"a\\"\\n"');
    expect(quoteValue('x'.repeat(200))).toBe(`"${'x'.repeat(80)}"… (200 characters)`);
  });
});

describe('resolving', () => {
  const lookups: Lookups = { service: () => undefined, secret: () => undefined, configMap: () => undefined, mayRefer: () => false };
  const resolve = (annotations: Readonly<Record<string, string>>, unenforced: 'report' | 'deny' = 'report') => {
    const diagnostics: Diagnostic[] = [];
    return {
      ...resolveAnnotations(ingressOf(annotations), registryOf(profile), lookups, diagnostics, unenforced),
      codes: diagnostics.map(({ code }) => code),
    };
  };

  it('makes frozen policies, by scope', () => {
    const { route, host, keys, failed } = resolve({ [`${nginx}enable-tea`]: 'true', [`${nginx}lock-code`]: '7' });
    expect([route, host]).toEqual([{ tea: { cups: 2 } }, { lock: { code: 7 } }]);
    expect([Object.isFrozen(route), Object.isFrozen(route['tea']), failed]).toEqual([true, true, []]);
    expect(keys).toEqual({ tea: [`${nginx}enable-tea`], lock: [`${nginx}lock-code`] });
  });

  it('says when nothing is switched on, and when a gate failed', () => {
    expect(resolve({ [`${nginx}tea-cups`]: '3' })).toMatchObject({ route: {}, codes: ['annotation/no-policy'] });
    expect(resolve({ [`${nginx}gate-keys`]: 'x' }).failed).toMatchObject([{ family: 'gate', closes: 'route' }]);
    expect(resolve({ [`${nginx}lock-code`]: 'x' }).failed).toMatchObject([{ family: 'lock', closes: 'host' }]);
    expect(resolve({ [`${nginx}enable-tea`]: 'true', [`${nginx}tea-sugar`]: 'x' }).route).toEqual({});
  });

  it('closes for restrictions that nobody enforces where the options ask for it', () => {
    expect(resolve({ [`${nginx}strict-tea`]: '1' }).failed).toEqual([]);
    expect(resolve({ [`${nginx}strict-tea`]: '1' }, 'deny').failed).toMatchObject([{ closes: 'route' }]);
    expect(resolve({ [`${nginx}old-tea`]: '1' }, 'deny').failed).toEqual([]);
  });
});

describe('a programmer’s mistake throws', () => {
  const of = (more: object) => () =>
    defineFamily({ name: 'x', title: 'X', scope: 'route', phase: 'forward', fields: {}, resolve: () => undefined, ...more } as never);
  it('in a family', () => {
    expect(of({})).not.toThrow();
    expect(of({ name: 'acme/tenant' })).not.toThrow();
    for (const bad of [
      { name: 'Tea' },
      { name: 'a/b/c' },
      { routes: () => [] },
      { scope: 'host', join: () => ({ backends: [], canaries: [] }) },
    ])
      expect(of(bad)).toThrow(TypeError);
    for (const onInvalid of ['default', 'ignore-field', 'ignore-family'] as const)
      expect(of({ restricting: true, fields: { a: field('a', int(), { doc, example: '1', onInvalid }) } })).toThrow(/restricts access/);
  });

  it('in a profile', () => {
    const clash = defineFamily({
      name: 'clash',
      title: 'C',
      scope: 'route',
      phase: 'forward',
      fields: { a: field('tea-cups', int(), { doc, example: '1' }) },
      resolve: () => undefined,
    });
    expect(() => registryOf(profileOf([tea, tea]))).toThrow('two families named "tea"');
    expect(() => registryOf(profileOf([tea, clash]))).toThrow('claimed by "tea" and by "clash"');
    expect(() => registryOf(profileOf([tea], { settings: { nope: {} } }))).toThrow('"nope"');
    expect(() => registryOf(profileOf([tea], { phases: phases.slice(1) }))).toThrow('every phase exactly once');
    expect(registryOf(profile)).toBe(registryOf(profile));
  });

  it('in a catalog', () => {
    const names = (families: readonly Family[]) => families.map(({ name }) => name);
    expect(names(insert([tea, gate], lock, { after: 'tea' }))).toEqual(['tea', 'lock', 'gate']);
    expect(names(insert([tea, gate], lock, { before: 'tea' }))).toEqual(['lock', 'tea', 'gate']);
    expect(names(insert([tea], lock))).toEqual(['tea', 'lock']);
    expect(() => insert([tea], tea)).toThrow(TypeError);
    expect(() => insert([tea], lock, { after: 'nope' })).toThrow(TypeError);
  });
});

describe('a Standard Schema as codec', () => {
  const tenant = (schema: unknown) => field('acme.io/tenant', schema as never, { doc, example: '1' });
  it('validates, and reports its issues', () => {
    const { codec, dialect } = tenant(z.coerce.number().int().min(5));
    expect(dialect).toBe('own');
    expect(codec.parse('7')).toEqual({ ok: true, value: 7 });
    expect(codec.parse('x')).toMatchObject({ ok: false, problem: { message: expect.stringContaining('is not valid') } });
  });

  it('is refused where it throws or answers later', () => {
    const schema = (validate: () => unknown) => tenant({ '~standard': { version: 1, vendor: 'test', validate } }).codec.parse('x');
    expect(
      schema(() => {
        throw new Error('no');
      }),
    ).toMatchObject({ ok: false });
    expect(schema(() => Promise.resolve({ value: 1 }))).toMatchObject({ ok: false });
  });
});
