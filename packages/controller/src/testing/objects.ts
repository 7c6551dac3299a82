import type { ApiObject } from '@ingresskit/kubernetes';

// Objects as an API server has them, for tests.

/** An Ingress of class `mse` with one path. */
export function ingress(
  name: string,
  host: string,
  service: string,
  extra: { annotations?: Record<string, string>; class?: string; tls?: string } = {},
): ApiObject {
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'Ingress',
    metadata: { name, namespace: 'shop', ...(extra.annotations === undefined ? {} : { annotations: extra.annotations }) },
    spec: {
      ingressClassName: extra.class ?? 'mse',
      ...(extra.tls === undefined ? {} : { tls: [{ hosts: [host], secretName: extra.tls }] }),
      rules: [
        { host, http: { paths: [{ path: '/', pathType: 'Prefix', backend: { service: { name: service, port: { number: 80 } } } }] } },
      ],
    },
  };
}

/** A Service with one port, 80. */
export function service(name: string): ApiObject {
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name, namespace: 'shop' },
    spec: { type: 'ClusterIP', ports: [{ name: 'http', port: 80, targetPort: 8080, protocol: 'TCP' }] },
  };
}

/** Its endpoints: these ports of loopback. */
export function slice(of: string, ...ports: readonly number[]): readonly ApiObject[] {
  return ports.map((port, index) => sliceOf(`${of}-${index}`, of, ['127.0.0.1'], port));
}

/** One EndpointSlice. */
export function sliceOf(name: string, of: string, addresses: readonly string[], port: number): ApiObject {
  return {
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: { name, namespace: 'shop', labels: { 'kubernetes.io/service-name': of } },
    addressType: 'IPv4',
    ports: [{ name: 'http', port, protocol: 'TCP' }],
    endpoints: addresses.map((address) => ({ addresses: [address], conditions: { ready: true } })),
  };
}

/** An IngressClass, of a gateway object when one is named. */
export function ingressClass(name: string, parameters?: string): ApiObject {
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'IngressClass',
    metadata: { name },
    spec: {
      controller: 'mse.alibabacloud.com/ingress',
      ...(parameters === undefined ? {} : { parameters: { apiGroup: 'mse.alibabacloud.com', kind: 'MseIngressConfig', name: parameters } }),
    },
  };
}

/** An MseIngressConfig. */
export function config(name: string, spec: Record<string, unknown> = { ingress: { local: { ingressClass: 'mse' } } }): ApiObject {
  return { apiVersion: 'mse.alibabacloud.com/v1alpha1', kind: 'MseIngressConfig', metadata: { name }, spec };
}
