import { mse } from '@ingresskit/profiles';
import { applyOf, deleteOf } from '@ingresskit/resources';
import { parseManifests } from '@ingresskit/resources/yaml';
import { describe, expect, it } from 'vitest';
import { createCompiler } from './compiler.ts';
import { cart, codesOf, compileYaml, ingressYaml } from './testing/compile-yaml.ts';

const slice = (name: string, endpoints: string, port = 'name: http, port: 8080', service = 'cart'): string =>
  `apiVersion: discovery.k8s.io/v1\nkind: EndpointSlice\nmetadata: { name: ${name}, labels: { kubernetes.io/service-name: ${service} } }\naddressType: IPv4\nports: [{ ${port} }]\nendpoints: [${endpoints}]\n---\n`;
const endpointsOf = (manifests: string, options = {}, key = 'default/cart:80') =>
  compileYaml(ingressYaml('a') + cart + manifests, options).table.endpoints.get(key);

describe('endpoints', () => {
  it('are assumed only while the input says nothing of endpoints', () => {
    expect(endpointsOf('')).toMatchObject({ source: 'assumed' });
    expect(endpointsOf('', { assumeEndpoints: 'never' })).toBeUndefined();
    expect(endpointsOf(slice('other', '{ addresses: [10.0.0.9] }', 'port: 1', 'other'))).toBeUndefined();
    expect(endpointsOf('apiVersion: v1\nkind: Endpoints\nmetadata: { name: other }\n')).toBeUndefined();
  });

  it('come from all slices of the Service, by the name of the port, each address once, ready before not', () => {
    const manifests =
      slice('cart-2', '{ addresses: [10.0.0.2, 10.0.0.99], conditions: { ready: false } }, { addresses: [10.0.0.1] }') +
      slice(
        'cart-1',
        '{ addresses: [10.0.0.1], conditions: { ready: false } }, { addresses: [10.0.0.3], conditions: { ready: true }, zone: z, nodeName: n }',
      ) +
      slice('cart-3', '{ addresses: [10.0.0.4] }', 'name: admin, port: 9090');
    expect(endpointsOf(manifests)).toEqual({
      source: 'known',
      endpoints: [
        { address: '10.0.0.1', port: 8080, ready: true },
        { address: '10.0.0.2', port: 8080, ready: false },
        { address: '10.0.0.3', port: 8080, ready: true, zone: 'z', node: 'n' },
      ],
    });
  });

  it('come from Endpoints where there is no slice', () => {
    const manifest =
      'apiVersion: v1\nkind: Endpoints\nmetadata: { name: cart }\nsubsets: [{ addresses: [{ ip: 10.0.0.1 }], notReadyAddresses: [{ ip: 10.0.0.2 }], ports: [{ name: http, port: 8080 }] }]\n---\n';
    const known = [
      { address: '10.0.0.1', port: 8080, ready: true },
      { address: '10.0.0.2', port: 8080, ready: false },
    ];
    expect(endpointsOf(manifest)?.endpoints).toEqual(known);
    // A slice says more, so it counts alone.
    expect(endpointsOf(manifest + slice('s', '{ addresses: [10.0.0.7] }'))?.endpoints).toEqual([
      { address: '10.0.0.7', port: 8080, ready: true },
    ]);
  });

  it('carry the labels of their pods, as a copy', () => {
    const pod = 'apiVersion: v1\nkind: Pod\nmetadata: { name: p, labels: { version: gray } }\n---\n';
    const entry = endpointsOf(
      slice(
        's',
        '{ addresses: [10.0.0.1], targetRef: { kind: Pod, name: p } }, { addresses: [10.0.0.2], targetRef: { kind: Pod, name: q } }',
      ) + pod,
    );
    expect(entry?.endpoints.map(({ labels }) => labels)).toEqual([{ version: 'gray' }, undefined]);
    expect(Object.isFrozen(entry?.endpoints[0]?.labels)).toBe(true);
  });

  it('of a UDP port are none for HTTP', () => {
    const service =
      'apiVersion: v1\nkind: Service\nmetadata: { name: cart }\nspec: { ports: [{ port: 80, name: tcp }, { port: 80, name: udp, protocol: UDP }] }\n---\n';
    const { table } = compileYaml(
      ingressYaml('a') +
        service +
        slice('s', '{ addresses: [10.0.0.1] }', 'name: tcp, port: 1') +
        slice('t', '{ addresses: [10.0.0.2] }', 'name: udp, port: 2'),
    );
    expect(table.endpoints.get('default/cart:80')?.endpoints).toEqual([{ address: '10.0.0.1', port: 1, ready: true }]);
  });
});

describe('an ExternalName Service', () => {
  const service =
    'apiVersion: v1\nkind: Service\nmetadata: { name: cart }\nspec: { type: ExternalName, externalName: x.example, ports: [{ port: 80 }] }\n---\n';
  const of = (allowExternalNames?: true | string[]) =>
    compileYaml(ingressYaml('a') + service, allowExternalNames === undefined ? {} : { allowExternalNames });

  it('receives nothing unless the options allow its name', () => {
    expect(of().table.endpoints.has('default/cart:80')).toBe(false);
    expect(codesOf(of().diagnostics)).toEqual(['backend/external-name-refused spec.externalName']);
    expect(of(['y.example']).table.endpoints.has('default/cart:80')).toBe(false);
    for (const allowed of [true as const, ['x.example']]) {
      expect(of(allowed).table.endpoints.get('default/cart:80')).toMatchObject({ externalName: 'x.example' });
      expect(codesOf(of(allowed).diagnostics)).toEqual([]);
    }
  });

  it.each([
    'localhost',
    '169.254.169.254',
    '2130706433',
    'kubernetes.default.svc.cluster.local',
    'cart.other.svc.cluster.local',
    'metadata.google.internal',
  ])('leads to no place inside where all names are allowed: %s', (name) => {
    const yaml = ingressYaml('a') + service.replace('x.example', JSON.stringify(name));
    const { table, diagnostics } = compileYaml(yaml, { allowExternalNames: true });
    expect(table.endpoints.has('default/cart:80')).toBe(false);
    expect(diagnostics.map(({ code }) => code)).toContain('backend/external-name-refused');
    expect(compileYaml(yaml, { allowExternalNames: [name] }).table.endpoints.has('default/cart:80')).toBe(true);
  });
});

describe('churn', () => {
  it('of endpoints and pods compiles no route: hosts stay the same objects', () => {
    const parse = (text: string) => parseManifests(text, { file: 'x' }).resources;
    const compiler = createCompiler({ profile: mse });
    const first = compiler.apply(
      parse(ingressYaml('a') + cart + slice('s', '{ addresses: [10.0.0.1], targetRef: { kind: Pod, name: p } }')).map(applyOf),
    );
    const second = compiler.apply(parse(slice('s', '{ addresses: [10.0.0.2], targetRef: { kind: Pod, name: p } }')).map(applyOf));
    expect(second.table.hosts).toBe(first.table.hosts);
    expect(second.changedHosts).toEqual([]);
    expect(second.table.endpoints.get('default/cart:80')?.endpoints[0]?.address).toBe('10.0.0.2');
    const pod = parse('apiVersion: v1\nkind: Pod\nmetadata: { name: p, labels: { a: b } }\n');
    const third = compiler.apply(pod.map(applyOf));
    expect(third.table.hosts).toBe(first.table.hosts);
    expect(third.table.endpoints.get('default/cart:80')?.endpoints[0]?.labels).toEqual({ a: 'b' });
    expect(compiler.apply(pod.map(deleteOf)).table.endpoints.get('default/cart:80')?.endpoints[0]?.labels).toBeUndefined();
  });
});
