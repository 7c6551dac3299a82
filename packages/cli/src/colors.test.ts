import { describe, expect, it } from 'vitest';
import { diagnosticPaint, wantsColor } from './colors.ts';

describe('wantsColor', () => {
  it.each<readonly [Record<string, string>, boolean, boolean]>([
    [{}, true, true],
    [{}, false, false],
    [{ NO_COLOR: '1' }, true, false],
    [{ NO_COLOR: '' }, true, true],
    [{ FORCE_COLOR: '1' }, false, true],
    [{ FORCE_COLOR: '0' }, true, false],
    [{ FORCE_COLOR: 'false' }, true, false],
    [{ FORCE_COLOR: '1', NO_COLOR: '1' }, false, true],
    [{ TERM: 'dumb' }, true, false],
  ])('%o on a terminal %s: %s', (env, isTTY, expected) => {
    expect(wantsColor({ env }, { isTTY })).toBe(expected);
  });
});

describe('diagnosticPaint', () => {
  it('leaves text as it is without colour', () => {
    expect(diagnosticPaint({ env: {} }, { isTTY: false }).error?.('x')).toBe('x');
    expect(diagnosticPaint({ env: { FORCE_COLOR: '1' } }, { isTTY: false }).error?.('x')).toBe('\u001b[31mx\u001b[39m');
  });
});
