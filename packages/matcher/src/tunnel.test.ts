import { compile } from '@ingresskit/compiler';
import { ingressNginx } from '@ingresskit/profiles';
import { parseManifests } from '@ingresskit/resources/yaml';
import { expect, it } from 'vitest';
import { createMatcher } from './matcher.ts';

const { resources } = parseManifests(
  `
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: vault
  annotations: { nginx.ingress.kubernetes.io/ssl-passthrough: "true", nginx.ingress.kubernetes.io/whitelist-source-range: 10.0.0.0/8 }
spec:
  rules:
    - host: vault.example
      http:
        paths:
          - { path: /, pathType: Prefix, backend: { service: { name: vault, port: { number: 8443 } } } }
          - { path: /other, pathType: Prefix, backend: { service: { name: other, port: { number: 80 } } } }
---
apiVersion: v1
kind: Service
metadata: { name: vault }
spec: { ports: [{ port: 8443 }] }
---
apiVersion: v1
kind: Service
metadata: { name: other }
spec: { ports: [{ port: 80 }] }
`,
  { file: 'tunnel.yaml' },
);
const profile = { ...ingressNginx, settings: { ...ingressNginx.settings, 'ssl-passthrough': { enabled: true } } };
const { table } = compile(resources, { profile });
const matcher = createMatcher(profile);

it('hands a connection on as it is, past every later policy and whatever the path', () => {
  expect(matcher.decide(table, { url: 'https://vault.example/other?x', clientAddress: '203.0.113.7' })).toEqual({
    kind: 'forward',
    route: { ingress: 'default/vault', host: 'vault.example', path: '/other', pathType: 'Prefix' },
    backend: { namespace: 'default', service: 'vault', port: 8443 },
    upstream: { protocol: 'TLS', host: 'vault.example', path: '/other?x', headers: { set: {}, append: {}, remove: [] } },
    response: { headers: { set: {}, append: {}, remove: [] } },
    policies: {},
  });
});

it('leaves plain HTTP to the policies', () => {
  expect(matcher.decide(table, { url: 'http://vault.example/other', clientAddress: '203.0.113.7' })).toMatchObject({
    kind: 'respond',
    status: 403,
  });
});
