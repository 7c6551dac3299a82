import { describe, expect, it } from 'vitest';
import type { Codec } from '../codec.ts';
import { bool, decimal, duration, int, oneOf, onOff, seconds, size, text, weight } from './index.ts';

function readValue<T>(codec: Codec<T>, raw: string): T | undefined {
  const result = codec.parse(raw);
  return result.ok ? result.value : undefined;
}

function helpOf(codec: Codec<unknown>, raw: string): string | undefined {
  const result = codec.parse(raw);
  return result.ok ? undefined : result.problem.help;
}

/** Words that people write for booleans (reliability.md A34). */
const words = [
  'true',
  'True',
  'TRUE',
  't',
  'T',
  '1',
  'false',
  'False',
  'FALSE',
  'f',
  'F',
  '0',
  'tRUE',
  'yes',
  'no',
  'on',
  'off',
  'ON',
  '',
  ' ',
  ' true ',
  'true\n',
  'truefalse',
  '2',
];

describe('bool', () => {
  it('reads the twelve words of Go and nothing else', () => {
    const read = Object.fromEntries(words.map((word) => [word, readValue(bool(), word)]));
    const expected: Record<string, boolean | undefined> = Object.fromEntries(words.map((word) => [word, undefined]));
    for (const word of ['true', 'True', 'TRUE', 't', 'T', '1']) expected[word] = true;
    for (const word of ['false', 'False', 'FALSE', 'f', 'F', '0']) expected[word] = false;
    expect(read).toEqual(expected);
  });

  it('says which word was meant', () => {
    expect(helpOf(bool(), 'yes')).toBe('Write "true", without blanks around it.');
    expect(helpOf(bool(), ' FALSE ')).toBe('Write "false", without blanks around it.');
    expect(helpOf(bool(), 'maybe')).toBe('Write "true" or "false".');
  });
});

describe('onOff', () => {
  it('reads on and off and nothing else', () => {
    for (const word of words) expect(readValue(onOff(), word), word).toBe(word === 'on' ? true : word === 'off' ? false : undefined);
    expect(helpOf(onOff(), 'true')).toContain('"on"');
    expect(helpOf(onOff(), 'FALSE')).toContain('"off"');
  });
});

describe('int', () => {
  it.each([
    ['5', 5],
    ['+5', 5],
    ['-5', -5],
    ['-0', 0],
    ['007', 7],
    ['9007199254740991', 9007199254740991],
  ])('reads %j', (raw, value) => {
    const read = readValue(int(), raw);
    expect(read).toBe(value);
  });

  it.each([
    '',
    ' ',
    '1e9',
    '1.5',
    '٣',
    '0x10',
    '0b1',
    '1_000',
    '1,000',
    ' 5',
    '5 ',
    '5s',
    '--5',
    '+',
    '-',
    '9007199254740992',
    '99999999999999999999',
    'Infinity',
    'NaN',
  ])('refuses %j', (raw) => {
    expect(readValue(int(), raw)).toBeUndefined();
  });

  it('keeps its bounds', () => {
    expect(int({ min: 1 }).parse('0')).toEqual({ ok: false, problem: { message: 'is less than 1', help: 'Write a number, at least 1.' } });
    expect(int({ max: 9 }).parse('10')).toEqual({ ok: false, problem: { message: 'is more than 9', help: 'Write a number, at most 9.' } });
    expect(readValue(int({ min: 0, max: 100 }), '100')).toBe(100);
    expect(int({ min: 0, max: 100 }).grammar).toBe('whole number from 0 to 100');
  });

  it('helps with units, fractions, blanks and separators', () => {
    expect(helpOf(int(), '5s')).toBe('Write the number without a unit: "5".');
    expect(helpOf(int(), '20%')).toBe('Write the number without a unit: "20".');
    expect(helpOf(int(), '10/s')).toBe('Write the number without a unit: "10".');
    expect(helpOf(int(), '1.5')).toBe('Fractions are not accepted; write a whole number.');
    expect(helpOf(int(), ' 5 ')).toBe('Remove the blanks: "5".');
    expect(helpOf(int(), '1_000')).toBe('Write the digits without separators: "1000".');
    expect(helpOf(int(), 'many')).toBe('Write digits only, for example "5".');
  });
});

describe('weight', () => {
  it('is a whole number, at least 0', () => {
    expect(readValue(weight(), '0')).toBe(0);
    expect(readValue(weight(), '30')).toBe(30);
    expect(readValue(weight(), '-1')).toBeUndefined();
    expect(readValue(weight(), '30%')).toBeUndefined();
  });
});

describe('decimal', () => {
  it.each([
    ['1', 1],
    ['1.5', 1.5],
    ['-0.25', -0.25],
    ['.5', undefined],
    ['1.', undefined],
    ['1e3', undefined],
    ['Infinity', undefined],
    ['', undefined],
    [' 1', undefined],
  ])('%j is %j', (raw, value) => {
    expect(readValue(decimal(), raw)).toBe(value);
  });
});

describe('seconds', () => {
  it('is a whole number without a unit', () => {
    expect(readValue(seconds(), '5')).toBe(5);
    expect(readValue(seconds(), '0')).toBe(0);
    expect(readValue(seconds(), '-1')).toBeUndefined();
    expect(readValue(seconds({ min: 1 }), '0')).toBeUndefined();
  });

  it('turns units into seconds for the help', () => {
    expect(helpOf(seconds(), '5s')).toBe('Write the number of seconds alone: "5".');
    expect(helpOf(seconds(), '2m')).toBe('Write the number of seconds alone: "120".');
    expect(helpOf(seconds(), '3000ms')).toBe('Write the number of seconds alone: "3".');
    expect(helpOf(seconds(), '1ms')).toBe('Write the number without a unit: "1".');
    expect(seconds().parse('soon')).toMatchObject({ problem: { message: 'is not a whole number of seconds' } });
  });
});

describe('duration', () => {
  it.each([
    ['5', 5000],
    ['500ms', 500],
    ['90s', 90_000],
    ['1m', 60_000],
    ['1m30', 90_000],
    ['1h 30m', 5_400_000],
    ['1h30m10s5ms', 5_410_005],
    ['1d', 86_400_000],
    ['1w', 604_800_000],
    ['1M', 2_592_000_000],
    ['1y', 31_536_000_000],
    ['0', 0],
  ])('%j is %d ms', (raw, value) => {
    expect(readValue(duration(), raw)).toBe(value);
  });

  it.each(['', ' ', '5 ', ' 5', 's', '1s1m', '1m1m', '5 5', '5s5', '1.5h', '-1s', '5x', '1H', '99999999999999999y'])(
    'refuses %j',
    (raw) => {
      expect(readValue(duration(), raw)).toBeUndefined();
    },
  );
});

describe('size', () => {
  it.each([
    ['1024', 1024],
    ['8k', 8192],
    ['8K', 8192],
    ['1m', 1_048_576],
    ['2G', 2_147_483_648],
    ['0', 0],
  ])('%j is %d bytes', (raw, value) => {
    expect(readValue(size(), raw)).toBe(value);
  });

  it('refuses others and says what to write', () => {
    for (const raw of ['', '8mb', '1.5m', '-1', '8 m', 'm', '1t']) expect(readValue(size(), raw), raw).toBeUndefined();
    expect(helpOf(size(), '8MB')).toBe('Write "8m".');
    expect(helpOf(size(), '8 MiB')).toBe('Write "8m".');
  });
});

describe('oneOf', () => {
  const protocol = oneOf(['HTTP', 'HTTPS', 'GRPC'], { ignoreCase: true });

  it('compares exactly, or without case and blanks', () => {
    expect(readValue(oneOf(['a', 'b']), 'a')).toBe('a');
    expect(readValue(oneOf(['a', 'b']), 'A')).toBeUndefined();
    expect(readValue(protocol, ' grpc ')).toBe('GRPC');
    expect(readValue(protocol, 'FCGI')).toBeUndefined();
  });

  it('names the nearest word', () => {
    expect(helpOf(protocol, 'HTPPS')).toBe('Write "HTTPS".');
    expect(protocol.parse('x')).toEqual({
      ok: false,
      problem: { message: 'is not one of HTTP, HTTPS, GRPC', help: 'Write HTTP or HTTPS or GRPC.' },
    });
  });
});

describe('text', () => {
  it('trims every line, and what is left of nothing is no value', () => {
    expect(readValue(text(), '  a b ')).toBe('a b');
    expect(readValue(text({ lines: true }), ' a \n  b \n')).toBe('a\nb');
    expect(readValue(text(), ' \n ')).toBeUndefined();
    expect(readValue(text({ blank: true }), ' ')).toBe('');
  });

  it('refuses what could break a line or a header', () => {
    for (const raw of ['a\nb', 'a\rb', 'a\0b', 'a\u001bb', 'a\tb', 'a\u007fb'])
      expect(readValue(text(), raw), JSON.stringify(raw)).toBeUndefined();
    expect(readValue(text({ lines: true }), 'a\r\nb')).toBe('a\nb');
    expect(readValue(text({ lines: true }), 'a\rb')).toBeUndefined();
    expect(readValue(text({ max: 3 }), 'abcd')).toBeUndefined();
  });
});
