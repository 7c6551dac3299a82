import { compile } from '@ingresskit/compiler';
import { mse } from '@ingresskit/profiles';
import { parseManifests } from '@ingresskit/resources/yaml';
import { expect, it } from 'vitest';
import type { ForwardDecision } from './decision.ts';
import { backendOf } from './decision.ts';
import { createMatcher } from './matcher.ts';
import { isPending } from './pending-decision.ts';

const { resources } = parseManifests(
  `
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: { name: plain }
spec: { rules: [{ host: a.example, http: { paths: [{ path: /plain, pathType: Prefix, backend: { service: { name: web, port: { number: 80 } } } }] } }] }
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: guarded
  annotations: { nginx.ingress.kubernetes.io/default-backend: sorry, nginx.ingress.kubernetes.io/custom-http-errors: '503' }
spec: { rules: [{ host: a.example, http: { paths: [{ path: /, pathType: Prefix, backend: { service: { name: web, port: { number: 80 } } } }] } }] }
---
apiVersion: v1
kind: Service
metadata: { name: web }
spec: { ports: [{ port: 80 }] }
---
apiVersion: v1
kind: Service
metadata: { name: sorry }
spec: { ports: [{ port: 80 }] }
`,
  { file: 'answered.yaml' },
);
const { table } = compile(resources, { profile: mse });

function forwarded(url: string): readonly [ReturnType<typeof createMatcher>, ForwardDecision] {
  const matcher = createMatcher(mse);
  const decision = matcher.start(table, { url });
  if (isPending(decision) || decision.kind !== 'forward') throw new Error('the request should be forwarded');
  return [matcher, decision];
}

it('goes on with the walk as if the answer had been known from the start', () => {
  for (const status of [200, 404, 503]) {
    const [matcher, decision] = forwarded('http://a.example/x');
    expect(matcher.answered(decision, { status })).toEqual(matcher.decide(table, { url: 'http://a.example/x', upstream: { status } }));
  }
});

it('names the fallback after a listed status', () => {
  const [matcher, decision] = forwarded('http://a.example/x');
  expect(matcher.answered(decision, { status: 503 })).toMatchObject({ backend: { service: 'sorry' }, upstream: { path: '/' } });
});

it('returns the same decision where nothing acts on answers', () => {
  const [matcher, decision] = forwarded('http://a.example/plain');
  expect(matcher.answered(decision, { status: 503 })).toBe(decision);
});

it('finds the backend behind its view', () => {
  const [, decision] = forwarded('http://a.example/plain');
  expect(backendOf(decision.backend)).toMatchObject({ service: 'web', port: 80 });
  expect(backendOf({ ...decision.backend })).toBeUndefined();
});
