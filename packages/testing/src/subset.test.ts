import { describe, expect, it } from 'vitest';
import { differencesFrom, formatDifference, projectOnto } from './subset.ts';

describe('differencesFrom', () => {
  it('takes objects as subsets at every depth', () => {
    expect(differencesFrom({ a: { b: 1 } }, { a: { b: 1, c: 2 }, d: 3 })).toEqual([]);
  });

  it('takes lists by length and order, their items as subsets', () => {
    expect(
      differencesFrom({ split: [{ service: 'a' }, { service: 'b' }] }, { split: [{ service: 'a', weight: 1 }, { service: 'b' }] }),
    ).toEqual([]);
    expect(differencesFrom(['a', 'b'], ['b', 'a']).map(({ path }) => path)).toEqual(['[0]', '[1]']);
    expect(differencesFrom({ list: ['a'] }, { list: ['a', 'b'] })).toEqual([{ path: 'list', expected: ['a'], actual: ['a', 'b'] }]);
  });

  it('takes null for absent', () => {
    expect(differencesFrom({ a: null }, {})).toEqual([]);
    expect(differencesFrom({ a: null }, { a: 1 })).toEqual([{ path: 'a', expected: undefined, actual: 1 }]);
  });

  it('names the path of every difference', () => {
    expect(differencesFrom({ a: { b: 1 }, c: 2 }, { a: { b: 2 } }).map(formatDifference)).toEqual([
      'a.b should be 1, and is 2',
      'c should be 2, and is absent',
    ]);
  });

  it('tells values of different types apart', () => {
    expect(differencesFrom({ a: {} }, { a: [] })).toHaveLength(1);
    expect(differencesFrom({ a: '1' }, { a: 1 })).toHaveLength(1);
    expect(differencesFrom('x', undefined).map(formatDifference)).toEqual(['the decision should be "x", and is absent']);
  });

  it('does not look up the prototype', () => {
    expect(differencesFrom({ toString: 'x' }, {})).toEqual([{ path: 'toString', expected: 'x', actual: undefined }]);
  });
});

describe('projectOnto', () => {
  it('keeps the fields of the expectation with the values found, so that it holds', () => {
    const expected = { a: 1, b: { c: 2 }, list: [{ x: 1 }], gone: true };
    const actual = {
      a: 5,
      b: { c: 6, d: 7 },
      list: [
        { x: 2, y: 3 },
        { x: 4, y: 5 },
      ],
      more: 1,
    };
    const projected = projectOnto(expected, actual);
    expect(projected).toEqual({ a: 5, b: { c: 6 }, list: [{ x: 2 }, { x: 4, y: 5 }], gone: null });
    expect(differencesFrom(projected, actual)).toEqual([]);
  });
});
