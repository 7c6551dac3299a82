import { describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import type { FieldPath, Span } from '../diagnostic.ts';
import type { Resource } from '../resource.ts';
import { locate, lookupOf, originOf, spanOf } from '../source-map.ts';
import { createSnapshot } from '../store.ts';
import { parseManifests } from './parse-manifests.ts';

const ingress = {
  apiVersion: 'networking.k8s.io/v1',
  kind: 'Ingress',
  metadata: {
    name: 'shop',
    namespace: 'web',
    labels: { 'app.kubernetes.io/name': 'shop', 'with "quotes"': 'x' },
    annotations: {
      'nginx.ingress.kubernetes.io/enable-cors': 'true',
      'nginx.ingress.kubernetes.io/cors-allow-origin': 'https://a, https://b',
      multi: 'line 1\nline 2',
    },
  },
  spec: {
    ingressClassName: 'mse',
    defaultBackend: { service: { name: 'fallback', port: { number: 80 } } },
    tls: [{ hosts: ['a.example', '*.b.example'], secretName: 'cert' }],
    rules: [
      {
        host: 'a.example',
        http: { paths: [{ path: '/a', pathType: 'Prefix', backend: { service: { name: 'a', port: { name: 'http' } } } }] },
      },
      { http: { paths: [{ path: '/b', pathType: 'Exact', backend: { resource: { apiGroup: 'x.example', kind: 'Bucket', name: 'b' } } }] } },
    ],
  },
};

function* fields(value: unknown, path: FieldPath = []): Generator<FieldPath, undefined, undefined> {
  if (typeof value !== 'object' || value === null) return;
  for (const [key, item] of Object.entries(value)) {
    const at = [...path, Array.isArray(value) ? Number(key) : key];
    yield at;
    yield* fields(item, at);
  }
}

function textAt(text: string, { line, column, length }: Span): string {
  return (text.split('\n')[line - 1] ?? '').slice(column - 1, column - 1 + length);
}

/** Every field's span starts with its key, and ends with its value when that stands on the key's line. */
function checkSpans(text: string, object: Resource, from: unknown): number {
  let count = 0;
  for (const path of fields(from)) {
    count++;
    const span = spanOf(object, path);
    if (span === undefined) throw new Error(`no span for ${path.join('.')}`);
    const part = textAt(text, span);
    const last = path.at(-1);
    if (typeof last === 'string')
      expect(
        [last, JSON.stringify(last)].some((key) => part.startsWith(key) || part.startsWith(`'${key}`)),
        `${path.join('.')}: ${part}`,
      ).toBe(true);
    let value: unknown = from;
    for (const key of path) value = (value as Record<string | number, unknown>)[key];
    if (typeof value !== 'object' && !String(value).includes('\n'))
      expect(part.replaceAll(/["']/g, '').endsWith(String(value)), `${path.join('.')}: ${part}`).toBe(true);
  }
  return count;
}

describe('every field has its place', () => {
  const forms: [string, string][] = [
    ['block YAML', stringify(ingress)],
    [
      'block YAML with quotes and comments',
      `# comment\n${stringify(ingress, { defaultStringType: 'QUOTE_DOUBLE', defaultKeyType: 'QUOTE_DOUBLE' })}`,
    ],
    ['flow YAML', stringify(ingress, { collectionStyle: 'flow' })],
    ['JSON', JSON.stringify(ingress, null, 2)],
    ['dense JSON', JSON.stringify(ingress)],
    ['with carriage returns', stringify(ingress).replaceAll('\n', '\r\n')],
  ];
  it.each(forms)('in %s', (_, text) => {
    const padded = `kind: x\n---\n${text}`;
    const { resources } = parseManifests(padded, { file: 'shop.yaml' });
    const [object] = resources;
    expect(resources).toHaveLength(1);
    expect(object).toEqual(ingress);
    if (object !== undefined) expect(checkSpans(padded, object, ingress)).toBe(49);
  });

  it('in the items of a List, YAML and JSON', () => {
    const list = { apiVersion: 'v1', kind: 'List', items: [{ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'first' } }, ingress] };
    for (const text of [stringify(list), JSON.stringify(list), JSON.stringify(list, null, 2)]) {
      const object = parseManifests(text, { file: 'l' }).resources[1];
      if (object === undefined) throw new Error('no second item');
      checkSpans(text, object, ingress);
      expect(spanOf(object)?.line).toBeGreaterThanOrEqual(1);
    }
  });

  it('also after many other documents, whose trees are parsed again', () => {
    const text = Array.from({ length: 40 }, (_, index) =>
      stringify({ ...ingress, metadata: { ...ingress.metadata, name: `n${index}` } }),
    ).join('---\n');
    const { resources } = parseManifests(text, { file: 'many' });
    expect(resources).toHaveLength(40);
    const lines = resources.map((object) => spanOf(object, ['metadata', 'name'])?.line ?? 0);
    expect(lines.map((line) => text.split('\n')[line - 1])).toEqual(lines.map((_, index) => `  name: n${index}`));
  });
});

describe('a field that is not in the text', () => {
  const text = stringify(ingress);
  const [object] = parseManifests(text, { file: 'shop.yaml' }).resources;

  it('gives its nearest ancestor', () => {
    if (object === undefined) throw new Error('no object');
    const at = (path: FieldPath) => textAt(text, spanOf(object, path) as Span);
    expect(at(['spec', 'rules', 0, 'http', 'nothing', 'here'])).toBe('http:'.slice(0, 4));
    expect(at(['metadata', 'annotations', 'missing'])).toBe('annotations');
    expect(at(['spec', 'rules', 9])).toBe('rules');
    expect(at(['nothing'])).toBe('apiVersion: networking.k8s.io/v1');
    expect(spanOf(object)).toMatchObject({ file: 'shop.yaml', line: 1, column: 1 });
  });

  it('of an object without text is nowhere', () => {
    expect(spanOf(ingress as Resource, ['spec'])).toBeUndefined();
    expect(originOf(ingress as Resource)).toBeUndefined();
  });

  it('is filled into diagnostics by locate, related places too, and spans that are there stay', () => {
    if (object === undefined) throw new Error('no object');
    const ref = { kind: 'Ingress', namespace: 'web', name: 'shop' };
    const diagnostic = { code: 'x/y', severity: 'error', consequence: 'none', message: 'm' } as const;
    for (const objects of [[object], createSnapshot([object]), lookupOf([object])]) {
      expect(
        locate(
          [{ ...diagnostic, object: ref, path: ['spec', 'tls'], related: [{ object: ref, path: ['metadata', 'name'], message: 'r' }] }],
          objects,
        ),
      ).toMatchObject([{ span: spanOf(object, ['spec', 'tls']), related: [{ span: spanOf(object, ['metadata', 'name']) }] }]);
    }
    const span = { file: 'other', line: 1, column: 1, length: 1 };
    expect(
      locate([{ ...diagnostic, object: ref, span }, diagnostic, { ...diagnostic, object: { kind: 'Pod', name: 'x' } }], [object]),
    ).toEqual([{ ...diagnostic, object: ref, span }, diagnostic, { ...diagnostic, object: { kind: 'Pod', name: 'x' } }]);
  });
});
