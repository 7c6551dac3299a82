import { expect, test } from 'vitest';
import type { CanaryFields } from './fields.ts';
import { resolveCanary } from './resolve.ts';
import { canarySettings } from './settings.ts';

test.each([
  [['total'], ['no-condition', 'total-without-weight']],
  [['weight', 'total'], []],
])('with %j, canary/total-without-weight is among what is reported: %j', (present, expected) => {
  const codes: string[] = [];
  const context = {
    settings: canarySettings,
    present: (name: keyof CanaryFields) => present.includes(name),
    report: (code: string) => codes.push(code),
  };
  const values = { enabled: true, weight: 0, total: 1_000 };
  resolveCanary(values as Parameters<typeof resolveCanary>[0], context as unknown as Parameters<typeof resolveCanary>[1]);
  expect(codes).toEqual(expected);
});
