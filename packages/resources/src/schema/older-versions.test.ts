import { describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import type { FieldPath } from '../diagnostic.ts';
import { isPathTypeOptional, writtenVersionOf } from '../older-version.ts';
import { spanOf } from '../source-map.ts';
import { validateIngress } from '../validate-ingress.ts';
import { parseManifests } from '../yaml/index.ts';

const read = (value: unknown) => parseManifests(stringify(value), { file: 'old.yaml' });

describe.each(['extensions/v1beta1', 'networking.k8s.io/v1beta1'])('Ingress of %s', (apiVersion) => {
  const old = {
    apiVersion,
    kind: 'Ingress',
    metadata: { name: 'old' },
    spec: {
      backend: { serviceName: 'fallback', servicePort: 'http' },
      tls: [{ hosts: ['a.example'], secretName: 'cert' }],
      rules: [
        {
          host: 'a.example',
          http: {
            paths: [
              { path: '/a', backend: { serviceName: 'a', servicePort: 80 } },
              { backend: { resource: { kind: 'Bucket', name: 'b' } }, pathType: 'Exact', path: '/b' },
            ],
          },
        },
      ],
    },
  };

  it('becomes networking.k8s.io/v1, pathType staying absent', () => {
    const { resources, diagnostics } = read(old);
    expect(diagnostics).toMatchObject([{ code: 'schema/old-version', severity: 'warning', path: ['apiVersion'], span: { line: 1 } }]);
    expect(resources).toEqual([
      {
        apiVersion: 'networking.k8s.io/v1',
        kind: 'Ingress',
        metadata: { name: 'old', namespace: 'default' },
        spec: {
          defaultBackend: { service: { name: 'fallback', port: { name: 'http' } } },
          tls: [{ hosts: ['a.example'], secretName: 'cert' }],
          rules: [
            {
              host: 'a.example',
              http: {
                paths: [
                  { path: '/a', backend: { service: { name: 'a', port: { number: 80 } } } },
                  { path: '/b', pathType: 'Exact', backend: { resource: { kind: 'Bucket', name: 'b' } } },
                ],
              },
            },
          ],
        },
      },
    ]);
    const [ingress] = resources;
    if (ingress?.kind !== 'Ingress') throw new Error('no Ingress');
    expect(writtenVersionOf(ingress)).toBe(apiVersion);
    expect(isPathTypeOptional(ingress)).toBe(true);
    expect(validateIngress(ingress)).toEqual([]);
  });

  it('is found where it was written', () => {
    const { resources } = read(old);
    const text = stringify(old).split('\n');
    const lineOf = (path: FieldPath): string => text[(resources[0] === undefined ? 0 : (spanOf(resources[0], path)?.line ?? 0)) - 1] ?? '';
    expect(lineOf(['spec', 'defaultBackend'])).toContain('backend:');
    expect(lineOf(['spec', 'defaultBackend', 'service', 'name'])).toContain('serviceName: fallback');
    expect(lineOf(['spec', 'defaultBackend', 'service', 'port', 'name'])).toContain('servicePort: http');
    expect(lineOf(['spec', 'rules', 0, 'http', 'paths', 0, 'backend', 'service', 'port', 'number'])).toContain('servicePort: 80');
    expect(lineOf(['spec', 'rules', 0, 'http', 'paths', 1, 'backend', 'resource', 'name'])).toContain('name: b');
  });

  it('reports faults by the names of the old version', () => {
    const broken = { ...old, spec: { backend: { serviceName: 5, servicePort: 80 } } };
    expect(read(broken).diagnostics).toMatchObject([
      { code: 'schema/old-version' },
      {
        code: 'schema/invalid-type',
        path: ['spec', 'backend', 'serviceName'],
        message: expect.stringContaining('spec.backend.serviceName'),
      },
    ]);
    const numeral = read({ ...old, spec: { backend: { serviceName: 'a', servicePort: '80' } } });
    const [ingress] = numeral.resources;
    if (ingress?.kind !== 'Ingress') throw new Error('no Ingress');
    // Text that is a numeral is a port name to Kubernetes, and no valid one.
    expect(validateIngress(ingress)).toMatchObject([{ scope: 'default-backend', diagnostic: { code: 'ingress/invalid-service-port' } }]);
  });

  it('survives malformed parts', () => {
    for (const spec of [
      null,
      'x',
      [],
      { rules: 'x' },
      { rules: [null, 'x', { http: 1 }, { http: { paths: {} } }, { http: { paths: [1, null] } }] },
      { backend: 1 },
    ]) {
      expect(() => read({ ...old, spec })).not.toThrow();
    }
  });
});

it('an Ingress of networking.k8s.io/v1 needs its path types', () => {
  const now = {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'Ingress',
    metadata: { name: 'now' },
    spec: { defaultBackend: { service: { name: 'a', port: { number: 1 } } } },
  };
  const [ingress] = read(now).resources;
  if (ingress?.kind !== 'Ingress') throw new Error('no Ingress');
  expect(writtenVersionOf(ingress)).toBe('networking.k8s.io/v1');
  expect(isPathTypeOptional(ingress)).toBe(false);
});

it('an IngressClass of v1beta1 is read as v1', () => {
  const { resources, diagnostics } = read({
    apiVersion: 'networking.k8s.io/v1beta1',
    kind: 'IngressClass',
    metadata: { name: 'mse' },
    spec: { controller: 'x/y' },
  });
  expect(resources).toEqual([
    { apiVersion: 'networking.k8s.io/v1', kind: 'IngressClass', metadata: { name: 'mse' }, spec: { controller: 'x/y' } },
  ]);
  expect(diagnostics.map(({ code }) => code)).toEqual(['schema/old-version']);
});

it('an EndpointSlice of v1beta1 gets zone and node from its topology', () => {
  const topology = { 'topology.kubernetes.io/zone': 'zone-1', 'kubernetes.io/hostname': 'node-1', other: 'x' };
  const slice = {
    apiVersion: 'discovery.k8s.io/v1beta1',
    kind: 'EndpointSlice',
    metadata: { name: 'a-1' },
    addressType: 'IPv4',
    endpoints: [
      { addresses: ['10.0.0.1'], topology },
      { addresses: ['10.0.0.2'], nodeName: 'own' },
    ],
  };
  const { resources, diagnostics } = read(slice);
  expect(diagnostics.map(({ code }) => code)).toEqual(['schema/old-version']);
  expect(resources).toMatchObject([
    {
      apiVersion: 'discovery.k8s.io/v1',
      endpoints: [{ zone: 'zone-1', nodeName: 'node-1', deprecatedTopology: topology }, { nodeName: 'own' }],
    },
  ]);
  const lines = stringify(slice).split('\n');
  const span = resources[0] === undefined ? undefined : spanOf(resources[0], ['endpoints', 0, 'zone']);
  expect(lines[(span?.line ?? 0) - 1]).toContain('topology.kubernetes.io/zone');
});
