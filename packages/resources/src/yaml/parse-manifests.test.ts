import { describe, expect, it } from 'vitest';
import { spanOf } from '../source-map.ts';
import type { ManifestLimits } from './parse-document.ts';
import { parseManifests } from './parse-manifests.ts';

const parse = (text: string, limits?: ManifestLimits) =>
  parseManifests(text, { file: 'a.yaml', ...(limits === undefined ? {} : { limits }) });
const namesOf = (text: string): string[] =>
  parse(text).resources.map(({ kind, metadata }) => `${kind} ${metadata.namespace ?? ''}/${metadata.name}`);
const service = (name: string, more = ''): string => `apiVersion: v1\nkind: Service\nmetadata:\n  name: ${name}\n${more}`;

describe('documents', () => {
  it('come in any number, with comments, markers and blank documents between them', () => {
    expect(namesOf(`# head\n---\n${service('a')}---\n# nothing\n---\n\n--- # tail\n${service('b')}...\n${service('c')}`)).toEqual([
      'Service default/a',
      'Service default/b',
      'Service default/c',
    ]);
  });

  it('may be JSON, one or several in a row, or flow YAML', () => {
    const json = (name: string): string => JSON.stringify({ apiVersion: 'v1', kind: 'Service', metadata: { name, namespace: 'x' } });
    expect(namesOf(`${json('a')}\n${json('b')}`)).toEqual(['Service x/a', 'Service x/b']);
    expect(namesOf(`${json('a')}\n---\n${service('b')}`)).toEqual(['Service x/a', 'Service default/b']);
    expect(namesOf('{apiVersion: v1, kind: Service, metadata: {name: flow}}')).toEqual(['Service default/flow']);
  });

  it('may be Lists, typed and untyped, nested a little', () => {
    const list = (items: unknown[], kind = 'List', apiVersion = 'v1') => ({ apiVersion, kind, items });
    const of = (value: unknown) => namesOf(JSON.stringify(value));
    const item = (name: string) => ({ apiVersion: 'v1', kind: 'Service', metadata: { name } });
    expect(of(list([item('a'), list([item('b')])]))).toEqual(['Service default/a', 'Service default/b']);
    // The items of a typed list carry neither kind nor version.
    const typed = list([{ metadata: { name: 'a', namespace: 'n' }, spec: { rules: [] } }], 'IngressList', 'networking.k8s.io/v1');
    expect(of(typed)).toEqual(['Ingress n/a']);
    expect(parse(JSON.stringify(list([list([list([list([list([item('deep')])])])])]))).diagnostics).toMatchObject([
      { code: 'schema/invalid-list' },
    ]);
    expect(parse('apiVersion: v1\nkind: List\nitems: {}\n').diagnostics).toMatchObject([
      { code: 'schema/invalid-list', span: { line: 3 } },
    ]);
  });

  it('of a byte order mark, carriage returns and an explicit null are read as expected', () => {
    expect(namesOf(`\uFEFF${service('a').replaceAll('\n', '\r\n')}---\r\nnull\r\n---\r\n~\r\n`)).toEqual(['Service default/a']);
  });

  it('that are empty, or nothing at all, give nothing', () => {
    for (const text of ['', '\n', '---\n', '# only a comment', '---\n---\n', '...\n'])
      expect(parse(text)).toEqual({ resources: [], diagnostics: [] });
  });
});

describe('a bad document never takes the others with it', () => {
  it.each<[string, string, string, number]>([
    ['indentation', 'a: 1\n  b: 2\n', 'yaml/syntax', 6],
    ['an open quote', 'a: "b\n', 'yaml/syntax', 6],
    ['an open bracket', 'a: [1, 2\n', 'yaml/syntax', 6],
    ['a tab', 'a:\n\tb: 1\n', 'yaml/syntax', 7],
    ['an unknown alias', 'a: *nobody\n', 'yaml/syntax', 6],
    ['a duplicate key', 'a: 1\nb: 2\na: 3\n', 'yaml/duplicate-key', 8],
    ['a merge key', 'a: &a {b: 1}\nc:\n  <<: *a\n', 'yaml/merge-key', 8],
    ['a custom tag', 'a: !Ref b\n', 'yaml/custom-tag', 6],
    ['a complex key', '? [a]\n: b\n', 'yaml/complex-key', 6],
    ['a template', 'a: {{ .Values.a }}\n', 'yaml/template', 6],
    ['a broken template', '{{- if .x }}\na: 1\n{{- end }}\n', 'yaml/template', 6],
    ['text', 'hello\n', 'schema/not-an-object', 6],
    ['a list', '- a\n- b\n', 'schema/not-an-object', 6],
    ['a number', '42\n', 'schema/not-an-object', 6],
    ['a map of something else', 'replicas: 3\n', 'schema/missing-kind', 6],
    ['an unknown kind', 'apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: a}\n', 'schema/unknown-kind', 7],
    ['an object without a name', 'apiVersion: v1\nkind: Service\nmetadata: {}\n', 'schema/missing-field', 8],
    ['an impossible name', 'apiVersion: v1\nkind: Service\nmetadata: {name: A_b}\n', 'schema/invalid-name', 8],
  ])('%s', (_, bad, code, line) => {
    const { resources, diagnostics } = parse(`${service('a')}---\n${bad}---\n${service('b')}`);
    expect(resources.map(({ metadata }) => metadata.name)).toEqual(['a', 'b']);
    expect(diagnostics.map((diagnostic) => diagnostic.code)).toEqual([code]);
    expect(diagnostics[0]?.span).toMatchObject({ file: 'a.yaml', line });
    expect(diagnostics[0]?.message).toMatch(/^[\s\S]+\.$/);
  });

  it('names the object of a broken document as far as that can be told', () => {
    const [diagnostic] = parse(`${service('a', 'x: 1\nx: 2\n')}`).diagnostics;
    expect(diagnostic).toMatchObject({
      code: 'yaml/duplicate-key',
      object: { kind: 'Service', name: 'a' },
      data: { key: 'x', firstLine: 5 },
    });
  });

  it('in JSON too', () => {
    const { resources, diagnostics } = parse(
      '{"apiVersion":"v1","kind":"Service","metadata":{"name":"a","name":"b"}}\n---\n{"kind":"Service"}\n',
    );
    expect(resources).toEqual([]);
    expect(diagnostics).toMatchObject([
      { code: 'yaml/duplicate-key', span: { line: 1, column: 60 } },
      { code: 'schema/missing-kind', span: { line: 3 } },
    ]);
  });
});

describe('values', () => {
  it('follow the core schema of YAML 1.2 and say where kubectl reads otherwise', () => {
    const { resources, diagnostics } = parse(
      'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a, annotations: {a: on, b: "on", c: "0755"}}\ndata: {d: yes, e: "1"}\n',
    );
    expect(resources).toMatchObject([{ metadata: { annotations: { a: 'on', b: 'on', c: '0755' } }, data: { d: 'yes', e: '1' } }]);
    expect(diagnostics.map(({ code, span }) => [code, span?.line])).toEqual([
      ['yaml/ambiguous-scalar', 3],
      ['yaml/ambiguous-scalar', 4],
    ]);
    // Files of other kinds may follow other customs.
    expect(
      parse('apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: a}\nspec: {x: on}\n').diagnostics.map(({ code }) => code),
    ).toEqual(['schema/unknown-kind']);
  });

  it('keep __proto__ and constructor as keys like any other', () => {
    for (const text of [
      'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a, labels: {__proto__: x}}\ndata:\n  __proto__: polluted\n  constructor: c\n',
      '{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"a","labels":{"__proto__":"x"}},"data":{"__proto__":"polluted","constructor":"c"}}',
    ]) {
      const { resources, diagnostics } = parse(text);
      expect(diagnostics).toEqual([]);
      const [map] = resources;
      if (map?.kind !== 'ConfigMap') throw new Error('no ConfigMap');
      expect(Object.entries(map.data ?? {})).toEqual([
        ['__proto__', 'polluted'],
        ['constructor', 'c'],
      ]);
      expect(Object.keys(map.metadata.labels ?? {})).toEqual(['__proto__']);
      expect(Object.getPrototypeOf(map.data)).toBe(Object.prototype);
      expect(({} as { x?: string }).x).toBeUndefined();
    }
    const odd = parse('apiVersion: v1\nkind: Service\nmetadata: {name: a}\n__proto__: {polluted: true}\n');
    expect(odd.diagnostics).toMatchObject([{ code: 'schema/unknown-field', path: ['__proto__'] }]);
    expect(Object.getPrototypeOf(odd.resources[0])).toBe(Object.prototype);
  });

  it('share the data of anchors, whose fields are found where they are written', () => {
    const { resources, diagnostics } = parse(`${service('a', 'spec:\n  selector: &labels {app: a}\n')}---\n${service('b')}`);
    expect(diagnostics).toEqual([]);
    expect(resources).toHaveLength(2);
    const aliased = parse(
      'apiVersion: v1\nkind: Service\nmetadata:\n  name: a\n  labels: &labels\n    app: a\nspec:\n  selector: *labels\n',
    );
    expect(aliased.resources[0]).toMatchObject({ spec: { selector: { app: 'a' } } });
    const [object] = aliased.resources;
    expect(object && spanOf(object, ['spec', 'selector'])?.line).toBe(8);
    expect(object && spanOf(object, ['spec', 'selector', 'app'])?.line).toBe(6);
  });

  it('of directives are warned about, and 1.2 is what is read anyway', () => {
    expect(parse(`%YAML 1.1\n---\n${service('a')}`).diagnostics).toMatchObject([{ code: 'yaml/directive-ignored', span: { line: 1 } }]);
    expect(parse(`%YAML 1.2\n---\n${service('a')}`)).toMatchObject({ resources: [{ metadata: { name: 'a' } }], diagnostics: [] });
  });
});
