import type {
  EndpointSlice,
  IngressClass,
  IngressClassParameters,
  MseIngressConfig,
  MseIngressConfigSpec,
  Secret,
  Service,
  ServicePort,
} from '@ingresskit/resources';
import { encodeBase64, encodeUtf8, mseApiGroup, mseControllerName, serviceNameLabel } from '@ingresskit/resources';
import { deepFreeze } from './freeze.ts';
import { namespacedMeta } from './object-name.ts';

/** The ports of a Service: a number, several, or numbers by name. */
export type ServicePorts = number | readonly number[] | Readonly<Record<string, number>>;

/**
 * A Service.
 *
 * @param name `name` in namespace `default`, or `namespace/name`.
 * @param ports default 80.
 */
export function service(name: string, ports: ServicePorts = 80): Service {
  return deepFreeze({ apiVersion: 'v1', kind: 'Service', metadata: namespacedMeta(name), spec: { ports: portsOf(ports) } });
}

/** One endpoint of a slice: an address, or an address with its state. */
export type SliceEndpoint = string | { readonly address: string; readonly ready?: boolean; readonly zone?: string };

/**
 * The endpoints of a Service. As soon as one slice is among the manifests, a Service without ready endpoints has none.
 *
 * @param serviceName `name` in namespace `default`, or `namespace/name`.
 * @param endpoints addresses; none means that no pod is ready.
 * @param port of the pods, default 8080.
 */
export function endpointSlice(serviceName: string, endpoints: readonly SliceEndpoint[], port = 8080, portName = ''): EndpointSlice {
  const { namespace, name } = namespacedMeta(serviceName);
  return deepFreeze({
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: { namespace, name: `${name}-1`, labels: { [serviceNameLabel]: name } },
    addressType: 'IPv4',
    ports: [{ name: portName, port, protocol: 'TCP' }],
    endpoints: endpoints.map((endpoint) => {
      const { address, ready = true, zone } = typeof endpoint === 'string' ? { address: endpoint } : endpoint;
      return { addresses: [address], conditions: { ready }, ...(zone === undefined ? {} : { zone }) };
    }),
  });
}

/**
 * A Secret.
 *
 * @param name `name` in namespace `default`, or `namespace/name`.
 * @param data texts by key; they are encoded here.
 */
export function secret(name: string, data: Readonly<Record<string, string>>, type?: string): Secret {
  return deepFreeze({
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: namespacedMeta(name),
    ...(type === undefined ? {} : { type }),
    data: Object.fromEntries(Object.entries(data).map(([key, text]) => [key, encodeBase64(encodeUtf8(text))])),
  });
}

/** What an IngressClass says besides its name. */
export interface IngressClassOptions {
  /** Default: the controller of MSE. */
  readonly controller?: string;
  /** The name of the MseIngressConfig it points at, or any other parameters. */
  readonly parameters?: string | IngressClassParameters;
}

/** An IngressClass. */
export function ingressClass(name: string, { controller = mseControllerName, parameters }: IngressClassOptions = {}): IngressClass {
  const pointer = typeof parameters === 'string' ? { apiGroup: mseApiGroup, kind: 'MseIngressConfig', name: parameters } : parameters;
  return deepFreeze({
    apiVersion: 'networking.k8s.io/v1',
    kind: 'IngressClass',
    metadata: { name },
    spec: { controller, ...(pointer === undefined ? {} : { parameters: { ...pointer } }) },
  });
}

/** A MseIngressConfig: one cloud gateway with its settings. */
export function mseIngressConfig(name: string, spec: MseIngressConfigSpec = {}): MseIngressConfig {
  return deepFreeze({
    apiVersion: 'mse.alibabacloud.com/v1alpha1',
    kind: 'MseIngressConfig',
    metadata: { name },
    spec: structuredCopy(spec),
  });
}

function portsOf(ports: ServicePorts): ServicePort[] {
  if (typeof ports === 'number') return [{ port: ports }];
  // Several ports of one Service need names (Kubernetes refuses it otherwise).
  const named = Array.isArray(ports)
    ? ports.map((port: number) => [`port-${port}`, port] as const)
    : Object.entries(ports as Record<string, number>);
  return named.map(([name, port]) => ({ name, port }));
}

/** A copy, so that freezing the result does not freeze the caller's value. */
function structuredCopy<T>(value: T): T {
  return JSON.parse(JSON.stringify(value)) as T;
}
