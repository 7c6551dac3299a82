import { expect, it } from 'vitest';
import { patternOf } from './pattern-of.ts';

it('is compiled once for a rule, with the end and the case that the rule names', () => {
  const rule = { value: '/A/(.*)', end: 'full', ignoreCase: true } as const;
  const pattern = patternOf(rule, 'search');
  expect(pattern).toMatchObject({ source: '/A/(.*)', end: 'full', ignoreCase: true });
  expect(patternOf(rule, 'search')).toBe(pattern);
  expect(patternOf({ value: 'a' }, 'open')).toMatchObject({ end: 'open', ignoreCase: false });
});

it('is nothing, again and again, where the text is no pattern', () => {
  const rule = { value: '(' };
  expect([patternOf(rule, 'open'), patternOf(rule, 'open')]).toEqual([undefined, undefined]);
});
