import type { Ingress, Resource, Service } from '@ingresskit/resources';

/** What a generated cluster is like. */
export interface ClusterOptions {
  readonly ingresses: number;
  /** Default: half as many as Ingresses. */
  readonly hosts?: number;
  readonly seed?: number;
}

/** A generated cluster: its objects, and the requests that reach its routes. */
export interface Cluster {
  readonly resources: readonly Resource[];
  readonly requests: readonly { readonly url: string }[];
}

const pathWords = ['cart', 'orders', 'users', 'search', 'static', 'api/v1', 'api/v2', 'admin', 'img', 'checkout'] as const;

/** A cluster with six annotations and two routes for each Ingress, two Ingresses for each host, and a Service for each Ingress. */
export function cluster({ ingresses, hosts = Math.max(1, ingresses >> 1), seed = 1 }: ClusterOptions): Cluster {
  const random = randomNumbers(seed);
  const resources: Resource[] = [];
  const requests: { url: string }[] = [];
  for (let index = 0; index < ingresses; index++) {
    const namespace = `team-${index % 200}`;
    const host = `app-${index % hosts}.example.com`;
    const service = `svc-${index}`;
    // Every path is another one: find-my-way, the peer, takes no more than 31 hosts for one path.
    const paths = [`/${pick(pathWords, random)}-${index}`, `/${pick(pathWords, random)}-${index}-b`];
    resources.push(serviceOf(namespace, service), ingressOf(index, namespace, host, service, paths));
    for (const path of paths) requests.push({ url: `http://${host}${path}/item/${index}?q=1` });
  }
  return { resources, requests };
}

function serviceOf(namespace: string, name: string): Service {
  return { apiVersion: 'v1', kind: 'Service', metadata: { name, namespace }, spec: { ports: [{ port: 80 }] } } as Service;
}

/** An Ingress of a cluster; `revision` changes a policy and nothing else. */
export function ingressOf(
  index: number,
  namespace: string,
  host: string,
  service: string,
  paths: readonly string[],
  revision = 0,
): Ingress {
  const backend = { service: { name: service, port: { number: 80 } } };
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'Ingress',
    metadata: {
      name: `ing-${index}`,
      namespace,
      uid: `uid-${index}`,
      resourceVersion: String(index + 1 + revision * 1_000_000),
      creationTimestamp: new Date(1_700_000_000_000 + index * 1000).toISOString(),
      annotations: {
        'nginx.ingress.kubernetes.io/enable-cors': 'true',
        'nginx.ingress.kubernetes.io/cors-allow-origin': 'https://shop.example.com, https://admin.example.com',
        'nginx.ingress.kubernetes.io/cors-max-age': '600',
        'nginx.ingress.kubernetes.io/whitelist-source-range': '10.0.0.0/8, 127.0.0.0/8',
        'mse.ingress.kubernetes.io/timeout': String(5 + (revision % 50)),
        'mse.ingress.kubernetes.io/request-header-control-update': `x-app app-${index}`,
      },
    },
    spec: {
      ingressClassName: 'mse',
      rules: [{ host, http: { paths: paths.map((path) => ({ path, pathType: 'Prefix' as const, backend })) } }],
    },
  } as Ingress;
}

/** Numbers from 0 to below 1 that a seed fixes (the generator "mulberry32"). */
export function randomNumbers(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

function pick<T>(list: readonly T[], random: () => number): T {
  return list[Math.floor(random() * list.length)] as T;
}
