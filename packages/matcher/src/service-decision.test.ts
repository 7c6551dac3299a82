import { compile } from '@ingresskit/compiler';
import { mse } from '@ingresskit/profiles';
import { parseManifests } from '@ingresskit/resources/yaml';
import { describe, expect, it } from 'vitest';
import { createMatcher } from './matcher.ts';

const service = (name: string, port: string): string =>
  `---\napiVersion: v1\nkind: Service\nmetadata: { name: ${name} }\nspec: { ports: [${port}] }\n`;
const { resources } = parseManifests(
  `
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: secure
  namespace: default
  annotations:
    nginx.ingress.kubernetes.io/backend-protocol: GRPCS
    nginx.ingress.kubernetes.io/proxy-ssl-verify: 'on'
    nginx.ingress.kubernetes.io/proxy-ssl-name: pods.example
    nginx.ingress.kubernetes.io/rewrite-target: /elsewhere
    nginx.ingress.kubernetes.io/upstream-hash-by: $request_uri
spec: { rules: [{ host: a.example, http: { paths: [{ path: /, pathType: Prefix, backend: { service: { name: secure, port: { number: 80 } } } }] } }] }
` +
    service('secure', '{ port: 80 }') +
    service('named', '{ name: grpc, port: 80 }') +
    service('plain', '{ port: 80 }'),
  { file: 'service-decision.yaml' },
);
const { table } = compile(resources, { profile: mse });
const matcher = createMatcher(mse);
const backendOf = (name: string) => ({ namespace: 'default', service: name, port: 80 });

describe('a request for a Service that no route led to', () => {
  it('goes under the policies of the Service, and under none of a route', () => {
    const request = { url: 'http://a.example/a?b=1' };
    const routed = matcher.decide(table, request);
    const decision = matcher.decideFor(table, backendOf('secure'), request);
    expect(decision).toMatchObject({
      kind: 'forward',
      backend: backendOf('secure'),
      upstream: { protocol: 'GRPCS', host: 'a.example', path: '/a?b=1' },
    });
    expect(decision?.policies).toEqual(routed.kind === 'forward' ? routed.policies : undefined);
    expect(Object.keys(decision?.policies ?? {})).toContain('upstreamTls');
  });

  it.each([
    ['named', 'GRPC'],
    ['plain', 'HTTP'],
    ['unknown', 'HTTP'],
  ])('%s: %s', (name, protocol) => {
    expect(matcher.decideFor(table, backendOf(name), { url: 'http://a.example/' })).toMatchObject({ upstream: { protocol }, policies: {} });
  });

  it('is not sent when it is no request', () => {
    expect(matcher.decideFor(table, backendOf('plain'), { url: 'http://a example/' })).toBeUndefined();
  });
});
