import { expect, test } from 'vitest';
import { Recent } from './recent.ts';

test('what is used stays, what is not is forgotten', () => {
  const recent = new Recent<number>(10);
  recent.set('kept', -1);
  recent.set('left', -2);
  for (let index = 0; index < 1000; index++) {
    recent.set(`other ${index}`, index);
    if (index % 5 === 0) expect(recent.get('kept')).toBe(-1);
  }
  expect(recent.get('left')).toBeUndefined();
  expect(recent.get('other 999')).toBe(999);
  expect(
    Array.from({ length: 1000 }, (_, index) => recent.get(`other ${index}`)).filter((value) => value !== undefined).length,
  ).toBeLessThan(20);
});
