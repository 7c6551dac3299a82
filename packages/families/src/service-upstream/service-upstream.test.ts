import type { Service } from '@ingresskit/resources';
import { expect, it } from 'vitest';
import { exchangeOf } from '../testing/exchange.ts';
import { resolveFamily } from '../testing/resolve.ts';
import type { ServiceUpstreamPolicy } from './service-upstream.ts';
import { serviceUpstream } from './service-upstream.ts';

const service = (name: string, clusterIP?: string): Service => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { namespace: 'default', name },
  spec: { ports: [{ port: 80 }], ...(clusterIP === undefined ? {} : { clusterIP }) },
});
const services = [service('cart', '10.96.0.7'), service('headless', 'None'), service('outside')];
const on = { 'service-upstream': 'true' };

it('requests go to the cluster address', () => {
  const { policy } = resolveFamily(serviceUpstream, on, { services });
  expect(policy).toEqual({ addresses: { 'default/cart': '10.96.0.7' } });
  const { exchange, edits } = exchangeOf({ url: 'http://shop.example.com/' });
  serviceUpstream.request?.(policy as ServiceUpstreamPolicy, exchange);
  expect(edits.declared).toEqual({ serviceUpstream: { address: '10.96.0.7', port: 80 } });
});

it('a Service without one keeps its endpoints, and is named', () => {
  for (const name of ['headless', 'outside', 'missing']) {
    const resolved = resolveFamily(serviceUpstream, on, { services, backends: [name] });
    expect(resolved).toEqual({ policy: undefined, isDenied: false, codes: ['service-upstream/no-cluster-address'] });
  }
  const { policy } = resolveFamily(serviceUpstream, on, { services, backends: ['cart', 'headless'] });
  const { exchange, edits } = exchangeOf(
    { url: 'http://shop.example.com/' },
    { backend: { namespace: 'default', service: 'headless', port: 80 } },
  );
  serviceUpstream.request?.(policy as ServiceUpstreamPolicy, exchange);
  expect(edits.declared).toEqual({});
});

it('a gateway that has it on takes an unreadable value for off', () => {
  const settings = { enabled: true };
  expect(resolveFamily(serviceUpstream, {}, { services, settings }).policy).toBeDefined();
  expect(resolveFamily(serviceUpstream, { 'service-upstream': 'false' }, { services, settings }).policy).toBeUndefined();
  expect(resolveFamily(serviceUpstream, { 'service-upstream': 'yes' }, { services, settings }).policy).toBeUndefined();
});
