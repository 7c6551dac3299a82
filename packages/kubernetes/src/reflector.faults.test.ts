import { afterEach, describe, expect, it } from 'vitest';
import type { ApiObject } from './api-object.ts';
import type { ReflectorEvent } from './reflector-status.ts';
import type { Failure, FaultMatch } from './testing/index.ts';
import { type BenchOptions, configMap, configMaps, createBench, type ReflectorBench } from './testing/reflector-bench.ts';

// The faults of reliability.md section 1.5 that one reflector has to survive, in memory and over real sockets.
const open: ReflectorBench[] = [];

afterEach(async () => {
  for (const bench of open.splice(0)) {
    await bench.stop();
    const { length } = bench.told;
    const requests = bench.server.requests.length;
    await bench.clock.advance(700_000);
    expect(bench.told).toHaveLength(length);
    expect(bench.server.requests).toHaveLength(requests);
    expect(bench.clock.pending).toBe(0);
  }
});

const failures = ({ events }: ReflectorBench) =>
  events.filter((event): event is Extract<ReflectorEvent, { type: 'failed' }> => event.type === 'failed');
const entryOf = (object: ApiObject | undefined) => (object?.['data'] as { value?: string } | undefined)?.value;
const oneWatch = ({ server }: ReflectorBench) => {
  const [watch, ...others] = server.openWatches();
  expect(others).toEqual([]);
  if (watch === undefined) throw new Error('No watch is open.');
  return watch;
};

describe.each(['memory', 'http'] as const)('faults over %s', (wire) => {
  async function bench(options: BenchOptions = {}): Promise<ReflectorBench> {
    const made = await createBench(wire, options);
    open.push(made);
    return made;
  }

  it('F01: the first list fails three times, then comes', async () => {
    const b = await bench();
    b.server.put(configMap('a'));
    b.server.fail({ verb: 'list', times: 3 }, { kind: 'status', code: 503 });
    b.start();
    await b.clock.advance(5_500);
    expect(b.informer.status.isSynced).toBe(false);
    await b.clock.runUntil(() => b.informer.status.isSynced);
    expect(failures(b).map(({ wait, error }) => [wait, error.code])).toEqual([
      [800, 'kubernetes/server-error'],
      [1_600, 'kubernetes/server-error'],
      [3_200, 'kubernetes/server-error'],
    ]);
    expect(b.clock.now()).toBe(5_600);
    b.expectEqual();
  });

  it('F02: a list is throttled and the wait is kept', async () => {
    const b = await bench();
    b.server.fail({ verb: 'list' }, { kind: 'status', code: 429, retryAfter: 7 });
    b.start();
    await b.clock.advance(6_999);
    expect(b.log()).toHaveLength(1);
    await b.clock.advance(1_000);
    expect(b.informer.status.isSynced).toBe(true);
    expect(failures(b)[0]?.wait).toBeGreaterThanOrEqual(7_000);
  });

  it('F03: 2,300 objects come in five pages and appear at once', async () => {
    const sizes = new Set<number>();
    const b = await bench({ server: { pagesFromCache: true }, informer: { onEvent: () => sizes.add(b.informer.store.size) } });
    for (let number = 0; number < 2_300; number += 1) b.server.put(configMap(`c-${number}`));
    await b.sync();
    const lists = b.server.requestsOf('list');
    expect(lists).toHaveLength(5);
    expect(lists.map(({ query }) => query.get('limit'))).toEqual(Array.from({ length: 5 }, () => '500'));
    expect(lists.map(({ query }) => query.has('resourceVersion'))).toEqual([true, false, false, false, false]);
    expect([...sizes]).toEqual([2_300]);
    b.expectEqual();
  });

  it('F04: the page token runs out on the way', async () => {
    const sizes = new Set<number>();
    const b = await bench({ server: { pagesFromCache: true }, informer: { onEvent: () => sizes.add(b.informer.store.size) } });
    for (let number = 0; number < 2_300; number += 1) b.server.put(configMap(`c-${number}`));
    b.server.fail({ verb: 'list', isContinued: true, after: 1 }, { kind: 'status', code: 410 });
    await b.sync();
    expect(b.log()).toEqual([
      'list limit=500 resourceVersion=0',
      'list limit=500 continue',
      'list limit=500 continue',
      'list',
      `watch resourceVersion=${b.server.store.version}`,
    ]);
    expect([...sizes]).toEqual([2_300]);
    b.expectEqual();
  });

  it.each([
    ['F05: an ERROR event says that history is gone', 'stream'],
    ['F06: the opening of a watch is answered with 410', 'open'],
  ])('%s', async (_title, where) => {
    const b = await bench();
    for (let number = 0; number < 5; number += 1) b.server.put(configMap(`c-${number}`));
    await b.sync();
    for (let number = 0; number < 50; number += 1) b.server.put(configMap('busy', String(number)));
    await b.clock.advance(2_000);
    if (where === 'open') b.server.fail({ verb: 'watch' }, { kind: 'status', code: 410 });
    const watch = oneWatch(b);
    // What happens while the watch is not there is lost to it.
    if (where === 'open') watch.end();
    else watch.send('ERROR', { kind: 'Status', code: 410, reason: 'Expired', message: 'too old resource version' });
    b.server.remove(configMap('c-1'));
    b.server.store.compact();
    await b.clock.advance(60_000);
    b.expectEqual();
    expect(b.server.requestsOf('list')).toHaveLength(2);
    expect(b.told.filter(({ type }) => type === 'delete')).toEqual([
      expect.objectContaining({ key: 'default/c-1', isFinalStateUnknown: true }),
    ]);
    oneWatch(b);
  });

  it('F05b: history is gone for a real server: 200 and an ERROR event', async () => {
    const b = await bench();
    b.server.put(configMap('a'));
    await b.sync();
    oneWatch(b).reset();
    b.server.put(configMap('b'));
    b.server.store.compact();
    await b.clock.advance(60_000);
    b.expectEqual();
    expect(failures(b).map(({ error }) => error.code)).toEqual(['kubernetes/connection', 'kubernetes/expired']);
  });

  it('F07: the connection breaks in the middle of a line', async () => {
    const b = await bench();
    await b.sync();
    b.server.put(configMap('a'));
    await b.clock.advance(2_000);
    const version = b.informer.status.version;
    const watch = oneWatch(b);
    watch.sendBytes('{"type":"ADDED","object":{"kind":"ConfigMap","metadata":{"name":"half');
    watch.reset();
    b.server.put(configMap('b'));
    await b.clock.advance(10_000);
    b.expectEqual();
    expect(b.server.requestsOf('list')).toHaveLength(1);
    expect(b.server.requestsOf('watch').at(-1)?.query.get('resourceVersion')).toBe(version);
    expect(b.informer.status.malformed).toBe(0);
  });

  it('F08: a peer that vanished without a word is noticed', async () => {
    const b = await bench();
    await b.sync();
    const seconds = Number(b.server.requestsOf('watch')[0]?.query.get('timeoutSeconds'));
    expect(seconds).toBe(300);
    oneWatch(b).freeze();
    b.server.put(configMap('a'));
    await b.clock.advance(120_000);
    expect(b.informer.status.silence).toBeGreaterThanOrEqual(120_000);
    await b.clock.advance((seconds + 5) * 1_000 - 120_000);
    await b.clock.advance(10_000);
    b.expectEqual();
    expect(b.server.requestsOf('list')).toHaveLength(1);
    expect(failures(b)[0]?.error.code).toBe('kubernetes/timeout');
  });

  it('F08b: a peer that never answers at all is noticed', async () => {
    const b = await bench();
    b.server.fail({ verb: 'list' }, { kind: 'hang' });
    b.server.fail({ verb: 'watch' }, { kind: 'hang' });
    b.start();
    await b.clock.advance(61_000);
    expect(b.informer.status.isSynced).toBe(true);
    await b.clock.advance(35_000);
    oneWatch(b);
  });

  it('F09: a server that ends every watch at once is not hammered', async () => {
    const b = await bench();
    b.server.fail({ verb: 'watch', times: Number.POSITIVE_INFINITY }, { kind: 'end' });
    b.start();
    await b.clock.advance(120_000);
    expect(b.server.requests.length).toBeLessThanOrEqual(12);
    expect(b.server.requestsOf('list')).toHaveLength(1);
    expect(failures(b)[0]?.error.code).toBe('kubernetes/short-watch');
  });

  it('F10: a bookmark alone keeps an idle watch young', async () => {
    const b = await bench();
    b.server.put(configMap('a'));
    await b.sync();
    b.server.store.skip(100_000);
    await b.clock.advance(60_000);
    b.server.store.compact();
    oneWatch(b).reset();
    b.server.put(configMap('b'));
    await b.clock.advance(30_000);
    b.expectEqual();
    expect(b.server.requestsOf('list')).toHaveLength(1);
    expect(Number(b.server.requestsOf('watch').at(-1)?.query.get('resourceVersion'))).toBeGreaterThan(100_000);
  });

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

  it('F12: a list that is older than what was seen is refused', async () => {
    const b = await bench();
    b.server.put(configMap('a', 'old'));
    const behind = b.server.store.version;
    await b.sync();
    b.server.put(configMap('a', 'new'));
    await b.clock.advance(2_000);
    const seen = b.informer.status.version;
    b.server.fail({ verb: 'list' }, { kind: 'stale', version: behind });
    oneWatch(b).fail(410);
    await b.clock.advance(30_000);
    expect(failures(b).map(({ error }) => error.code)).toEqual(['kubernetes/expired', 'kubernetes/stale-list']);
    expect(
      b
        .log()
        .filter((line) => line.startsWith('list'))
        .slice(1),
    ).toEqual([`list resourceVersion=${seen}`, `list resourceVersion=${seen}`]);
    expect(b.told.map((change) => entryOf(change.object))).toEqual(['old', 'new']);
    b.expectEqual();
  });

  it('F13: a replica that has not seen our version yet is asked for its latest', async () => {
    const b = await bench();
    b.server.put(configMap('a'));
    await b.sync();
    const causes = [{ reason: 'ResourceVersionTooLarge', message: 'Too large resource version' }];
    b.server.fail({ verb: 'list' }, { kind: 'status', code: 504, reason: 'Timeout', causes, retryAfter: 1 });
    oneWatch(b).fail(410);
    await b.clock.advance(5_000);
    expect(b.log().slice(2, 4)).toEqual([expect.stringMatching(/^list resourceVersion=\d+$/), 'list limit=500']);
    oneWatch(b);
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

  it.each([
    ['a line that is not JSON', '{"type":"ADDED","object":{{'],
    ['an event of an unknown type', '{"type":"RENAMED","object":{"kind":"ConfigMap","metadata":{"name":"x","resourceVersion":"999"}}}'],
    ['an object without metadata', '{"type":"ADDED","object":{"kind":"ConfigMap","data":{}}}'],
    ['an object without a version', '{"type":"ADDED","object":{"kind":"ConfigMap","metadata":{"name":"x"}}}'],
  ])('F15: %s is counted and told, and the watch begins again', async (_what, line) => {
    const b = await bench();
    b.server.put(configMap('a'));
    await b.sync();
    oneWatch(b).sendLine(line);
    b.server.put(configMap('b'));
    await b.clock.advance(10_000);
    expect(b.informer.status.malformed).toBe(1);
    expect(b.events).toContainEqual(expect.objectContaining({ type: 'malformed' }));
    expect(b.server.requestsOf('list')).toHaveLength(1);
    expect(b.server.requestsOf('watch')).toHaveLength(2);
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

  it('F15c: a list with an item that is nothing keeps the others', async () => {
    const b = await bench();
    const items = [{ metadata: { name: 'a', namespace: 'default', uid: 'u', resourceVersion: '5' } }, {}, null];
    b.server.fail(
      { verb: 'list' },
      { kind: 'body', text: JSON.stringify({ kind: 'ConfigMapList', apiVersion: 'v1', metadata: { resourceVersion: '5' }, items }) },
    );
    b.start();
    await b.clock.runUntil(() => b.informer.status.isSynced);
    expect([...b.informer.store.values()].map(({ metadata }) => metadata.name)).toEqual(['a']);
    expect(b.informer.status.malformed).toBe(2);
  });

  it.each([
    ['a Table', '{"kind":"Table","apiVersion":"meta.k8s.io/v1","metadata":{"resourceVersion":"5"},"rows":[]}'],
    ['the page of a proxy', '<html>Please log in</html>'],
    ['half an answer', '{"kind":"ConfigMapList","metadata":{"resourceVersion":"5"},"ite'],
  ])('F15d: %s is not taken for a list', async (_what, text) => {
    const b = await bench();
    b.server.put(configMap('a'));
    b.server.fail({ verb: 'list' }, { kind: 'body', text });
    await b.sync();
    expect(failures(b)[0]?.error.code).toBe('kubernetes/malformed');
    b.expectEqual();
  });

  it('F16: an event of 40 MiB is cut off before it fills the memory', async () => {
    const b = await bench({ server: { pieceSize: 256 * 1024 } });
    await b.sync();
    const watch = oneWatch(b);
    watch.sendBytes(`{"type":"ADDED","object":{"kind":"ConfigMap","data":{"x":"${'x'.repeat(40 * 1024 * 1024)}`);
    await b.clock.advance(100);
    const [failure] = failures(b);
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

  it('F22: a kind that is not there yet is waited for', async () => {
    const b = await bench({ server: { absent: ['configmaps'] } });
    b.start();
    await b.clock.advance(600_000);
    expect(b.informer.status).toMatchObject({ isSynced: false, error: { code: 'kubernetes/not-found' } });
    expect(b.server.requests.length).toBe(0);
    b.server.install(configMaps);
    b.server.put(configMap('a'));
    await b.clock.advance(60_000);
    b.expectEqual();
    b.server.uninstall(configMaps);
    await b.clock.advance(60_000);
    b.expectEqual();
    b.server.install(configMaps);
    b.server.put(configMap('b'));
    await b.clock.advance(60_000);
    b.expectEqual();
  });

  it('F23: a refused streaming list is remembered, and so is one without an end', async () => {
    const refused = await bench({ informer: { streamingLists: { isRefused: false } } });
    refused.server.put(configMap('a'));
    await refused.sync();
    expect(refused.log()).toEqual([
      'watch sendInitialEvents=true',
      'list limit=500 resourceVersion=0',
      expect.stringMatching(/^watch resourceVersion/),
    ]);
    oneWatch(refused).fail(410);
    await refused.clock.advance(5_000);
    expect(refused.log().slice(3)).toEqual([
      expect.stringMatching(/^list resourceVersion=/),
      expect.stringMatching(/^watch resourceVersion=/),
    ]);
    expect(refused.events).toContainEqual(expect.objectContaining({ type: 'streaming-refused' }));

    const endless = await bench({ server: { hasStreamingLists: 'endless' }, informer: { streamingLists: { isRefused: false } } });
    endless.server.put(configMap('a'));
    endless.start();
    await endless.clock.advance(59_000);
    expect(endless.informer.status.isSynced).toBe(false);
    await endless.clock.advance(2_000);
    endless.expectEqual();
  });

  it('F23b: a streaming list is taken over as a whole at its end', async () => {
    const b = await bench({ server: { hasStreamingLists: true }, informer: { streamingLists: { isRefused: false } } });
    for (let number = 0; number < 50; number += 1) b.server.put(configMap(`c-${number}`));
    await b.sync();
    expect(b.log()).toEqual(['watch sendInitialEvents=true']);
    b.server.put(configMap('later'));
    await b.clock.advance(1_000);
    b.expectEqual();
    expect(b.events[0]).toMatchObject({ type: 'listed', count: 50, isStreamed: true });
    oneWatch(b).fail(410);
    b.server.remove(configMap('c-1'));
    await b.clock.advance(10_000);
    b.expectEqual();
    expect(b.server.requestsOf('list')).toEqual([]);
    expect(b.told.at(-1)).toMatchObject({ type: 'delete', isFinalStateUnknown: true });
  });

  it('throttled and refused watches are opened again without a list', async () => {
    const b = await bench();
    await b.sync();
    b.server.fail({ verb: 'watch' }, { kind: 'status', code: 429, retryAfter: 9 });
    b.server.fail({ verb: 'watch' }, { kind: 'reset' });
    b.server.fail({ verb: 'watch' }, { kind: 'status', code: 500 });
    oneWatch(b).reset();
    await b.clock.advance(60_000);
    expect(b.server.requestsOf('list')).toHaveLength(1);
    expect(failures(b).map(({ wait, error }) => [error.code, wait])).toEqual([
      ['kubernetes/connection', 800],
      ['kubernetes/too-many-requests', 9_000],
      ['kubernetes/connection', 3_200],
      ['kubernetes/server-error', 6_400],
    ]);
    oneWatch(b);
  });

  it('a server that says 500 to every watch is asked for a list after a minute', async () => {
    const b = await bench();
    await b.sync();
    b.server.fail({ verb: 'watch', times: Number.POSITIVE_INFINITY }, { kind: 'status', code: 500 });
    oneWatch(b).fail(500, 'InternalError');
    await b.clock.advance(50_000);
    expect(b.server.requestsOf('list')).toHaveLength(1);
    await b.clock.advance(70_000);
    expect(b.server.requestsOf('list')).toHaveLength(2);
  });

  it('a server restored from a backup is noticed by its bookmarks', async () => {
    const b = await bench();
    b.server.put(configMap('a'));
    b.server.store.skip(1_000);
    b.server.put(configMap('b'));
    await b.sync();
    oneWatch(b).send('BOOKMARK', { kind: 'ConfigMap', apiVersion: 'v1', metadata: { resourceVersion: '7' } });
    await b.clock.advance(10_000);
    expect(failures(b)[0]?.error.code).toBe('kubernetes/stale-list');
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

  it('an audit finds what a server has lost, and mends it', async () => {
    const b = await bench({ informer: { auditInterval: 3_600_000 } });
    b.server.put(configMap('a'));
    const doomed = b.server.put(configMap('ghost'));
    await b.sync();
    // The server forgets to send the deletion (kubernetes#123072).
    const watch = oneWatch(b);
    watch.freeze();
    b.server.remove(doomed);
    await b.clock.advance(310_000);
    b.expectEqual();
    const lists = b.server.requestsOf('list').length;
    await b.clock.advance(4_000_000);
    expect(b.server.requestsOf('list')).toHaveLength(lists + 1);
    expect(b.events).toContainEqual({ type: 'audited', drift: 0 });
    b.informer.store.apply(configMap('never-deleted'));
    await b.clock.advance(4_000_000);
    expect(b.events).toContainEqual({ type: 'audited', drift: 1 });
    b.expectEqual();
  });
});
