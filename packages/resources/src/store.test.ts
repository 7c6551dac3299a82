import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { applyOf, type Change, createDelta, deleteOf } from './change.ts';
import type { EndpointSlice } from './endpoint-slice.ts';
import { objectKey } from './ref.ts';
import type { Resource } from './resource.ts';
import type { Service } from './service.ts';
import { Snapshot } from './snapshot.ts';
import { createSnapshot, Store } from './store.ts';
import { serviceNameLabel } from './well-known.ts';

const service = (name: string, version?: string, namespace = 'default'): Service => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name, namespace, ...(version === undefined ? {} : { uid: `uid-${name}`, resourceVersion: version }) },
});
const slice = (name: string, of: string | undefined): EndpointSlice => ({
  apiVersion: 'discovery.k8s.io/v1',
  kind: 'EndpointSlice',
  metadata: { name, namespace: 'default', ...(of === undefined ? {} : { labels: { [serviceNameLabel]: of } }) },
  addressType: 'IPv4',
});

const object: fc.Arbitrary<Resource> = fc.oneof(
  fc
    .tuple(fc.constantFrom('a', 'b', 'c'), fc.constantFrom('1', '2', undefined), fc.constantFrom('x', 'y'))
    .map(([name, version, namespace]) => service(name, version, namespace)),
  fc.tuple(fc.constantFrom('s1', 's2', 's3'), fc.constantFrom('a', 'b', undefined)).map(([name, of]) => slice(name, of)),
  fc.constantFrom('n1', 'n2').map((name): Resource => ({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } })),
);
const change: fc.Arbitrary<Change> = fc.tuple(object, fc.boolean()).map(([value, isApply]) => (isApply ? applyOf(value) : deleteOf(value)));
const history = fc.array(fc.array(change, { maxLength: 8 }), { maxLength: 8 });

function keyOf(value: Resource): string {
  return objectKey(value.kind, value.metadata.namespace, value.metadata.name);
}

function all(snapshot: Snapshot): Map<string, Resource> {
  const objects = new Map<string, Resource>();
  for (const kind of ['Service', 'EndpointSlice', 'Namespace'] as const)
    for (const value of snapshot.list(kind)) objects.set(keyOf(value), value);
  return objects;
}

describe('a store', () => {
  it('holds the last word on each object, and each delta leads from one snapshot to the next', () => {
    fc.assert(
      fc.property(history, (batches) => {
        const store = new Store();
        const model = new Map<string, Resource>();
        for (const batch of batches) {
          const before = store.snapshot;
          const { snapshot, delta } = store.apply(batch);
          const last = new Map<string, Resource | undefined>();
          for (const entry of batch) {
            if (entry.type === 'apply') last.set(keyOf(entry.object), entry.object);
            else last.set(objectKey(entry.kind, entry.namespace, entry.name), undefined);
          }
          for (const [key, value] of last) {
            const known = model.get(key);
            const same =
              value?.metadata.uid !== undefined &&
              value.metadata.resourceVersion === known?.metadata.resourceVersion &&
              value.metadata.uid === known?.metadata.uid;
            if (value === undefined) model.delete(key);
            else if (!same) model.set(key, value);
          }
          expect(all(snapshot)).toEqual(model);
          for (const [key, value] of model) expect(snapshot.getByKey(value.kind, key)).toBe(value);
          // The delta: at most one entry for each object, true to both snapshots, and complete.
          expect(delta.isEmpty).toBe(snapshot === before);
          expect(new Set(delta.objects.map(({ key }) => key)).size).toBe(delta.objects.length);
          const replayed = all(before);
          for (const { kind, key, change: what, before: old, after } of delta.objects) {
            expect(old).toBe(before.getByKey(kind, key));
            expect(after).toBe(snapshot.getByKey(kind, key));
            expect(what).toBe(old === undefined ? 'added' : after === undefined ? 'removed' : 'updated');
            if (after === undefined) replayed.delete(key);
            else replayed.set(key, after);
          }
          expect(replayed).toEqual(all(snapshot));
          expect(delta.of('Service')).toEqual(delta.objects.filter(({ kind }) => kind === 'Service'));
        }
      }),
      { numRuns: 300 },
    );
  });

  it('finds the slices of a Service by label, ordered by name, as one array while they stay', () => {
    fc.assert(
      fc.property(history, (batches) => {
        const store = new Store();
        for (const batch of batches) {
          const before = store.snapshot;
          const { snapshot, delta } = store.apply(batch);
          for (const name of ['a', 'b']) {
            const slices = [...snapshot.list('EndpointSlice')].filter(({ metadata }) => metadata.labels?.[serviceNameLabel] === name);
            expect(snapshot.endpointSlicesOf('default', name)).toEqual(slices.sort((x, y) => (x.metadata.name < y.metadata.name ? -1 : 1)));
            const isTouched = delta
              .of('EndpointSlice')
              .some((entry) => [entry.before, entry.after].some((value) => value?.metadata.labels?.[serviceNameLabel] === name));
            if (!isTouched && slices.length > 0)
              expect(snapshot.endpointSlicesOf('default', name)).toBe(before.endpointSlicesOf('default', name));
          }
        }
      }),
      { numRuns: 200 },
    );
  });

  it('takes equal uid and resourceVersion for no change, and nothing else', () => {
    const store = new Store();
    const first = store.apply([applyOf(service('a', '1'))]);
    expect(store.apply([applyOf(service('a', '1'))])).toMatchObject({ delta: { isEmpty: true } });
    expect(store.snapshot).toBe(first.snapshot);
    expect(
      store.apply([applyOf({ ...service('a', '1'), metadata: { ...service('a', '1').metadata, uid: 'other' } })]).delta.objects,
    ).toHaveLength(1);
    expect(store.apply([applyOf(service('b'))]).delta.objects).toHaveLength(1);
    // Manifests without revisions may differ in anything, so they count.
    expect(store.apply([applyOf(service('b'))]).delta.objects).toMatchObject([{ change: 'updated' }]);
    expect(store.apply([deleteOf(service('z'))]).delta.isEmpty).toBe(true);
    expect(store.apply([]).snapshot).toBe(store.snapshot);
  });
});

describe('a snapshot', () => {
  it('tells kinds, namespaces and names apart', () => {
    const snapshot = createSnapshot([
      service('a', undefined, 'x'),
      service('a', undefined, 'y'),
      slice('a', undefined),
      { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'a' } },
    ]);
    expect(snapshot.get('Service', 'x', 'a')?.metadata.namespace).toBe('x');
    expect(snapshot.get('Service', 'z', 'a')).toBeUndefined();
    expect(snapshot.get('Namespace', undefined, 'a')?.kind).toBe('Namespace');
    expect([snapshot.size('Service'), snapshot.size('Namespace'), snapshot.size('Secret')]).toEqual([2, 1, 0]);
    expect([...snapshot.list('Secret')]).toEqual([]);
    expect(snapshot.endpointSlicesOf('default', 'a')).toEqual([]);
    expect(Snapshot.empty()).toBe(new Store().snapshot);
    expect(createSnapshot([])).toBe(Snapshot.empty());
  });

  it('of two manifests with one name has the later', () => {
    const [one, two] = [service('a'), service('a')];
    expect(createSnapshot([one, two]).get('Service', 'default', 'a')).toBe(two);
  });

  it('keeps changes to itself', () => {
    const before = createSnapshot([service('a')]);
    const after = before.with([{ change: 'removed', kind: 'Service', key: 'Service/default/a', before: service('a') }]);
    expect([before.size('Service'), after.size('Service')]).toEqual([1, 0]);
    expect(before.with([])).toBe(before);
  });
});

it('changes name their object whatever its scope', () => {
  expect(deleteOf(service('a', undefined, 'x'))).toEqual({ type: 'delete', kind: 'Service', namespace: 'x', name: 'a' });
  expect(deleteOf({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'n' } })).toEqual({
    type: 'delete',
    kind: 'Namespace',
    name: 'n',
  });
  expect(createDelta([])).toMatchObject({ isEmpty: true, objects: [] });
});
