import { describe, expect, it } from 'vitest';
import type { FieldPath } from '../diagnostic.ts';
import { clusterScopedKinds, type Kind, kinds } from '../resource.ts';
import { samples } from '../testing/samples.ts';
import * as schemas from './index.ts';
import { kindReadings } from './kinds.ts';
import { readResource } from './read.ts';

type Json = Record<string, unknown>;
const copy = (value: unknown): Json => JSON.parse(JSON.stringify(value)) as Json;

/** The sample as it is once read: what lives in no namespace has lost its namespace. */
function expected(kind: Kind): Json {
  const sample = copy(samples[kind]);
  const { namespace: _, ...metadata } = sample['metadata'] as Json;
  return clusterScopedKinds.has(kind) ? { ...sample, metadata } : sample;
}

function* leaves(
  value: unknown,
  path: FieldPath = [],
): Generator<{ readonly path: FieldPath; readonly value: unknown }, undefined, undefined> {
  if (typeof value === 'object' && value !== null) {
    for (const [key, item] of Object.entries(value)) yield* leaves(item, [...path, Array.isArray(value) ? Number(key) : key]);
  } else yield { path, value };
}

function* places(value: unknown, path: FieldPath = []): Generator<FieldPath, undefined, undefined> {
  yield path;
  if (typeof value !== 'object' || value === null) return;
  for (const [key, item] of Object.entries(value)) yield* places(item, [...path, Array.isArray(value) ? Number(key) : key]);
}

function at(value: unknown, path: FieldPath): unknown {
  return path.reduce<unknown>((inner, key) => (inner as Json | undefined)?.[key], value);
}

function replaced(value: Json, path: FieldPath, by: unknown): Json {
  const next = copy(value);
  const parent = at(next, path.slice(0, -1)) as Json;
  const key = path.at(-1) as string;
  if (by === undefined) Reflect.deleteProperty(parent, key);
  else parent[key] = by;
  return next;
}

describe.each(kinds)('%s', (kind) => {
  it('is read with every field of its type', () => {
    const { resource, diagnostics } = readResource(samples[kind]);
    expect(diagnostics).toEqual([]);
    expect(resource).toEqual(expected(kind));
  });

  it('has a schema that takes what was read, and nothing is lost in it', () => {
    const schema = Object.entries(schemas).find(([name]) => name.toLowerCase() === `${kind.toLowerCase()}schema`)?.[1];
    if (schema === undefined || !('parse' in schema)) throw new Error(`no schema for ${kind}`);
    expect(schema.parse(readResource(samples[kind]).resource)).toEqual(expected(kind));
  });

  it('refuses every field of the wrong type, with its path', () => {
    const sample = copy(samples[kind]);
    let refused = 0;
    for (const { path, value } of leaves(sample)) {
      if (path.length === 1 || (clusterScopedKinds.has(kind) && path[1] === 'namespace')) continue;
      for (const wrong of [{ a: 1 }, [[1]], typeof value === 'string' ? true : 'text', typeof value === 'number' ? 1.5 : 1]) {
        const { resource, diagnostics } = readResource(replaced(sample, path, wrong));
        const own = diagnostics.filter(
          (diagnostic) =>
            JSON.stringify(diagnostic.path) === JSON.stringify(path) || path.join().startsWith(diagnostic.path?.join() ?? '-'),
        );
        // Ports and timeouts may be numbers or text, and an MSE switch may be a list.
        if (
          ['targetPort', 'downstreamIdleTimeout', 'upstreamIdleTimeout'].includes(String(path.at(-1))) &&
          typeof wrong !== 'object' &&
          wrong !== true &&
          wrong !== 1.5
        )
          continue;
        expect(
          own.map(({ code }) => code),
          `${path.join('.')} = ${JSON.stringify(wrong)}`,
        ).toContain('schema/invalid-type');
        // Nobody reads a manifest's status; whatever else is malformed takes the object with it.
        expect(resource === undefined, path.join('.')).toBe(path[0] !== 'status');
        refused++;
      }
    }
    expect(refused).toBeGreaterThan(5);
  });

  it('names every field it does not have and reads the rest', () => {
    const sample = copy(samples[kind]);
    const open = new Set(['metadata', 'status']);
    for (const path of places(sample)) {
      const parent = at(sample, path);
      if (typeof parent !== 'object' || parent === null || Array.isArray(parent) || open.has(String(path[0]))) continue;
      // Maps of text take any key.
      if (['data', 'binaryData', 'selector', 'labels', 'annotations'].includes(String(path.at(-1)))) continue;
      const { resource, diagnostics } = readResource(replaced(sample, [...path, 'noSuchField'], 'x'));
      expect(
        diagnostics.map(({ code, path: field }) => [code, field]),
        path.join('.'),
      ).toEqual([['schema/unknown-field', [...path, 'noSuchField']]]);
      expect(resource).toEqual(expected(kind));
    }
  });

  it('takes null for absent', () => {
    const sample = {
      ...copy(samples[kind]),
      status: null,
      spec: kind === 'Pod' || kind === 'Namespace' ? null : copy(samples[kind])['spec'],
    };
    const { resource } = readResource(sample);
    expect(resource).toBeDefined();
    expect(resource).not.toHaveProperty('status');
  });
});

describe('every object', () => {
  it('of an unknown version is refused, of an unknown group left alone', () => {
    for (const kind of kinds) {
      const { apiVersion } = kindReadings[kind];
      expect(readResource({ ...samples[kind], apiVersion: 'v9' }).diagnostics, kind).toMatchObject([
        { code: 'schema/unsupported-version', path: ['apiVersion'], help: `Write "apiVersion: ${apiVersion}".` },
      ]);
      expect(readResource({ ...samples[kind], apiVersion: 'other.example/v1' }).diagnostics, kind).toMatchObject([
        { code: 'schema/unknown-kind' },
      ]);
    }
  });

  it('needs a kind, a version and a possible name', () => {
    const of = (value: unknown) => readResource(value).diagnostics.map(({ code, path }) => [code, path]);
    for (const value of ['x', 1, true, null, undefined, [], () => 1]) expect(of(value)).toEqual([['schema/not-an-object', []]]);
    expect(of({})).toEqual([['schema/missing-kind', ['kind']]]);
    expect(of({ kind: 5, apiVersion: 'v1' })).toEqual([['schema/missing-kind', ['kind']]]);
    expect(of({ kind: 'Service', apiVersion: '' })).toEqual([['schema/missing-kind', ['apiVersion']]]);
    expect(of({ kind: 'Service', apiVersion: 'v1' })).toEqual([['schema/missing-field', ['metadata']]]);
    for (const name of ['', 'A', 'a_b', '-a', 'a-', 'a..b', 'a'.repeat(254), '../x', '__proto__', 'ä']) {
      expect(of({ kind: 'Service', apiVersion: 'v1', metadata: { name } }), name).toEqual([['schema/invalid-name', ['metadata', 'name']]]);
    }
    for (const namespace of ['A', 'a.b', 'a'.repeat(64), '*']) {
      expect(of({ kind: 'Service', apiVersion: 'v1', metadata: { name: 'a', namespace } })).toEqual([
        ['schema/invalid-name', ['metadata', 'namespace']],
      ]);
    }
    expect(of({ kind: '__proto__', apiVersion: 'v1', metadata: { name: 'a' } })).toEqual([['schema/unknown-kind', ['kind']]]);
    expect(of({ kind: 'constructor', apiVersion: 'v1', metadata: { name: 'a' } })).toEqual([['schema/unknown-kind', ['kind']]]);
  });

  it('of depth or in a circle is refused', () => {
    const circle: Json = { apiVersion: 'v1', kind: 'Service', metadata: { name: 'a' } };
    circle['spec'] = { selector: circle };
    expect(readResource(circle).diagnostics).toMatchObject([{ code: 'schema/too-deep', object: { kind: 'Service', name: 'a' } }]);
    let deep: unknown = 'x';
    for (let level = 0; level < 5000; level++) deep = [deep];
    expect(readResource({ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'a' }, spec: deep }).diagnostics).toMatchObject([
      { code: 'schema/too-deep' },
    ]);
  });

  it('is left as it was given, and loses managedFields', () => {
    const given = { apiVersion: 'v1', kind: 'Service', metadata: { name: 'a', managedFields: [{}] }, spec: null };
    const frozen = Object.freeze({ ...given, metadata: Object.freeze(given.metadata) });
    expect(readResource(frozen).resource).toEqual({ apiVersion: 'v1', kind: 'Service', metadata: { name: 'a', namespace: 'default' } });
  });

  it('keeps the fields of other controllers', () => {
    const spec = { clusterIPs: ['10.0.0.1'], sessionAffinity: 'None', ports: [{ port: 80, nodePort: 30080 }] };
    const { resource, diagnostics } = readResource({
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 'a' },
      spec,
      status: { loadBalancer: {} },
    });
    expect(diagnostics).toEqual([]);
    expect(resource).toMatchObject({ spec, status: { loadBalancer: {} } });
  });

  it('reads a null in a map of text as empty text, and says so', () => {
    const { resource, diagnostics } = readResource({
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'a', annotations: { x: null } },
      data: { y: null },
    });
    expect(resource).toMatchObject({ metadata: { annotations: { x: '' } }, data: { y: '' } });
    expect(diagnostics.map(({ code, path }) => [code, path])).toEqual([
      ['schema/null-value', ['metadata', 'annotations', 'x']],
      ['schema/null-value', ['data', 'y']],
    ]);
  });

  it('says what was meant', () => {
    const helpOf = (value: Json) =>
      readResource({ apiVersion: 'networking.k8s.io/v1', kind: 'Ingress', metadata: { name: 'a' }, ...value }).diagnostics.map(
        ({ help }) => help,
      );
    expect(helpOf({ spec: { ingressClass: 'x' } })).toEqual(['Did you mean "ingressClassName"?']);
    expect(helpOf({ rules: [] })).toEqual(['It belongs at spec.rules: check the indentation.']);
    expect(helpOf({ spec: { backend: { serviceName: 'a' } } })[0]).toContain('"defaultBackend"');
    expect(helpOf({ spec: { ingressClassName: true } })).toEqual(['Quote the value: "true".']);
    expect(helpOf({ spec: { rules: {} } })).toEqual(['Start each item with "- ".']);
    expect(helpOf({ spec: { defaultBackend: { service: { name: 'a', port: { number: '80' } } } } })).toEqual(['Remove the quotes: 80.']);
  });

  it('keeps working with a malformed status, which is ignored', () => {
    const { resource, diagnostics } = readResource({ ...samples.Ingress, status: { loadBalancer: { ingress: 'x' } } });
    expect(diagnostics).toMatchObject([
      { code: 'schema/invalid-type', severity: 'warning', consequence: 'field-ignored', path: ['status', 'loadBalancer', 'ingress'] },
    ]);
    expect(resource).not.toHaveProperty('status');
    expect(resource?.kind).toBe('Ingress');
  });
});
