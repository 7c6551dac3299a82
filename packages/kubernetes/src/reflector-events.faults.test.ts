import { afterEach, describe, expect, it } from 'vitest';
import { Benches, entryOf, failuresOf, oneWatch } from './testing/fault-bench.ts';
import type { Failure, FaultMatch } from './testing/index.ts';
import { type BenchOptions, configMap, createBench, type ReflectorBench } from './testing/reflector-bench.ts';

// Faults of reliability.md section 1.5 that one reflector has to survive, in memory and over real sockets.
const benches = new Benches();

afterEach(() => benches.stop());

describe.each(['memory', 'http'] as const)('faults of what a watch sends, over %s', (wire) => {
  const bench = (options: BenchOptions = {}): Promise<ReflectorBench> => benches.create(wire, options);

  it('F11: repeated events and events of a replica behind are ignored', async () => {
    const b = await bench();
    const old = b.server.put(configMap('a', 'old'));
    await b.sync();
    const fresh = b.server.put(configMap('a', 'new'));
    await b.clock.advance(2_000);
    const watch = oneWatch(b);
    watch.send('MODIFIED', fresh);
    watch.send('MODIFIED', old);
    await b.clock.advance(1_000);
    expect(entryOf(b.informer.store.get('default/a'))).toBe('new');
    expect(b.informer.status.ignored).toBe(2);
    expect(b.told.map(({ type }) => type)).toEqual(['add', 'update']);
    b.expectEqual();
  });

  it('F14: an object of the same name is another one', async () => {
    const b = await bench();
    const first = b.server.put(configMap('a', 'first'));
    await b.sync();
    oneWatch(b).fail(410);
    b.server.remove(first);
    const second = b.server.put(configMap('a', 'second'));
    expect(second.metadata.uid).not.toBe(first.metadata.uid);
    b.server.store.compact();
    await b.clock.advance(30_000);
    expect(b.told.map(({ type, object }) => [type, object.metadata.uid])).toEqual([
      ['add', first.metadata.uid],
      ['delete', first.metadata.uid],
      ['add', second.metadata.uid],
    ]);
    b.expectEqual();
  });

  it('F15b: an event that stays unreadable does not hide what follows it', async () => {
    const b = await bench();
    await b.sync();
    const breakWatch = (): void => {
      for (const watch of b.server.openWatches()) watch.sendLine('garbage');
    };
    for (let round = 0; round < 3; round += 1) {
      breakWatch();
      await b.clock.runUntil(() => b.informer.status.malformed === round + 1);
      await b.clock.runUntil(() => b.server.openWatches().length === 1);
    }
    expect(b.server.requestsOf('list')).toHaveLength(2);
    b.server.put(configMap('after'));
    await b.clock.advance(1_000);
    b.expectEqual();
  });

  it('F16: an event of 40 MiB is cut off before it fills the memory', async () => {
    const b = await bench({ server: { pieceSize: 256 * 1024 } });
    await b.sync();
    const watch = oneWatch(b);
    watch.sendBytes(`{"type":"ADDED","object":{"kind":"ConfigMap","data":{"x":"${'x'.repeat(40 * 1024 * 1024)}`);
    await b.clock.advance(100);
    const [failure] = failuresOf(b);
    expect(failure?.error).toMatchObject({ code: 'kubernetes/line-too-long', message: expect.stringContaining('configmaps') });
    expect(failure?.wait).toBeGreaterThan(0);
    expect(watch.isOpen).toBe(false);
    b.server.put(configMap('a'));
    await b.clock.advance(5_000);
    b.expectEqual();
  });

  it('F18: stops at every point where it waits, at once and for good', async () => {
    const failing = (match: FaultMatch, failure: Failure) => (b: ReflectorBench) => {
      b.server.fail(match, failure);
      b.start();
      return b.server.settled();
    };
    const points: [string, (b: ReflectorBench) => Promise<void>][] = [
      ['first list', failing({ verb: 'list' }, { kind: 'hang' })],
      [
        'second page',
        async (b) => {
          for (let number = 0; number < 600; number += 1) b.server.put(configMap(`c-${number}`));
          b.server.fail({ verb: 'list', isContinued: true }, { kind: 'hang' });
          b.start();
          await b.server.settled();
        },
      ],
      ['backoff', failing({ verb: 'list' }, { kind: 'status', code: 503 })],
      ['opening of the watch', failing({ verb: 'watch' }, { kind: 'hang' })],
      ['stream', (b) => b.sync()],
      ['start', (b) => Promise.resolve(b.start())],
    ];
    for (const [, reach] of points) {
      const b = await createBench(wire, { server: { pagesFromCache: true } });
      await reach(b);
      const told = b.told.length;
      await b.stop();
      expect(b.clock.pending).toBe(0);
      expect(b.told).toHaveLength(told);
      expect(b.server.openWatches()).toEqual([]);
      expect(b.informer.status.state).toBe('stopped');
    }
  });

  it('a server restored from a backup is noticed by its bookmarks', async () => {
    const b = await bench();
    b.server.put(configMap('a'));
    b.server.store.skip(1_000);
    b.server.put(configMap('b'));
    await b.sync();
    oneWatch(b).send('BOOKMARK', { kind: 'ConfigMap', apiVersion: 'v1', metadata: { resourceVersion: '7' } });
    await b.clock.advance(10_000);
    expect(failuresOf(b)[0]?.error.code).toBe('kubernetes/stale-list');
    expect(b.server.requestsOf('list')).toHaveLength(2);
    b.expectEqual();
  });

  it('slow bytes make whole events', async () => {
    const b = await bench({ server: { pieceSize: 7 } });
    await b.sync();
    for (let number = 0; number < 20; number += 1) b.server.put(configMap(`ünïcode-${number}`.replace(/[^a-z0-9-]/g, 'u'), 'wört 🚦'));
    await b.clock.advance(1_000);
    b.expectEqual();
    expect(entryOf(b.informer.store.get('default/ununcode-3') ?? [...b.informer.store.values()][0])).toBe('wört 🚦');
  });

  it('objects of another kind, and transforms that throw, do not stop the copy', async () => {
    const b = await bench({
      informer: {
        transform: (object) => {
          if (object.metadata.name === 'poison') throw new Error('no');
          return object;
        },
      },
    });
    b.server.put(configMap('poison'));
    b.server.put(configMap('a'));
    await b.sync();
    oneWatch(b).send('ADDED', { kind: 'Table', metadata: { name: 't', resourceVersion: String(b.server.store.version) } });
    b.server.put(configMap('b'));
    await b.clock.advance(1_000);
    expect([...b.informer.store.values()].map(({ metadata }) => metadata.name).sort()).toEqual(['a', 'b']);
    expect(b.informer.status).toMatchObject({ malformed: 1, ignored: 1, watches: 1 });
  });
});
