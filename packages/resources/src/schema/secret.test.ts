import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { decodeBase64, decodeUtf8 } from '../base64.ts';
import { formatDiagnostics } from '../format-diagnostics.ts';
import { spanOf } from '../source-map.ts';
import { parseManifests } from '../yaml/index.ts';
import { secretSchema } from './secret.ts';

const read = (value: unknown, file = 's.yaml') => parseManifests(typeof value === 'string' ? value : stringify(value), { file });
const secret = (more: object) => ({ apiVersion: 'v1', kind: 'Secret', metadata: { name: 's', namespace: 'web' }, ...more });

describe('stringData', () => {
  it('is merged into data, where it wins', () => {
    const { resources, diagnostics } = read(secret({ data: { a: 'b2xk', b: 'Yg==' }, stringData: { a: 'néw', c: '' } }));
    expect(diagnostics).toEqual([]);
    const [object] = resources;
    if (object?.kind !== 'Secret') throw new Error('no Secret');
    expect(object).not.toHaveProperty('stringData');
    const plain = Object.entries(object.data ?? {}).map(([key, text]) => [key, decodeUtf8(decodeBase64(text) ?? new Uint8Array())]);
    expect(plain).toEqual([
      ['a', 'néw'],
      ['b', 'b'],
      ['c', ''],
    ]);
    expect(secretSchema.parse(object)).toEqual(object);
    // The position is that of what was written.
    expect(spanOf(object, ['data', 'a'])?.line).toBe(
      stringify(secret({ data: { a: 'b2xk', b: 'Yg==' }, stringData: {} }))
        .split('\n')
        .indexOf('stringData: {}') + 2,
    );
  });

  it('may be the only data, and may hold the key __proto__', () => {
    const [object] = read('{"apiVersion":"v1","kind":"Secret","metadata":{"name":"s"},"stringData":{"__proto__":"x"}}').resources;
    if (object?.kind !== 'Secret') throw new Error('no Secret');
    expect(Object.entries(object.data ?? {})).toEqual([['__proto__', 'eA==']]);
  });
});

const needle = 'hunter2-needle';

describe('what stands in a Secret never prints', () => {
  const broken: [string, string][] = [
    ['plain text under data', stringify(secret({ data: { password: needle } }))],
    ['a value of the wrong type', stringify(secret({ data: { password: [needle] } }))],
    ['data that is text', stringify(secret({ data: needle }))],
    ['data that is a list', stringify(secret({ data: [needle] }))],
    ['a type that is a map', stringify(secret({ type: { [needle]: 1 } }))],
    ['a bad name', stringify({ ...secret({ stringData: { password: needle } }), metadata: { name: 'A_B' } })],
    ['broken YAML', `apiVersion: v1\nkind: Secret\nmetadata: {name: s}\nstringData:\n  password: ${needle}\n x: "\n`],
    ['a broken line with it', `apiVersion: v1\nkind: Secret\nmetadata: {name: s}\nstringData:\n  password: "${needle}\n`],
    ['an unknown alias', `apiVersion: v1\nkind: Secret\nmetadata: {name: s}\nstringData:\n  password: *${needle}\n`],
    ['a duplicate key', `apiVersion: v1\nkind: Secret\nmetadata: {name: s}\nstringData:\n  password: ${needle}\n  password: ${needle}\n`],
    ['a tag', `apiVersion: v1\nkind: Secret\nmetadata: {name: s}\nstringData:\n  password: !x ${needle}\n`],
    ['a second colon', `apiVersion: v1\nkind: Secret\nmetadata: {name: s}\nstringData:\n  password: a: ${needle}\n`],
    ['broken JSON', `{"apiVersion":"v1","kind":"Secret","metadata":{"name":"s"},"stringData":{"password":"${needle}",,}}`],
    ['a List with one', JSON.stringify({ apiVersion: 'v1', kind: 'List', items: [secret({ data: { password: needle } })] })],
    ['a number', stringify(secret({ stringData: { password: 12345678901 } }))],
    ['an unknown version', stringify({ ...secret({ stringData: { password: needle } }), apiVersion: 'v2' })],
    [
      'two of one name',
      `${stringify(secret({ stringData: { password: needle } }))}---\n${stringify(secret({ stringData: { password: `${needle}2` } }))}`,
    ],
  ];
  it.each(broken)('%s', (_, text) => {
    const { diagnostics, resources } = read(text);
    const printed = formatDiagnostics(diagnostics, { sources: new Map([['s.yaml', text]]), showInfo: true });
    for (const shown of [printed, JSON.stringify(diagnostics), inspect(diagnostics, { depth: 20 })]) {
      expect(shown).not.toContain(needle);
      expect(shown).not.toContain('12345678901');
      expect(shown).not.toContain(Buffer.from(needle).toString('base64').slice(0, 12));
    }
    if (resources.length === 0) expect(diagnostics.length).toBeGreaterThan(0);
  });
});

it('data that is not base64 refuses a Secret or a ConfigMap, key by key', () => {
  for (const [value, path] of [
    [secret({ data: { a: 'YQ==', b: 'not base64!', c: 'YQ' } }), 'data'],
    [{ ...secret({ binaryData: { a: 'YQ==', b: '*', c: 'YQ' } }), kind: 'ConfigMap' }, 'binaryData'],
  ] as const) {
    const { resources, diagnostics } = read(value);
    expect(resources).toEqual([]);
    expect(diagnostics).toMatchObject([
      { code: 'schema/invalid-base64', path: [path, 'b'], span: { line: expect.any(Number) } },
      { code: 'schema/invalid-base64', path: [path, 'c'] },
    ]);
  }
});
