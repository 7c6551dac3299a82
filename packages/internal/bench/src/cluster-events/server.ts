// The cluster of the measurements, in a process of its own so that its work is not counted: a fake API server that does what it is told.
import { createFakeApiServer } from '@ingresskit/kubernetes/testing';
import { cluster } from '../cluster.ts';

/** What the measurements ask for. */
export type Order =
  | { readonly kind: 'edit'; readonly index: number; readonly revision: number }
  | { readonly kind: 'create'; readonly from: number; readonly count: number }
  /** So many updates of EndpointSlices a second. */
  | { readonly kind: 'churn'; readonly rate: number; readonly seconds: number };

/** What the cluster answers. */
export type Answer = { readonly kind: 'listening'; readonly url: string } | { readonly kind: 'churned'; readonly updates: number };

const ingresses = Number(process.argv[2]);
const slices = 2_000;
const server = createFakeApiServer({ bookmarkInterval: 0 });
for (const resource of cluster({ ingresses }).resources) if (resource.kind !== 'Ingress') server.put(resource);
for (let index = 0; index < ingresses; index += 1) server.put(ingressOf(index, 0));
for (let index = 0; index < Math.min(slices, ingresses); index += 1) server.put(sliceOf(index, 0));
const url = await server.listen();
send({ kind: 'listening', url });

process.on('message', (order: Order) => void carryOut(order));
process.on('disconnect', () => process.exit(0));

async function carryOut(order: Order): Promise<void> {
  if (order.kind === 'edit') server.put(ingressOf(order.index, order.revision));
  else if (order.kind === 'create') for (let index = 0; index < order.count; index += 1) server.put(ingressOf(order.from + index, 1));
  else {
    let updates = 0;
    const started = performance.now();
    for (let now = started; now - started < order.seconds * 1_000; now = performance.now()) {
      const due = Math.floor(((now - started) / 1_000) * order.rate);
      for (; updates < due; updates += 1) server.put(sliceOf(updates % Math.min(slices, ingresses), updates + 1));
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    send({ kind: 'churned', updates });
  }
}

function send(answer: Answer): void {
  process.send?.(answer);
}

/** Two paths on a host of every second Ingress; the revision is in where the second one leads. */
function ingressOf(index: number, revision: number): object {
  const backend = { service: { name: `svc-${index}`, port: { number: 80 } } };
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'Ingress',
    metadata: {
      name: `ing-${index}`,
      namespace: `team-${index % 200}`,
      creationTimestamp: new Date(1_700_000_000_000 + index * 1000).toISOString(),
      annotations: {
        'nginx.ingress.kubernetes.io/enable-cors': 'true',
        'nginx.ingress.kubernetes.io/cors-max-age': '600',
        'nginx.ingress.kubernetes.io/whitelist-source-range': '10.0.0.0/8, 127.0.0.0/8',
        'nginx.ingress.kubernetes.io/permanent-redirect': `https://example.com/${revision}`,
        'mse.ingress.kubernetes.io/request-header-control-update': `x-app app-${index}`,
      },
    },
    spec: {
      ingressClassName: 'mse',
      rules: [
        {
          host: `app-${index}.example.com`,
          http: { paths: ['/a', '/b'].map((path) => ({ path, pathType: 'Prefix', backend })) },
        },
      ],
    },
  };
}

function sliceOf(index: number, revision: number): object {
  return {
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: { name: `svc-${index}-1`, namespace: `team-${index % 200}`, labels: { 'kubernetes.io/service-name': `svc-${index}` } },
    addressType: 'IPv4',
    ports: [{ name: '', port: 8080, protocol: 'TCP' }],
    endpoints: [0, 1, 2].map((pod) => ({ addresses: [`10.${revision % 250}.${index % 250}.${pod + 1}`], conditions: { ready: true } })),
  };
}
