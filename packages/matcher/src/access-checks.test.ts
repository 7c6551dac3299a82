import type { Family, Outcome } from '@ingresskit/annotations';
import { describe, expect, it } from 'vitest';
import { AccessChecks } from './access-checks.ts';
import type { FilterStep } from './plan.ts';

const step = (name: string, accessCheck = true): FilterStep => ({
  family: { name, accessCheck } as Family,
  phase: 'address',
  policy: {},
  settings: {},
});
const forbidden: Outcome = { kind: 'respond', status: 403 };
const challenge: Outcome = { kind: 'respond', status: 401 };
const signIn: Outcome = { kind: 'redirect', status: 302, location: 'https://a.example/' };

/** What a row of checks comes to where any one is enough. */
function row(...outcomes: readonly (Outcome | undefined)[]): Outcome | undefined {
  const checks = new AccessChecks();
  checks.mode = 'any';
  for (const [index, outcome] of outcomes.entries()) {
    const spoken = checks.weigh(step(`check-${index}`), outcome, index === outcomes.length - 1);
    if (spoken.outcome !== undefined) return spoken.outcome;
  }
  return undefined;
}

describe('where any one check is enough', () => {
  it.each<[string, readonly (Outcome | undefined)[], Outcome | undefined]>([
    ['a lone refusal holds', [forbidden], forbidden],
    ['a challenge is told before a plain no', [forbidden, challenge], challenge],
    ['whatever their order', [challenge, forbidden], challenge],
    ['a sign-in page before a challenge', [challenge, signIn, forbidden], signIn],
    ['a check that has nothing to say lets nobody in', [forbidden, undefined], forbidden],
    ['nor keeps anybody out', [undefined, undefined], undefined],
    ['a failure is final', [forbidden, { kind: 'respond', status: 500 }, undefined], { kind: 'respond', status: 500 }],
    ['so is a gate that cannot tell', [{ kind: 'deny', why: 'x' }, undefined], { kind: 'deny', why: 'x' }],
  ])('%s', (_what, outcomes, result) => {
    expect(row(...outcomes)).toEqual(result);
  });

  it('the first that lets in ends them', () => {
    const checks = new AccessChecks();
    checks.mode = 'any';
    expect(checks.weigh(step('address'), forbidden, false).outcome).toBeUndefined();
    checks.granted = true;
    expect(checks.weigh(step('password'), undefined, false).outcome).toBeUndefined();
    expect(checks.isNeedless(step('service'))).toBe(true);
    expect(checks.isNeedless(step('headers', false))).toBe(false);
  });
});

it('all are needed unless a policy says otherwise', () => {
  const checks = new AccessChecks();
  checks.granted = true;
  expect(checks.isNeedless(step('password'))).toBe(false);
  expect(checks.weigh(step('password'), forbidden, false).outcome).toBe(forbidden);
  checks.mode = 'any';
  checks.granted = false;
  expect(checks.weigh(step('cors', false), forbidden, false).outcome).toBe(forbidden);
});
