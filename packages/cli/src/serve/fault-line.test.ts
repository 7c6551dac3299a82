import { describe, expect, it } from 'vitest';
import { faultLine } from './fault-line.ts';

const beginning = 'ingresskit: internal error that nobody caught, please report it: ';
const end = '; requests under way finish, then this process ends.';

/** What it says between the words that are always the same. */
function told(error: unknown): string {
  const line = faultLine(error);
  expect(line).toMatch(/^[ -~]*$/);
  expect(line.startsWith(beginning) && line.endsWith(end)).toBe(true);
  return line.slice(beginning.length, -end.length);
}

function thrown(error: Error, stack: string | undefined, code?: unknown): Error {
  return Object.assign(error, { stack, code });
}

describe('an error', () => {
  it('is told by its kind, its code and its calls, without its message', () => {
    const error = new TypeError('planted-secret');
    error.stack = 'TypeError: planted-secret\n    at one (file:///a.js:1:2)\n    at async two (file:///b.js:3:4)';
    expect(told(error)).toBe('TypeError at one (file:///a.js:1:2) < async two (file:///b.js:3:4)');
    expect(told(Object.assign(error, { code: 'ERR_ODD' }))).toMatch(/^TypeError ERR_ODD at one /);
  });

  it('does not tell lines of its message that look like calls', () => {
    const message = 'bad\n    at planted-secret (x)';
    const stack = `Error: ${message}\n    at real (file:///a.js:1:2)`;
    expect(told(thrown(new Error(message), stack))).toBe('Error at real (file:///a.js:1:2)');
  });

  it('tells the innermost six calls', () => {
    const calls = Array.from({ length: 9 }, (_, index) => `    at call${index} (a.js:1:1)`);
    const text = told(thrown(new Error(''), `Error\n${calls.join('\n')}`));
    expect(text.match(/call\d/g)).toEqual(['call0', 'call1', 'call2', 'call3', 'call4', 'call5']);
  });

  it('without a stack is told without calls', () => {
    expect(told(thrown(new RangeError('x'), undefined))).toBe('RangeError');
    expect(told(thrown(new RangeError('x'), ''))).toBe('RangeError');
  });

  it('stays one line of plain characters, whatever its parts are', () => {
    const error = thrown(new Error('x'), 'Error: x\n    at ä\u001b[31m (ü.js:1:1)', 'two words');
    error.name = 'a\nb';
    expect(told(error)).toBe('Error at ??[31m (?.js:1:1)');
    expect(told(thrown(new Error('x'), 'Error: x', 'y'.repeat(61)))).toBe('Error');
    expect(told(thrown(new Error('x'), 'Error: x', 7))).toBe('Error');
  });
});

describe('what is no error', () => {
  it.each([
    ['planted-secret', 'a value of type string'],
    [undefined, 'a value of type undefined'],
    [null, 'null'],
    [{ message: 'planted-secret' }, 'a value of type object'],
    [() => 1, 'a value of type function'],
  ])('%s is told by its type', (value, expected) => {
    expect(told(value)).toBe(expected);
  });

  it('may throw when it is looked at', () => {
    const hostile = new Proxy(new Error('x'), {
      get: () => {
        throw new Error('planted-secret');
      },
    });
    expect(told(hostile)).toBe('an error that cannot be read');
  });
});
