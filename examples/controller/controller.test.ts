import { events } from '@ingresskit/kubernetes';
import { createFakeApiServer } from '@ingresskit/kubernetes/testing';
import { expect, test } from 'vitest';
import { followRoutes, type RouteChange } from './controller.ts';

const ingress = (service: string, annotations = {}) => ({
  apiVersion: 'networking.k8s.io/v1',
  kind: 'Ingress',
  metadata: { name: 'shop', namespace: 'default', annotations },
  spec: {
    ingressClassName: 'mse',
    rules: [
      {
        host: 'shop.example',
        http: { paths: [{ path: '/', pathType: 'Prefix', backend: { service: { name: service, port: { number: 80 } } } }] },
      },
    ],
  },
});

test('it follows a cluster', async () => {
  const server = createFakeApiServer();
  for (const name of ['web', 'next'])
    server.put({ apiVersion: 'v1', kind: 'Service', metadata: { name, namespace: 'default' }, spec: { ports: [{ port: 80 }] } });
  server.put(ingress('web'));

  const stop = new AbortController();
  const changes: RouteChange[] = [];
  let heard: () => void = () => undefined;
  const next = (): Promise<void> => new Promise((resolve) => (heard = resolve));
  const first = next();
  const following = followRoutes(
    await server.listen(),
    (change) => {
      changes.push(change);
      heard();
    },
    stop.signal,
  );

  await first;
  const second = next();
  server.put(ingress('next', { 'nginx.ingress.kubernetes.io/enable-cors': 'true', 'nginx.ingress.kubernetes.io/cors-max-age': 'soon' }));
  await second;
  const third = next();
  server.remove(ingress('next'));
  await third;
  expect(changes).toEqual([
    { host: 'shop.example', routes: ['/ -> web (100)'] },
    { host: 'shop.example', routes: ['/ -> next (100)'] },
    { host: 'shop.example', routes: undefined },
  ]);
  expect(server.list(events)).toEqual([expect.objectContaining({ reason: 'AnnotationInvalidValue', type: 'Warning' })]);

  stop.abort();
  await following;
  await server.close();
});
