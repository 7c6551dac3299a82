import type { ConfigMap } from '../config-map.ts';
import type { EndpointSlice } from '../endpoint-slice.ts';
import type { Endpoints } from '../endpoints.ts';
import type { Ingress } from '../ingress.ts';
import type { IngressClass } from '../ingress-class.ts';
import type { MseIngressConfig } from '../mse-ingress-config.ts';
import type { Namespace } from '../namespace.ts';
import type { Pod } from '../pod.ts';
import type { Kind, ResourceOf } from '../resource.ts';
import type { Secret } from '../secret.ts';
import type { Service } from '../service.ts';

/** All fields of a type, those inside included, so that a new field must be added to the sample before the tests compile. */
type Whole<T> = T extends readonly (infer I)[]
  ? readonly Whole<I>[]
  : T extends Readonly<Record<string, string>>
    ? string extends keyof T
      ? T
      : { readonly [K in keyof T]-?: Whole<NonNullable<T[K]>> }
    : T extends object
      ? { readonly [K in keyof T]-?: Whole<NonNullable<T[K]>> }
      : T;

const meta = {
  name: 'sample',
  uid: 'u-1',
  resourceVersion: '42',
  generation: 3,
  creationTimestamp: '2026-01-02T03:04:05Z',
  deletionTimestamp: '2026-02-02T03:04:05Z',
  labels: { app: 'sample' },
  annotations: { note: 'text' },
  finalizers: ['x.example/hold'],
};
const inNamespace = { ...meta, namespace: 'web' };
const target = { kind: 'Pod', namespace: 'web', name: 'pod-1', uid: 'u-2' };
const port = { name: 'http', port: 8080, protocol: 'TCP', appProtocol: 'http' } as const;
const address = { ip: '10.0.0.1', hostname: 'a', nodeName: 'node-1', targetRef: target };

const ingress: Whole<Ingress> = {
  apiVersion: 'networking.k8s.io/v1',
  kind: 'Ingress',
  metadata: inNamespace,
  spec: {
    ingressClassName: 'mse',
    defaultBackend: {
      service: { name: 'a', port: { name: 'http', number: 80 } },
      resource: { apiGroup: 'x.example', kind: 'Bucket', name: 'b' },
    },
    tls: [{ hosts: ['a.example'], secretName: 'cert' }],
    rules: [
      {
        host: 'a.example',
        http: {
          paths: [
            {
              path: '/a',
              pathType: 'Prefix',
              backend: {
                service: { name: 'a', port: { name: 'http', number: 80 } },
                resource: { apiGroup: 'x.example', kind: 'Bucket', name: 'b' },
              },
            },
          ],
        },
      },
    ],
  },
  status: { loadBalancer: { ingress: [{ ip: '192.0.2.1', hostname: 'lb.example' }] } },
};

const ingressClass: Whole<IngressClass> = {
  apiVersion: 'networking.k8s.io/v1',
  kind: 'IngressClass',
  metadata: { ...meta, namespace: 'dropped' },
  spec: {
    controller: 'mse.alibabacloud.com/ingress',
    parameters: { apiGroup: 'mse.alibabacloud.com', kind: 'MseIngressConfig', name: 'sample', scope: 'Cluster', namespace: 'x' },
  },
};

const service: Whole<Service> = {
  apiVersion: 'v1',
  kind: 'Service',
  metadata: inNamespace,
  spec: {
    type: 'ClusterIP',
    clusterIP: '10.0.0.9',
    externalName: 'x.example',
    selector: { app: 'sample' },
    ports: [{ name: 'http', port: 80, targetPort: 'web', protocol: 'TCP', appProtocol: 'http' }],
  },
};

const endpointSlice: Whole<EndpointSlice> = {
  apiVersion: 'discovery.k8s.io/v1',
  kind: 'EndpointSlice',
  metadata: inNamespace,
  addressType: 'IPv4',
  endpoints: [
    {
      addresses: ['10.0.0.1'],
      conditions: { ready: true, serving: true, terminating: false },
      hostname: 'a',
      nodeName: 'node-1',
      zone: 'zone-1',
      targetRef: target,
    },
  ],
  ports: [port],
};

const endpoints: Whole<Endpoints> = {
  apiVersion: 'v1',
  kind: 'Endpoints',
  metadata: inNamespace,
  subsets: [{ addresses: [address], notReadyAddresses: [address], ports: [port] }],
};

const pod: Whole<Pod> = { apiVersion: 'v1', kind: 'Pod', metadata: inNamespace, status: { phase: 'Running', podIP: '10.0.0.1' } };
const secret: Whole<Secret> = {
  apiVersion: 'v1',
  kind: 'Secret',
  metadata: inNamespace,
  type: 'Opaque',
  data: { auth: 'aHVudGVyMg==' },
  immutable: true,
};
const configMap: Whole<ConfigMap> = {
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: inNamespace,
  data: { a: 'text' },
  binaryData: { b: 'AAEC' },
  immutable: false,
};
const namespace: Whole<Namespace> = { apiVersion: 'v1', kind: 'Namespace', metadata: { ...meta, namespace: 'dropped' } };

/** Every field of mse.md §3.1 and §3.2. */
const mseIngressConfig: Whole<MseIngressConfig> = {
  apiVersion: 'mse.alibabacloud.com/v1alpha1',
  kind: 'MseIngressConfig',
  metadata: { ...meta, namespace: 'dropped' },
  spec: {
    id: 'gw-1',
    override: true,
    name: 'edge',
    common: {
      pay: { payType: 'POSTPAY' },
      instance: { spec: '4c8g', replicas: 3 },
      network: { vSwitches: ['vsw-a', 'vsw-b'], publicSLBSpec: 'slb.s2.small', privateSLBSpec: 'slb.s2.small', networkType: 'Internet' },
      securityGroupType: 'enterprise',
    },
    global: {
      tls: { enableHardwareAcceleration: true },
      ipAccessControl: { whitelist: ['192.0.2.0/24'], blacklist: ['198.51.100.0/24'] },
      downstreamIdleTimeout: 300,
      upstreamIdleTimeout: '60',
      preserveHeaderFormat: true,
      enableHttp2: true,
      enableXffTrustedCidrs: ['10.0.0.0/8'],
    },
    monitor: {
      logging: { sls: { reuseProject: 'project' } },
      tracing: { xTrace: { sampleRate: '10' }, openTelemetry: { sampleRate: '100' } },
    },
    ingress: { local: { ingressClass: 'mse', watchNamespace: 'web' } },
  },
  status: { phase: 'Listening', message: 'ok' },
};

/** One object of each kind with every field of its type, for tests. Sound by shape, not by meaning. */
export const samples: { readonly [K in Kind]: Whole<ResourceOf<K>> & ResourceOf<K> } = {
  Ingress: ingress,
  IngressClass: ingressClass,
  Service: service,
  EndpointSlice: endpointSlice,
  Endpoints: endpoints,
  Pod: pod,
  Secret: secret,
  ConfigMap: configMap,
  Namespace: namespace,
  MseIngressConfig: mseIngressConfig,
};
