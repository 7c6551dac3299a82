import type { AttachedDraft, Joined } from '@ingresskit/annotations';
import type { Predicates, Provenance, WeightedBackend } from '@ingresskit/route-table';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { sum } from '../shares.ts';
import { compareConditions, joinCanaries } from './join.ts';
import type { CanaryPolicy } from './policy.ts';
import { type CanarySettings, canarySettings } from './settings.ts';

interface Report {
  readonly canary: string;
  readonly name: string;
}

function arm(service: string, weight = 100): WeightedBackend {
  return { backend: { namespace: 'default', service, port: 80 }, weight };
}

function provenanceOf(name: string): Provenance {
  return { origin: 'path', ingress: { kind: 'Ingress', namespace: 'default', name }, rule: 0, path: 0, annotations: {} };
}

function attach(
  name: string,
  policy: CanaryPolicy,
  reports: Report[] = [],
  backends: readonly WeightedBackend[] = [arm(name)],
): AttachedDraft<CanaryPolicy> {
  return {
    policy,
    name: `default/${name}`,
    backends,
    policies: undefined,
    provenance: provenanceOf(name),
    report: (code) => reports.push({ canary: name, name: code }),
  };
}

const weighted = (weight: number, total = 100): CanaryPolicy => ({ share: { weight, total } });
const header: Predicates = { headers: [{ name: 'x', match: { kind: 'exact', value: 'always' } }] };
const query: Predicates = { queries: [{ name: 'x', match: { kind: 'exact', value: 'always' } }] };
const cookie: Predicates = { cookies: [{ name: 'x', match: { kind: 'exact', value: 'always' } }] };
const both: Predicates = { ...header, ...query };
const on = (when: Predicates): CanaryPolicy => ({ conditions: [when] });

const primary: Joined = { backends: [arm('base')], canaries: [] };
const weightsOf = ({ backends }: Joined): readonly (readonly [string, number])[] =>
  backends.map(({ backend, weight }) => [backend.service, weight]);
const namesOf = ({ canaries }: Joined): readonly string[] => canaries.map(({ canary }) => canary);

describe('shares', () => {
  test('30 and 20 leave 50, in the order primary, old, new', () => {
    const joined = joinCanaries(primary, [attach('a', weighted(30)), attach('b', weighted(20))], canarySettings);
    expect(joined.backends).toEqual([arm('base', 50), { ...arm('a', 30), canary: 'default/a' }, { ...arm('b', 20), canary: 'default/b' }]);
    expect(joined.canaries).toEqual([]);
  });

  test('the total of the oldest canary holds, and another one is reported', () => {
    const reports: Report[] = [];
    const joined = joinCanaries(primary, [attach('a', weighted(5, 10), reports), attach('b', weighted(2, 100), reports)], canarySettings);
    expect(weightsOf(joined)).toEqual([
      ['base', 30],
      ['a', 50],
      ['b', 20],
    ]);
    expect(reports).toEqual([{ canary: 'b', name: 'other-total' }]);
  });

  test('two canaries of 60 divide everything, and the one that goes too far is reported', () => {
    const reports: Report[] = [];
    const joined = joinCanaries(
      primary,
      [attach('a', weighted(60), reports), attach('b', weighted(60), reports), attach('c', weighted(60), reports)],
      canarySettings,
    );
    expect(weightsOf(joined)).toEqual([
      ['base', 1],
      ['a', 33],
      ['b', 33],
      ['c', 33],
    ]);
    expect(reports).toEqual([{ canary: 'b', name: 'oversubscribed' }]);
  });

  test('weights that fill the total exactly are not too much', () => {
    const reports: Report[] = [];
    const joined = joinCanaries(primary, [attach('a', weighted(60), reports), attach('b', weighted(40), reports)], canarySettings);
    expect(weightsOf(joined)[0]).toEqual(['base', 0]);
    expect(reports).toEqual([]);
  });

  test('a canary of weight 0 stays in the list', () => {
    expect(weightsOf(joinCanaries(primary, [attach('a', weighted(0))], canarySettings))).toEqual([
      ['base', 100],
      ['a', 0],
    ]);
  });

  test('a weight that rounds to nothing is reported', () => {
    const reports: Report[] = [];
    const joined = joinCanaries(primary, [attach('a', weighted(9, 1000), reports)], canarySettings);
    expect(weightsOf(joined)).toEqual([
      ['base', 100],
      ['a', 0],
    ]);
    expect(reports).toEqual([{ canary: 'a', name: 'share-too-small' }]);
  });

  test('several arms of a primary or canary divide the share of their Ingress', () => {
    const split: Joined = { backends: [arm('base', 67), arm('base-2', 33)], canaries: [] };
    const joined = joinCanaries(split, [attach('a', weighted(25), [], [arm('a-1', 50), arm('a-2', 50)])], canarySettings);
    expect(weightsOf(joined)).toEqual([
      ['base', 51],
      ['base-2', 24],
      ['a-1', 13],
      ['a-2', 12],
    ]);
  });

  test('a canary keeps policies of its own on its arms', () => {
    const policies = { headers: { note: 'own' } };
    const canary = { ...attach('a', weighted(10)), policies };
    expect(joinCanaries(primary, [canary], canarySettings).backends[1]).toEqual({ ...arm('a', 10), canary: 'default/a', policies });
  });

  test('a canary does not open a primary that has no backend', () => {
    expect(joinCanaries({ backends: [], canaries: [] }, [attach('a', weighted(50))], canarySettings).backends).toEqual([]);
  });

  test('a canary without a backend takes nothing', () => {
    const joined = joinCanaries(primary, [attach('a', weighted(50), [], []), attach('b', on(header), [], [])], canarySettings);
    expect(joined).toEqual(primary);
  });

  test('whatever the weights, shares are whole, not negative and sum to 100', () => {
    const policy = fc.record({ weight: fc.nat({ max: 1_000_000_000 }), total: fc.integer({ min: 1, max: 1_000_000_000 }) });
    const arms = fc.array(fc.nat({ max: 100 }), { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(fc.array(fc.tuple(policy, arms), { minLength: 1, maxLength: 6 }), arms, (canaries, own) => {
        const base: Joined = { backends: own.map((weight, index) => arm(`base-${index}`, weight)), canaries: [] };
        const attached = canaries.map(([share, weights], index) =>
          attach(
            `canary-${index}`,
            { share },
            [],
            weights.map((weight, part) => arm(`canary-${index}-${part}`, weight)),
          ),
        );
        const weights = joinCanaries(base, attached, canarySettings).backends.map(({ weight }) => weight);
        expect(sum(weights)).toBe(100);
        for (const weight of weights) expect(Number.isInteger(weight) && weight >= 0).toBe(true);
      }),
    );
  });
});

describe('conditions', () => {
  test('the more specific one is tried first, equals from old to new', () => {
    const attached = [
      attach('cookie', on(cookie)),
      attach('query', on(query)),
      attach('header-old', on(header)),
      attach('both', on(both)),
      attach('header-new', on(header)),
    ];
    expect(namesOf(joinCanaries(primary, attached, canarySettings))).toEqual([
      'default/both',
      'default/header-old',
      'default/header-new',
      'default/query',
      'default/cookie',
    ]);
  });

  test('a gateway may go by age alone', () => {
    const attached = [attach('cookie', on(cookie)), attach('header', on(header))];
    expect(namesOf(joinCanaries(primary, attached, { ...canarySettings, order: 'age' }))).toEqual(['default/cookie', 'default/header']);
  });

  test('canaries that are there already stay first', () => {
    const [there] = joinCanaries(primary, [attach('there', on(cookie))], canarySettings).canaries;
    const joined = joinCanaries(
      { ...primary, canaries: there === undefined ? [] : [there] },
      [attach('header', on(header))],
      canarySettings,
    );
    expect(namesOf(joined)).toEqual(['default/there', 'default/header']);
  });

  test('a canary with conditions takes no part in the draw, and its only arm has the whole', () => {
    const joined = joinCanaries(primary, [attach('a', on(header), [], [arm('a', 40)])], canarySettings);
    expect(joined.backends).toEqual([arm('base')]);
    expect(joined.canaries).toEqual([{ canary: 'default/a', when: header, backends: [arm('a')], provenance: provenanceOf('a') }]);
  });

  test('one canary may have conditions and a share where its gateway lets all kinds act', () => {
    const joined = joinCanaries(
      primary,
      [attach('a', { conditions: [header, cookie], share: { weight: 40, total: 100 } })],
      canarySettings,
    );
    expect(joined.canaries.map(({ when }) => when)).toEqual([header, cookie]);
    expect(weightsOf(joined)).toEqual([
      ['base', 60],
      ['a', 40],
    ]);
  });

  test('the order is total: antisymmetric, transitive, and blind to everything but the conditions', () => {
    const condition = fc.constantFrom(header, query, cookie, both, { headers: [...(header.headers ?? []), ...(header.headers ?? [])] });
    fc.assert(
      fc.property(condition, condition, condition, (a, b, c) => {
        expect(Math.sign(compareConditions(a, b))).toBe(-Math.sign(compareConditions(b, a)) + 0);
        if (compareConditions(a, b) <= 0 && compareConditions(b, c) <= 0) expect(compareConditions(a, c)).toBeLessThanOrEqual(0);
      }),
    );
  });

  test('which canaries stand beside them does not change the order of two', () => {
    const kinds = fc.array(fc.constantFrom(header, query, cookie, both), { maxLength: 6 });
    fc.assert(
      fc.property(kinds, fc.nat(), (whens, index) => {
        const attached = whens.map((when, age) => attach(`canary-${age}`, on(when)));
        const all = namesOf(joinCanaries(primary, attached, canarySettings));
        const without = attached.filter((_, age) => age !== index % Math.max(1, whens.length));
        const fewer = namesOf(joinCanaries(primary, without, canarySettings));
        expect(all.filter((name) => fewer.includes(name))).toEqual(fewer);
      }),
    );
  });
});

describe('one canary for each primary', () => {
  test('the oldest joins, the others are reported', () => {
    const reports: Report[] = [];
    const joined = joinCanaries(primary, [attach('a', weighted(10), reports), attach('b', on(header), reports)], {
      ...canarySettings,
      canaries: 'oldest',
    });
    expect(weightsOf(joined)).toEqual([
      ['base', 90],
      ['a', 10],
    ]);
    expect(joined.canaries).toEqual([]);
    expect(reports).toEqual([{ canary: 'b', name: 'older-canary' }]);
  });
});

describe('copies and givers, where the gateway has them', () => {
  const settings: CanarySettings = { ...canarySettings, order: 'age', conditional: 'copy', giver: 'first' };

  test('a condition makes a copy of the route, and a weight an arm', () => {
    const joined = joinCanaries(primary, [attach('new', on(header)), attach('share', weighted(20)), attach('old', on(cookie))], settings);
    expect(joined.canaries).toEqual([]);
    expect(joined.copies?.map(({ canary, when }) => [canary, when])).toEqual([
      ['default/new', header],
      ['default/old', cookie],
    ]);
    expect(weightsOf(joined)).toEqual([
      ['base', 80],
      ['share', 20],
    ]);
  });

  test('the first of several destinations gives, and of a canary with several the first takes', () => {
    const several: Joined = { backends: [arm('a', 60), arm('b', 30), arm('c', 10)], canaries: [] };
    const canaries = [attach('gray', weighted(20, 1000), [], [arm('gray', 50), arm('spare', 50)])];
    expect(weightsOf(joinCanaries(several, canaries, settings))).toEqual([
      ['a', 40],
      ['b', 30],
      ['c', 10],
      ['gray', 20],
    ]);
    // More than all: everybody but the first shrinks.
    expect(weightsOf(joinCanaries(several, [attach('gray', weighted(160))], settings))).toEqual([
      ['a', 0],
      ['b', 15],
      ['c', 5],
      ['gray', 80],
    ]);
  });
});

test('a canary of a closed primary is reported: canary/closed-primary', () => {
  const reports: Report[] = [];
  const closed: Joined = { backends: [], canaries: [] };
  joinCanaries(closed, [attach('weighted', weighted(10), reports), attach('chosen', on(header), reports)], canarySettings);
  expect(reports).toEqual([
    { canary: 'weighted', name: 'closed-primary' },
    { canary: 'chosen', name: 'closed-primary' },
  ]);
});
