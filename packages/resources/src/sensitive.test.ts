import { inspect, isDeepStrictEqual } from 'node:util';
import { describe, expect, it } from 'vitest';
import { Sensitive } from './sensitive.ts';

const value = { password: 'hunter2' };
const secret = new Sensitive('Secret web/users key auth revision 42', value);

describe('a sensitive value', () => {
  it('is handed over when asked', () => {
    expect(secret.reveal()).toBe(value);
    expect(Sensitive.unresolved('gone').reveal()).toBeUndefined();
    expect(secret.label).toBe('Secret web/users key auth revision 42');
  });

  it('never prints', () => {
    const wrapped = { deep: [secret], map: new Map([['k', secret]]), set: new Set([secret]) };
    const shown = [
      String(secret),
      `${secret}`,
      JSON.stringify(secret),
      JSON.stringify({ secret }),
      inspect(secret),
      inspect(wrapped, { depth: 10, showHidden: true, getters: true }),
      inspect(Object.assign(Object.create(null), { secret })),
      JSON.stringify(Object.entries(secret)),
      JSON.stringify({ ...secret }),
      JSON.stringify(Object.getOwnPropertyDescriptors(secret)),
      JSON.stringify(structuredClone({ ...secret })),
      inspect(structuredClone(secret)),
      new Error(`failed: ${secret}`, { cause: secret }).stack ?? '',
      inspect(new Error('failed', { cause: secret })),
    ];
    for (const text of shown) expect(text).not.toContain('hunter2');
    expect(JSON.parse(JSON.stringify(secret))).toEqual({ $sensitive: secret.label });
    expect(inspect(secret)).toContain(secret.label);
    expect(() => expect({ secret }).toEqual({ secret: new Sensitive('other', value) })).toThrow(/^(?![\s\S]*hunter2)/);
  });

  it('equals another of its label, as far as comparisons can see', () => {
    expect(isDeepStrictEqual(secret, new Sensitive(secret.label, 'other'))).toBe(true);
    expect(isDeepStrictEqual(secret, new Sensitive('other', value))).toBe(false);
  });
});
