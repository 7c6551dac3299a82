import { describe, expect, it } from 'vitest';
import { applyEdits } from './headers.ts';

const pairs = ['Host', 'a', 'X-User', 'eve', 'Accept', '*/*', 'x.user', 'mallory', 'X_User', 'trudy'];
const none = { set: {}, append: {}, remove: [] };

describe('applyEdits', () => {
  it('gives the same array back where there is nothing to do, and never changes it', () => {
    expect(applyEdits(pairs, none)).toBe(pairs);
    const before = [...pairs];
    applyEdits(pairs, { set: { accept: 'text/html' }, append: { via: ['x', 'y'] }, remove: ['x-user'] }, true);
    expect(pairs).toEqual(before);
  });

  it('removes, then sets, then appends', () => {
    expect(applyEdits(pairs, { set: { accept: 'text/html' }, append: { via: ['x', 'y'] }, remove: ['x-user'] })).toEqual([
      ...['Host', 'a', 'x.user', 'mallory', 'X_User', 'trudy', 'accept', 'text/html', 'via', 'x', 'via', 'y'],
    ]);
  });

  it('takes names that read alike for the same only where it is told to', () => {
    expect(applyEdits(pairs, { ...none, set: { 'x-user': 'ann' } })).toContain('mallory');
    expect(applyEdits(pairs, { ...none, set: { 'x-user': 'ann' } }, true)).toEqual(['Host', 'a', 'Accept', '*/*', 'x-user', 'ann']);
    expect(applyEdits(pairs, { ...none, remove: ['x-user'] }, true)).toEqual(['Host', 'a', 'Accept', '*/*']);
  });

  it('leaves what frames a message alone', () => {
    const edits = {
      set: { 'content-length': '1', 'transfer-encoding': 'chunked' },
      append: { connection: ['close'], host: ['b'] },
      remove: [],
    };
    expect(applyEdits(['accept', '*/*'], edits)).toEqual(['accept', '*/*']);
  });
});
