import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { findDuplicates, settleDuplicates } from './duplicates.ts';
import type { Resource } from './resource.ts';
import { parseManifests } from './yaml/index.ts';

const service = (name: string, port: number): Resource => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name, namespace: 'x' },
  spec: { ports: [{ port }] },
});

describe('two manifests of one object', () => {
  it('leave one, whatever their order, and name the other', () => {
    const [one, two, other] = [service('a', 80), service('a', 81), service('b', 80)];
    for (const order of [
      [one, two, other],
      [two, other, one],
      [other, one, two],
    ]) {
      const { resources, diagnostics } = settleDuplicates(order);
      expect(new Set(resources)).toEqual(new Set([one, other]));
      expect(diagnostics).toMatchObject([
        {
          code: 'schema/duplicate-object',
          severity: 'error',
          consequence: 'object-rejected',
          object: { kind: 'Service', namespace: 'x', name: 'a' },
          related: [{ object: { name: 'a' } }],
        },
      ]);
    }
  });

  it('in equal words are only a warning; one object given twice is none', () => {
    expect(findDuplicates([service('a', 80), service('a', 80)])).toMatchObject([{ severity: 'warning', consequence: 'none' }]);
    const one = service('a', 80);
    expect(findDuplicates([one, one])).toEqual([]);
    expect(findDuplicates([one, { ...one, metadata: { name: 'a', namespace: 'y' } } as Resource])).toEqual([]);
  });

  it('are found by place', () => {
    const text = 'apiVersion: v1\nkind: Namespace\nmetadata: {name: a}\n---\napiVersion: v1\nkind: Namespace\nmetadata: {name: a}\n';
    const { resources } = parseManifests(text, { file: 'f' });
    for (const order of [resources, [...resources].reverse()]) {
      expect(findDuplicates(order)).toMatchObject([{ span: { line: 5 }, related: [{ span: { line: 1 } }] }]);
    }
  });

  it('settle alike in any order', () => {
    const some = fc.array(
      fc.tuple(fc.constantFrom('a', 'b'), fc.integer({ min: 1, max: 3 })).map(([name, port]) => service(name, port)),
      { maxLength: 8 },
    );
    fc.assert(
      fc.property(
        some.chain((list) => fc.tuple(fc.constant(list), fc.shuffledSubarray(list, { minLength: list.length }))),
        ([list, shuffled]) => {
          const settled = settleDuplicates(list);
          const other = settleDuplicates(shuffled);
          const sorted = (values: readonly unknown[]) => values.map((value) => JSON.stringify(value)).sort();
          expect(sorted(other.resources)).toEqual(sorted(settled.resources));
          expect(sorted(other.diagnostics)).toEqual(sorted(settled.diagnostics));
        },
      ),
    );
  });
});
