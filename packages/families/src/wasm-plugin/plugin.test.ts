import fc from 'fast-check';
import { expect, test } from 'vitest';
import { wasmPlugin } from './plugin.ts';

const spec = { url: 'oci://registry.example.com/x:1' };

test('an object, or its spec alone, is a plugin; its configuration is not kept', () => {
  const text = JSON.stringify({
    apiVersion: 'extensions.higress.io/v1alpha1',
    kind: 'WasmPlugin',
    metadata: { name: 'waf' },
    spec: { ...spec, phase: 'AUTHZ', priority: 10, failStrategy: 'FAIL_CLOSE', sha256: 'a'.repeat(64), pluginConfig: { key: 's3cret' } },
  });
  expect(wasmPlugin.parse(text)).toEqual({
    ok: true,
    value: {
      name: 'waf',
      url: spec.url,
      sha256: 'a'.repeat(64),
      phase: 'AUTHZ',
      priority: 10,
      failStrategy: 'FAIL_CLOSE',
      isConfigured: true,
    },
  });
  expect(wasmPlugin.parse(JSON.stringify(spec))).toEqual({ ok: true, value: { url: spec.url, isConfigured: false } });
});

test.each<unknown>([
  [],
  'x',
  null,
  {},
  { kind: 'ConfigMap', spec },
  { kind: 'WasmPlugin', url: spec.url },
  { spec: [] },
  { spec: { url: 'ftp://x/y' } },
  { spec: { url: 'oci://a b' } },
  { spec: { ...spec, phase: 'FIRST' } },
  { spec: { ...spec, priority: '1' } },
  { spec: { ...spec, priority: 1.5 } },
  { spec: { ...spec, failStrategy: 'OPEN' } },
  { spec: { ...spec, sha256: 'abc' } },
  { metadata: { name: 'A b' }, spec },
])('%j is none', (value) => {
  expect(wasmPlugin.parse(JSON.stringify(value)).ok).toBe(false);
});

test('deep, long and broken texts are refused without harm', () => {
  for (const text of ['', '{', "{'url':1}", '['.repeat(60_000), `${'{"a":'.repeat(10_000)}1${'}'.repeat(10_000)}`, ' '.repeat(70_000)]) {
    expect(wasmPlugin.parse(text).ok).toBe(false);
  }
  expect(wasmPlugin.parse('{"__proto__":{"url":"oci://a/b"}}').ok).toBe(false);
  expect(({} as Record<string, unknown>)['url']).toBeUndefined();
  fc.assert(fc.property(fc.json(), (text) => void wasmPlugin.parse(text)));
});
