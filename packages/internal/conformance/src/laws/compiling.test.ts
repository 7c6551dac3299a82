import { applyOf, type Change, deleteOf, type Resource } from '@ingresskit/resources';
import fc from 'fast-check';
import { createGateway } from 'ingresskit';
import { describe, expect, it } from 'vitest';
import { cluster, oneOf, resource } from '../generate/index.ts';
import { everyProfile, law, textOf, textsOf } from './law.ts';

const runs = 400;

describe.each(everyProfile)('%s', (name, profile) => {
  const options = oneOf([
    {},
    { ingressClass: 'mse' },
    { ingressClass: ['mse', 'nginx'] },
    { gateway: 'edge' },
    { watchNamespace: 'web' },
    { assumeEndpoints: 'never' as const },
    { unenforcedGates: 'deny' as const, allowCrossNamespace: true },
  ]);
  const batch: fc.Arbitrary<readonly Change[]> = fc.array(
    fc.tuple(resource(profile), fc.integer({ min: 0, max: 2 })).map(([object, luck]) => (luck === 0 ? deleteOf(object) : applyOf(object))),
    { maxLength: 6 },
  );

  it('any history compiles to what its outcome compiles to', () => {
    law(`${name}: incremental = full`, fc.tuple(options, fc.array(batch, { minLength: 1, maxLength: 6 })), runs, ([more, history]) => {
      const gateway = createGateway({ profile, ...more });
      const compiler = gateway.createCompiler();
      for (const changes of history) {
        const before = compiler.current;
        const after = compiler.apply(changes);
        const objects: Resource[] = [];
        for (const kind of [
          'Ingress',
          'IngressClass',
          'Service',
          'EndpointSlice',
          'Endpoints',
          'Pod',
          'Secret',
          'ConfigMap',
          'Namespace',
          'MseIngressConfig',
        ] as const) {
          objects.push(...after.snapshot.list(kind));
        }
        const full = gateway.compile(objects);
        expect(textOf(after.table)).toBe(textOf(full.table));
        expect(textsOf(after.diagnostics)).toEqual(textsOf(full.diagnostics));
        // What did not change is the same object.
        const changed = new Set(after.changedHosts);
        for (const [host, virtualHost] of before.table.hosts) expect(after.table.hosts.get(host) === virtualHost).toBe(!changed.has(host));
        for (const [host] of after.table.hosts) if (!before.table.hosts.has(host)) expect(changed.has(host)).toBe(true);
      }
      expect(compiler.apply([]).changedHosts).toEqual([]);
    });
  });

  it('the order of the input means nothing', () => {
    const shuffled = cluster(profile).chain((objects) =>
      fc.tuple(fc.constant(objects), fc.shuffledSubarray([...objects], { minLength: objects.length })),
    );
    law(`${name}: shuffled = given`, fc.tuple(options, shuffled), runs, ([more, [objects, other]]) => {
      const gateway = createGateway({ profile, ...more });
      const [one, two] = [gateway.compile(objects), gateway.compile(other)];
      expect(textOf(two.table)).toBe(textOf(one.table));
      expect(textsOf(two.diagnostics)).toEqual(textsOf(one.diagnostics));
    });
  });

  it('a table is frozen through and through', () => {
    const frozen = (value: unknown): boolean =>
      typeof value !== 'object' ||
      value === null ||
      (Object.isFrozen(value) && Object.values(value).every(frozen)) ||
      value.constructor.name === 'Sensitive';
    law(`${name}: frozen`, cluster(profile), 300, (objects) => {
      const { table } = createGateway({ profile }).compile(objects);
      for (const [, host] of table.hosts) expect(frozen(host), JSON.stringify(host)).toBe(true);
      for (const [, policies] of table.backends) expect(frozen(policies)).toBe(true);
      for (const [, endpoints] of table.endpoints) expect(frozen(endpoints)).toBe(true);
    });
  });
});
