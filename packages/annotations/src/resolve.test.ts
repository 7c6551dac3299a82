import type { Ingress } from '@ingresskit/resources';
import { expect, test } from 'vitest';
import { text } from './codecs/index.ts';
import { defineFamily } from './family.ts';
import { field } from './field.ts';
import type { Lookups } from './lookups.ts';
import { registryOf } from './registry.ts';
import { resolveAnnotations } from './resolve.ts';
import { profileOf } from './testing/profile.ts';

const fields = (key: string) => ({ value: field(key, text(), { doc: 'A value.', example: 'a', badExample: '', risk: 'Low' as const }) });
const plain = defineFamily({
  name: 'plain',
  title: 'Plain',
  scope: 'route',
  phase: 'forward',
  fields: fields('plain'),
  resolve: ({ value }) => ({ value }),
});
const placed = defineFamily({
  name: 'placed',
  title: 'Placed',
  scope: 'route',
  phase: 'forward',
  fields: fields('placed'),
  resolve: ({ value }, { namespace }) => ({ value, namespace }),
});
const ofHost = defineFamily({
  name: 'of-host',
  title: 'Of the host',
  scope: 'host',
  phase: 'forward',
  fields: fields('of-host'),
  resolve: ({ value }) => ({ value }),
});

const registry = registryOf(profileOf([plain, placed, ofHost]));

function resolved(namespace: string, value: string) {
  const annotations = Object.fromEntries(['plain', 'placed', 'of-host'].map((name) => [`nginx.ingress.kubernetes.io/${name}`, value]));
  const ingress = {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'Ingress',
    metadata: { name: 'a', namespace, annotations },
    spec: {},
  } as Ingress;
  return resolveAnnotations(ingress, registry, {} as Lookups, []);
}

test('equal annotations share a policy, unless it follows from more than them', () => {
  const [a, b, other] = [resolved('one', 'x'), resolved('two', 'x'), resolved('two', 'y')];
  expect(a.route['plain']).toEqual({ value: 'x' });
  expect(b.route['plain']).toBe(a.route['plain']);
  expect(other.route['plain']).toEqual({ value: 'y' });
  expect([a, b].map(({ route }) => route['placed'])).toEqual([
    { value: 'x', namespace: 'one' },
    { value: 'x', namespace: 'two' },
  ]);
  // Whose policy holds on a host is told by identity.
  expect(b.host['of-host']).toEqual(a.host['of-host']);
  expect(b.host['of-host']).not.toBe(a.host['of-host']);
});
