import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compareAge, sortByAge } from './age-order.ts';
import { decodeBase64, decodeUtf8, encodeBase64, encodeUtf8, isBase64 } from './base64.ts';
import { canonicalJson } from './canonical-json.ts';
import { formatPath } from './field-path.ts';
import { escapeControls, quote } from './quote.ts';

describe('base64', () => {
  it('is that of Node, both ways', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 100 }), (bytes) => {
        const text = Buffer.from(bytes).toString('base64');
        expect(encodeBase64(bytes)).toBe(text);
        expect(decodeBase64(text)).toEqual(bytes);
        expect(isBase64(text)).toBe(true);
      }),
    );
  });

  it('is refused where it is not whole, and isBase64 says so beforehand', () => {
    for (const text of ['A', 'AB', 'ABC', 'A===', '====', 'AB=C', 'AB==CD==', 'AB-_', 'ä===', 'AA A', 'AAAA=']) {
      expect(decodeBase64(text), text).toBeUndefined();
      expect(isBase64(text), text).toBe(false);
    }
    expect(decodeBase64('')).toEqual(new Uint8Array());
    expect(decodeBase64('aHVu\ndGVy\r\nMg==\n')).toEqual(encodeUtf8('hunter2'));
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom('A', 'b', '=', '+', '/', '\n', '-', 'é'), maxLength: 12 }),
        (text) => isBase64(text) === (decodeBase64(text) !== undefined),
      ),
    );
  });
});

describe('UTF-8', () => {
  it('is that of the platform, broken bytes included', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary' }),
        (text) => void expect(encodeUtf8(text)).toEqual(new Uint8Array(Buffer.from(text, 'utf8'))),
      ),
    );
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary' }),
        (text) => void expect(decodeUtf8(encodeUtf8(text))).toBe(Buffer.from(text, 'utf8').toString('utf8')),
      ),
    );
    for (const bytes of [[0xc0, 0x80], [0xed, 0xa0, 0x80], [0xf4, 0x90, 0x80, 0x80], [0xff], [0xe2, 0x82], [0x80]]) {
      expect(decodeUtf8(Uint8Array.from(bytes))).toBe('\ufffd'.repeat(bytes.length));
    }
  });
});

describe('quoted text', () => {
  it('is one harmless line', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (text) => {
        const shown = quote(text, 50);
        expect(shown).toMatch(/^".*"$/);
        expect(shown).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069]/);
        expect(shown).not.toMatch(/\p{Cs}/u);
      }),
    );
    expect(quote('a"b\\c\n')).toBe('"a\\"b\\\\c\\n"');
    expect(quote('x'.repeat(10), 4)).toBe('"xxxx…"');
    expect(quote('abc😀', 4)).toBe('"abc…"');
    expect(escapeControls('\u001b[31m\u202e\t\r')).toBe('\\u001b[31m\\u202e\\t\\r');
  });
});

describe('field paths', () => {
  it('read as people write them', () => {
    expect(formatPath(['spec', 'rules', 0, 'host'])).toBe('spec.rules[0].host');
    expect(formatPath(['metadata', 'annotations', 'a.b/c'])).toBe('metadata.annotations["a.b/c"]');
    expect(formatPath([])).toBe('');
    expect(formatPath(['a\n"b'])).toBe('["a\\n\\"b"]');
    expect(formatPath(['__proto__', 'x-y'])).toBe('__proto__.x-y');
  });
});

describe('canonical JSON', () => {
  it('is equal for equal data and means the same data', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const text = canonicalJson(value);
        expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(value)));
        expect(canonicalJson(JSON.parse(text))).toBe(text);
      }),
    );
    expect(canonicalJson({ b: 1, a: [{ d: undefined, c: 2 }] })).toBe(canonicalJson({ a: [{ c: 2 }], b: 1 }));
    expect(canonicalJson(JSON.parse('{"__proto__":1,"a":2}'))).toBe('{"__proto__":1,"a":2}');
    expect(canonicalJson([undefined])).toBe('[null]');
  });
});

describe('age', () => {
  const object = (name: string, creationTimestamp?: string, namespace = 'n') => ({
    metadata: { name, namespace, ...(creationTimestamp === undefined ? {} : { creationTimestamp }) },
  });
  it('puts the oldest first, what has no time before all, then by name and namespace', () => {
    const wanted = [
      object('a'),
      object('b', 'no time'),
      object('z', '2025-01-01T00:00:00Z'),
      object('a', '2026-01-01T00:00:00Z', 'm'),
      object('a', '2026-01-01T00:00:00Z', 'n'),
    ];
    expect(sortByAge([...wanted].reverse())).toEqual(wanted);
    expect(compareAge(object('a', '2026-01-01T00:00:00Z'), object('a', '2026-01-01T01:00:00+01:00'))).toBe(0);
  });

  it('is a total order, however the objects come', () => {
    const some = fc.uniqueArray(
      fc
        .tuple(
          fc.constantFrom('a', 'a.b', 'b'),
          fc.constantFrom(undefined, '2026-01-01T00:00:00Z', '2026-01-01T00:00:01Z', 'x'),
          fc.constantFrom('m', 'n'),
        )
        .map(([name, time, namespace]) => object(name, time, namespace)),
      // Two objects of one name cannot be told apart.
      { selector: ({ metadata }) => `${metadata.namespace}/${metadata.name}` },
    );
    fc.assert(fc.property(some, (objects) => void expect(sortByAge([...objects].reverse())).toEqual(sortByAge(objects))));
  });
});
