import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { jsonPlaces } from './json-places.ts';

describe('jsonPlaces', () => {
  it.each<readonly [string, number]>([
    ['', 0],
    ['{', 1],
    ['{"a":1', 6],
    ['{"a":1,}', 7],
    ['{"a" 1}', 5],
    ["{'a':1}", 1],
    ['{"a":tru}', 5],
    ['{"a":01}', 6],
    ['[1,2', 4],
    ['[1 2]', 3],
    ['"a\nb"', 2],
    ['"\\x"', 1],
    ['{} x', 3],
    ['nul', 0],
    ['{a:1}', 1],
  ])('finds the mistake in %j at %i', (text, fault) => {
    expect(() => JSON.parse(text) as unknown).toThrow(SyntaxError);
    expect(jsonPlaces(text).fault).toBe(fault);
  });

  it('finds none in what JSON.parse takes', () => {
    fc.assert(
      fc.property(fc.json(), fc.integer({ min: 0, max: 4 }), (text, indent) => {
        const spaced = JSON.stringify(JSON.parse(text), undefined, indent);
        return jsonPlaces(text).fault === undefined && jsonPlaces(spaced).fault === undefined;
      }),
    );
  });

  it('finds one wherever JSON.parse does not take the text', () => {
    fc.assert(
      fc.property(fc.json(), fc.nat(), fc.constantFrom('', '"', '{', ']', ',', 'x', '\\', '-'), (json, at, piece) => {
        const offset = at % (json.length + 1);
        const text = json.slice(0, offset) + piece + json.slice(offset + 1);
        let isValid = true;
        try {
          JSON.parse(text);
        } catch {
          isValid = false;
        }
        return (jsonPlaces(text).fault === undefined) === isValid;
      }),
      { numRuns: 500 },
    );
  });

  it('places the members of the outermost object', () => {
    const text = ' { "a" : {"b": 2}, "c\\u0041":[1] }';
    const { members } = jsonPlaces(text);
    expect([...members].map(([key, offset]) => [key, text[offset]])).toEqual([
      ['a', '{'],
      ['cA', '['],
    ]);
  });

  it('gives up on depth instead of overflowing', () => {
    expect(jsonPlaces('['.repeat(100_000)).fault).toBeGreaterThan(0);
  });
});
