import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ApiObject } from './api-object.ts';
import { sleep } from './clock.ts';
import type { StoreChange } from './object-store.ts';
import { compareVersions } from './resource-version.ts';
import type { Failure, Fault } from './testing/index.ts';
import { configMap, configMaps, createBench, type ReflectorBench } from './testing/reflector-bench.ts';

// F30: any history with any faults ends in a copy that equals the server, and each object is told in the order of its states.
// More histories: INGRESSKIT_F30_RUNS=10000.
const runs = Number(process.env['INGRESSKIT_F30_RUNS'] ?? 2_000);

const names = ['a', 'b', 'c', 'd', 'e'];
const watchTimeout = 10_000;

type Step =
  | { readonly do: 'put' | 'remove' | 'recreate'; readonly name: string }
  | { readonly do: 'compact' | 'skip' | 'bookmark' }
  | { readonly do: 'end' | 'reset' | 'freeze' | 'half' | 'garbage' | 'expire' | 'fail' | 'repeat' | 'older' | 'nameless' }
  | { readonly do: 'fault'; readonly verb: 'list' | 'watch'; readonly failure: Failure; readonly times: number }
  | { readonly do: 'wait'; readonly ms: number };

const failure: fc.Arbitrary<Failure> = fc.oneof(
  fc.constantFrom(400, 401, 403, 404, 410, 429, 500, 503).map((code): Failure => ({ kind: 'status', code })),
  fc.constant<Failure>({ kind: 'status', code: 429, retryAfter: 3 }),
  fc.constant<Failure>({ kind: 'status', code: 504, causes: [{ reason: 'ResourceVersionTooLarge', message: '' }] }),
  fc.constant<Failure>({ kind: 'reset' }),
  fc.constant<Failure>({ kind: 'hang' }),
  fc.constant<Failure>({ kind: 'end' }),
  fc.constant<Failure>({ kind: 'body', text: '{"kind":"Table"}' }),
  fc.integer({ min: 1, max: 20_000 }).map((ms): Failure => ({ kind: 'delay', ms })),
  fc.integer({ min: 1, max: 30 }).map((version): Failure => ({ kind: 'stale', version })),
);

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constantFrom('put', 'put', 'remove', 'recreate'),
      name: fc.constantFrom(...names),
    }) as fc.Arbitrary<Step>,
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constantFrom('compact', 'skip', 'bookmark') }) as fc.Arbitrary<Step> },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constantFrom('end', 'reset', 'freeze', 'half', 'garbage', 'expire', 'fail', 'repeat', 'older', 'nameless'),
    }) as fc.Arbitrary<Step>,
  },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('fault'),
      verb: fc.constantFrom('list', 'watch'),
      failure,
      times: fc.integer({ min: 1, max: 3 }),
    }) as fc.Arbitrary<Step>,
  },
  {
    weight: 4,
    arbitrary: fc.record({ do: fc.constant('wait'), ms: fc.constantFrom(0, 1, 500, 2_000, 15_000, 60_000) }) as fc.Arbitrary<Step>,
  },
);

const setting = fc.record({
  pageSize: fc.integer({ min: 1, max: 4 }),
  pagesFromCache: fc.boolean(),
  streaming: fc.constantFrom('off', 'refused', 'works', 'endless'),
  pieceSize: fc.constantFrom(0, 0, 13),
  bookmarkInterval: fc.constantFrom(0, 3_000),
  isSlow: fc.boolean(),
  random: fc.array(fc.double({ min: 0, max: 0.999, noNaN: true }), { minLength: 1, maxLength: 8 }),
});

/** Checks the order law as changes are told. */
class Follower {
  readonly #states: ReadonlySet<string>;
  readonly objects = new Map<string, ApiObject>();

  constructor(states: ReadonlySet<string>) {
    this.#states = states;
  }

  take(change: StoreChange<ApiObject>): void {
    const { key, object, type } = change;
    const known = this.objects.get(key);
    if (type === 'delete') {
      expect(known?.metadata.uid, `delete ${key} of what was told`).toBe(object.metadata.uid);
      this.objects.delete(key);
      return;
    }
    expect(this.#states.has(stateOf(object)), `${stateOf(object)} was a state`).toBe(true);
    if (type === 'add') expect(known, `add ${key} is new`).toBeUndefined();
    else {
      expect(known?.metadata.uid).toBe(object.metadata.uid);
      expect(change.old).toBe(known);
      expect(compareVersions(object.metadata.resourceVersion ?? '', known?.metadata.resourceVersion ?? '')).toBeGreaterThan(0);
    }
    this.objects.set(key, object);
  }
}

function stateOf({ metadata }: ApiObject): string {
  return `${metadata.namespace}/${metadata.name} ${metadata.uid} ${metadata.resourceVersion}`;
}

function perform(one: Step, { server }: ReflectorBench, faults: Fault[], past: ApiObject[], count: number): void {
  const watches = server.openWatches();
  switch (one.do) {
    case 'put':
      past.push(server.put(configMap(one.name, String(count))));
      break;
    case 'remove':
      server.remove(configMap(one.name));
      break;
    case 'recreate':
      server.remove(configMap(one.name));
      past.push(server.put(configMap(one.name, String(count))));
      break;
    case 'compact':
      server.store.compact();
      break;
    case 'skip':
      server.store.skip(17);
      break;
    case 'fault':
      faults.push(server.fail({ verb: one.verb, times: one.times }, one.failure));
      break;
    case 'wait':
      break;
    default:
      for (const watch of watches) {
        if (one.do === 'bookmark') watch.bookmark();
        else if (one.do === 'end') watch.end();
        else if (one.do === 'reset') watch.reset();
        else if (one.do === 'freeze') watch.freeze();
        else if (one.do === 'garbage') watch.sendLine('{"type"');
        else if (one.do === 'nameless') watch.send('ADDED', { kind: 'ConfigMap', metadata: {} });
        else if (one.do === 'expire') watch.fail(410);
        else if (one.do === 'fail') watch.fail(500, 'InternalError');
        else if (one.do === 'half') {
          watch.sendBytes('{"type":"ADDED","object":{"kind":"ConfigMap","metadata":{"name":"half"');
          watch.reset();
        } else {
          // What the stream says again: its last state, or an old one of a replica behind.
          const object = one.do === 'repeat' ? past.at(-1) : past[Math.floor(past.length / 2)];
          if (object !== undefined) watch.send('MODIFIED', object);
        }
      }
  }
}

describe('F30', () => {
  it(`after ${runs} random histories with random faults the copy equals the server`, { timeout: Math.max(60_000, runs * 60) }, async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(step, { minLength: 1, maxLength: 30 }),
        setting,
        async (steps, { pageSize, pagesFromCache, streaming, pieceSize, bookmarkInterval, isSlow, random }) => {
          let draws = 0;
          const hasStreamingLists = streaming === 'works' ? true : streaming === 'endless' ? 'endless' : false;
          const b = await createBench('memory', {
            server: { pagesFromCache, pieceSize, bookmarkInterval, hasStreamingLists },
            informer: {
              pageSize,
              watchTimeout,
              random: () => random[(draws += 1) % random.length] ?? 0,
              ...(streaming === 'off' ? {} : { streamingLists: { isRefused: false } }),
            },
          });
          const states = new Set<string>();
          b.server.store.subscribe(({ after }) => after !== undefined && states.add(stateOf(after)));
          const direct = new Follower(states);
          const slow = new Follower(states);
          const wrong: unknown[] = [];
          const follow = (follower: Follower, change: StoreChange<ApiObject>): void => {
            try {
              follower.take(change);
            } catch (error) {
              wrong.push(error);
            }
          };
          b.informer.subscribe((change) => follow(direct, change));
          b.informer.subscribe(async (change) => {
            follow(slow, change);
            if (isSlow) await sleep(b.clock, 700);
          });
          const faults: Fault[] = [];
          const past: ApiObject[] = [];
          try {
            b.start();
            let count = 0;
            for (const one of steps) {
              count += 1;
              // The answer `sleep` waits for cannot come while time stands still, so nothing is awaited between steps but time.
              perform(one, b, faults, past, count);
              if (one.do === 'wait') await b.clock.advance(one.ms);
              expect(b.server.openWatches().length).toBeLessThanOrEqual(1);
            }
            for (const fault of faults) fault.cancel();
            const calm = b.clock.now();
            const before = b.server.requests.length;
            // A request that hangs, or a frozen watch, is given up by its deadline (60 s for a page, twice the watch timeout and 5 s for a watch); then
            // the longest wait is 60 s.
            await b.clock.advance(60_000 + 60_000 + 2 * watchTimeout + 5_000);
            expect(wrong).toEqual([]);
            expect(b.informer.status.isSynced).toBe(true);
            b.expectEqual();
            const sorted = (objects: Iterable<ApiObject>): readonly string[] => [...objects].map(stateOf).sort();
            expect(sorted(direct.objects.values())).toEqual(sorted(b.server.list(configMaps)));
            await b.clock.advance(60_000);
            expect(sorted(slow.objects.values())).toEqual(sorted(b.informer.store.values()));
            // Calm means few requests: a watch every ten seconds, and what the recovery took.
            expect(b.server.requests.length - before).toBeLessThanOrEqual(10 + 8 + (b.clock.now() - calm) / watchTimeout);
          } finally {
            await b.stop();
          }
          expect(b.clock.pending).toBe(0);
        },
      ),
      { numRuns: runs },
    );
  });
});
