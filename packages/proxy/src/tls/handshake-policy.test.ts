import { profiles } from 'ingresskit';
import { expect, it } from 'vitest';
import { manifests, passing, siteOf } from '../passthrough/testing/site.ts';
import { compiled } from '../testing/harness.ts';
import { defaultPolicy, HandshakePolicies, virtualHostOf } from './handshake-policy.ts';

it('only a host that somebody takes makes the gateway look at ClientHellos', () => {
  const policies = new HandshakePolicies(passing);
  const { table } = siteOf([]);
  expect(policies.isUniform(table)).toBe(false);
  expect(policies.policyOf(virtualHostOf(table, 'pass.example')).terms).toEqual({ passthrough: true });
  expect(policies.policyOf(virtualHostOf(table, 'a.wild.example')).terms).toEqual({ passthrough: true });
  for (const name of ['open.example', 'unknown.example', undefined])
    expect(policies.policyOf(virtualHostOf(table, name))).toBe(defaultPolicy);
  // Without the flag the annotation changes nothing for anybody.
  const unflagged = profiles['ingress-nginx'] as typeof passing;
  expect(new HandshakePolicies(unflagged).isUniform(compiled(manifests, {}, unflagged).table)).toBe(true);
});

it('requests for it do not come in under the terms of another host', () => {
  const policies = new HandshakePolicies(passing);
  const { table } = siteOf([]);
  const keys = ['pass.example', 'open.example'].map((name) => policies.policyOf(virtualHostOf(table, name)).key);
  expect(new Set(keys).size).toBe(2);
});
