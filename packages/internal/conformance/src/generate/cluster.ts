import type { Profile } from '@ingresskit/annotations';
import type {
  EndpointSlice,
  Ingress,
  IngressBackend,
  IngressPath,
  IngressRule,
  IngressTls,
  PathType,
  Resource,
} from '@ingresskit/resources';
import fc from 'fast-check';
import { annotations } from './annotations.ts';
import { classes, hosts, namespaces, oneOf, paths, secrets, services } from './names.ts';

const time = oneOf([undefined, '2026-01-01T00:00:00Z', '2026-01-02T00:00:00Z', '2026-01-03T00:00:00Z', 'not a time']);

function present<T extends Record<string, unknown>>(value: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(value).filter(([, part]) => part !== undefined)) as { [K in keyof T]: Exclude<T[K], undefined> };
}

const port = fc.oneof(
  { weight: 6, arbitrary: oneOf([{ number: 80 }]) },
  { weight: 2, arbitrary: oneOf([{ name: 'http' }, { name: 'nope' }, { number: 81 }]) },
  { weight: 1, arbitrary: oneOf([{}, { number: 0 }, { name: 'http', number: 80 }, { name: 'NO' }]) },
);
const backend: fc.Arbitrary<IngressBackend> = fc.oneof(
  { weight: 12, arbitrary: fc.record({ service: fc.record({ name: oneOf(services), port }) }) },
  {
    weight: 1,
    arbitrary: oneOf<IngressBackend>([{ resource: { kind: 'Bucket', name: 'b' } }, {}, { service: { name: 'BAD', port: { number: 80 } } }]),
  },
);
const path: fc.Arbitrary<IngressPath> = fc.record(
  {
    path: oneOf(paths),
    pathType: fc.oneof(
      { weight: 8, arbitrary: oneOf<PathType>(['Exact', 'Prefix', 'ImplementationSpecific']) },
      { weight: 1, arbitrary: oneOf(['exact' as PathType]) },
    ),
    backend,
  },
  { requiredKeys: ['pathType', 'backend'] },
);
const rule: fc.Arbitrary<IngressRule> = fc
  .tuple(
    fc.oneof({ weight: 9, arbitrary: oneOf(hosts) }, { weight: 1, arbitrary: oneOf(['BAD', '10.0.0.1', undefined]) }),
    fc.array(path, { maxLength: 3 }),
    fc.integer({ min: 0, max: 9 }),
  )
  .map(([host, all, luck]) => present({ host, http: luck === 0 ? undefined : { paths: all } }) as IngressRule);
const tls: fc.Arbitrary<IngressTls> = fc.record(
  { hosts: fc.array(oneOf([...hosts, 'BAD']), { maxLength: 2 }), secretName: oneOf([...secrets, '', 'A/B']) },
  { requiredKeys: [] },
);

/** An Ingress of the profile's dialect: usually sound, often odd. */
export function ingress(profile: Profile): fc.Arbitrary<Ingress> {
  const spec = fc.record(
    {
      ingressClassName: fc.oneof({ weight: 9, arbitrary: oneOf(classes) }, { weight: 1, arbitrary: oneOf(['BAD']) }),
      defaultBackend: backend,
      tls: fc.array(tls, { maxLength: 2 }),
      rules: fc.array(rule, { maxLength: 3 }),
    },
    { requiredKeys: ['rules'] },
  );
  return fc.tuple(fc.integer({ min: 0, max: 5 }), oneOf(namespaces), time, annotations(profile), spec).map(
    ([number, namespace, creationTimestamp, all, own]): Ingress => ({
      apiVersion: 'networking.k8s.io/v1',
      kind: 'Ingress',
      metadata: present({ name: `i${number}`, namespace, creationTimestamp, annotations: all }) as Ingress['metadata'],
      spec: own,
    }),
  );
}

const service: fc.Arbitrary<Resource> = fc.tuple(oneOf(services.slice(0, 4)), oneOf(namespaces), fc.boolean()).map(
  ([name, namespace, isNamed]): Resource => ({
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name, namespace },
    spec:
      name === 'external'
        ? { type: 'ExternalName', externalName: 'x.example', ports: [{ port: 80 }] }
        : { ports: [{ ...(isNamed || name === 'grpc' ? { name: name === 'grpc' ? 'grpc' : 'http' } : {}), port: 80 }] },
  }),
);
const slice: fc.Arbitrary<EndpointSlice> = fc
  .tuple(
    fc.integer({ min: 0, max: 2 }),
    oneOf(services),
    oneOf(namespaces),
    fc.array(fc.tuple(oneOf(['10.1.0.1', '10.1.0.2']), oneOf([true, false, undefined])), { maxLength: 2 }),
    oneOf(['', 'http']),
  )
  .map(
    ([number, name, namespace, all, portName]): EndpointSlice => ({
      apiVersion: 'discovery.k8s.io/v1',
      kind: 'EndpointSlice',
      metadata: { name: `${name}-${number}`, namespace, labels: { 'kubernetes.io/service-name': name } },
      addressType: 'IPv4',
      ports: [{ name: portName, port: 8080 }],
      endpoints: all.map(([address, ready], index) => ({
        addresses: [address],
        conditions: present({ ready }),
        targetRef: { kind: 'Pod', name: `pod-${index}` },
      })),
    }),
  );
const encode = (text: string): string => Buffer.from(text).toString('base64');
const secret: fc.Arbitrary<Resource> = fc
  .tuple(oneOf(secrets.slice(0, 3)), oneOf(namespaces), oneOf(['x', 'y']))
  .map(([name, namespace, password]): Resource => {
    const hash = `{SHA}${password === 'x' ? 'EfatjsUqKYRtC5NUu5PPWdKN4pA=' : 'lSkKJKT8CcS5OPjd+n16O3pTNGs='}`;
    const data: Record<string, string> =
      name === 'map-users'
        ? { user: encode(hash) }
        : name === 'users'
          ? { auth: encode(`user:${hash}\n`) }
          : { 'tls.crt': encode('certificate'), 'tls.key': encode('hunter2-key') };
    return { apiVersion: 'v1', kind: 'Secret', metadata: { name, namespace }, data };
  });
const others: fc.Arbitrary<Resource> = fc.oneof(
  fc.tuple(oneOf(classes), oneOf([undefined, 'edge', 'other'])).map(
    ([name, target]): Resource => ({
      apiVersion: 'networking.k8s.io/v1',
      kind: 'IngressClass',
      metadata: { name },
      spec: {
        controller: 'mse.alibabacloud.com/ingress',
        ...(target === undefined ? {} : { parameters: { apiGroup: 'mse.alibabacloud.com', kind: 'MseIngressConfig', name: target } }),
      },
    }),
  ),
  fc
    .tuple(
      oneOf(['edge', 'other']),
      oneOf([undefined, '', 'mse', 'nginx']),
      oneOf([undefined, '', 'web']),
      oneOf([undefined, ['10.0.0.0/8', '127.0.0.1'], ['bad'], []]),
    )
    .map(
      ([name, ingressClass, watchNamespace, whitelist]): Resource => ({
        apiVersion: 'mse.alibabacloud.com/v1alpha1',
        kind: 'MseIngressConfig',
        metadata: { name },
        spec: {
          ingress: { local: present({ ingressClass, watchNamespace }) },
          ...(whitelist === undefined ? {} : { global: { ipAccessControl: { whitelist } } }),
        },
      }),
    ),
  fc.tuple(fc.integer({ min: 0, max: 1 }), oneOf(namespaces), oneOf(['gray', 'base'])).map(
    ([number, namespace, version]): Resource => ({
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: `pod-${number}`, namespace, labels: { version } },
    }),
  ),
  fc.tuple(oneOf(namespaces), oneOf(['1', '2'])).map(
    ([namespace, value]): Resource => ({
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'settings', namespace },
      data: { value },
    }),
  ),
  oneOf(namespaces).map((name): Resource => ({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } })),
);

/** Any object, Ingresses most of all. */
export function resource(profile: Profile): fc.Arbitrary<Resource> {
  return fc.oneof(
    { weight: 5, arbitrary: ingress(profile) },
    { weight: 3, arbitrary: service },
    { weight: 1, arbitrary: slice },
    { weight: 1, arbitrary: secret },
    { weight: 1, arbitrary: others },
  );
}

/** The objects of a cluster, doubles included. Half of them say nothing of endpoints, as manifests do. */
export function cluster(profile: Profile): fc.Arbitrary<readonly Resource[]> {
  const all = fc.array(resource(profile), { minLength: 1, maxLength: 14 });
  return fc
    .tuple(all, fc.boolean())
    .map(([objects, isBare]) => (isBare ? objects.filter(({ kind }) => kind !== 'EndpointSlice') : objects));
}
