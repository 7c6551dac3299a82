import { describe, expect, it } from 'vitest';
import { EditCollector, noEdits } from './edits.ts';

describe('header edits', () => {
  it('are none until there is one', () => {
    expect(new EditCollector().finish()).toBe(noEdits);
    const taken = new EditCollector();
    taken.set('a', '1');
    taken.remove('a');
    expect(taken.finish()).toEqual({ set: {}, append: {}, remove: ['a'] });
  });

  it('are applied as remove, set, append: the last word on a whole value stands', () => {
    const edits = new EditCollector();
    edits.append('X-A', '1');
    edits.append('x-a', '2');
    edits.remove('X-B');
    edits.set('x-b', 'new');
    edits.append('X-B', 'more');
    edits.append('x-c', 'gone');
    edits.set('X-C', 'whole');
    edits.set('x-d', 'gone');
    edits.remove('X-D');
    expect(edits.finish()).toEqual({
      set: { 'x-b': 'new', 'x-c': 'whole' },
      append: { 'x-a': ['1', '2'], 'x-b': ['more'] },
      remove: ['x-d'],
    });
    expect([edits.get('x-a'), edits.get('x-b'), edits.get('x-d')]).toEqual(['1, 2', 'new, more', undefined]);
    expect(edits.headers()).toEqual({ 'x-a': '1, 2', 'x-b': 'new, more', 'x-c': 'whole' });
  });

  it('take any name for data', () => {
    const edits = new EditCollector();
    edits.set('__proto__', 'x');
    edits.append('constructor', 'y');
    expect(Object.entries(edits.headers())).toEqual([
      ['__proto__', 'x'],
      ['constructor', 'y'],
    ]);
    expect(Object.entries(edits.finish().set)).toEqual([['__proto__', 'x']]);
    expect(Object.entries(edits.finish().append)).toEqual([['constructor', ['y']]]);
  });
});
