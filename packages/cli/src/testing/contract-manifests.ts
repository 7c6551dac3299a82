/** The one host of these manifests. */
export const host = 'shop.example.com';

/** An Ingress of the namespace `shop` that sends the host to the Service of its own name. A name without a prefix gets that of ingress-nginx. */
export function ingressText(name: string, annotations: Readonly<Record<string, string>> = {}, more = ''): string {
  const lines = Object.entries(annotations).map(
    ([key, value]) => `    ${key.includes('/') ? key : `nginx.ingress.kubernetes.io/${key}`}: ${JSON.stringify(value)}\n`,
  );
  return `apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: ${name}
  namespace: shop
  annotations:${lines.length === 0 ? ' {}' : ''}
${lines.join('')}spec:
${more === '' ? '' : `  ${more}\n`}  rules:
    - host: ${host}
      http: { paths: [{ path: /, pathType: Prefix, backend: { service: { name: ${name}, port: { number: 80 } } } }] }
---
`;
}

/** A Service with one port, 80. */
export function serviceText(name: string): string {
  return `apiVersion: v1
kind: Service
metadata: { name: ${name}, namespace: shop }
spec: { ports: [{ name: http, port: 80 }] }
---
`;
}

/** An EndpointSlice with one ready endpoint. */
export function endpoints(service: string): string {
  return `apiVersion: discovery.k8s.io/v1
kind: EndpointSlice
metadata: { name: ${service}-1, namespace: shop, labels: { kubernetes.io/service-name: ${service} } }
addressType: IPv4
ports: [{ name: http, port: 80 }]
endpoints: [{ addresses: [10.0.0.1], conditions: { ready: true } }]
---
`;
}
