import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type AgeTies, compareAge } from './age-order.ts';

const object = (namespace: string, name: string, creationTimestamp?: string) => ({
  metadata: { namespace, name, ...(creationTimestamp === undefined ? {} : { creationTimestamp }) },
});
const order = (ties: AgeTies, ...objects: readonly ReturnType<typeof object>[]): readonly string[] =>
  [...objects].sort((a, b) => compareAge(a, b, ties)).map(({ metadata: { namespace, name } }) => `${namespace}/${name}`);

describe('two objects of one second', () => {
  const second = '2024-01-01T00:00:00Z';
  const same = [object('b', 'x', second), object('a', 'y', second), object('b', 'a', second)];

  test('are ordered by name, then namespace', () => {
    expect(order('name', ...same)).toEqual(['b/a', 'b/x', 'a/y']);
  });

  test('or by namespace and name, the larger first', () => {
    expect(order('namespace-descending', ...same)).toEqual(['b/x', 'b/a', 'a/y']);
  });
});

test.each<AgeTies>(['name', 'namespace-descending'])('age comes before %s, and no age is the oldest', (ties) => {
  const objects = [
    object('z', 'young', '2024-01-02T00:00:00Z'),
    object('a', 'old', '2024-01-01T00:00:00Z'),
    object('m', 'ageless'),
    object('n', 'wrong', 'yesterday'),
  ];
  const sorted = order(ties, ...objects);
  expect(sorted.slice(2)).toEqual(['a/old', 'z/young']);
  expect([...sorted.slice(0, 2)].sort()).toEqual(['m/ageless', 'n/wrong']);
});

test('the order is total, whatever the names', () => {
  const text = fc.constantFrom('a', 'b', 'a-b', 'ab');
  const time = fc.constantFrom(undefined, '2024-01-01T00:00:00Z', '2024-01-01T01:00:00+01:00', '2024-01-02T00:00:00Z');
  fc.assert(
    fc.property(
      text,
      text,
      time,
      text,
      text,
      time,
      fc.constantFrom<AgeTies>('name', 'namespace-descending'),
      (n1, m1, t1, n2, m2, t2, ties) => {
        const [a, b] = [object(n1, m1, t1), object(n2, m2, t2)];
        const forth = compareAge(a, b, ties);
        expect(Math.sign(compareAge(b, a, ties)) + Math.sign(forth)).toBe(0);
        if (n1 !== n2 || m1 !== m2) expect(forth).not.toBe(0);
      },
    ),
  );
});
