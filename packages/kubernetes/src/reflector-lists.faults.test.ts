import { afterEach, describe, expect, it } from 'vitest';
import { Benches, entryOf, failuresOf, oneWatch } from './testing/fault-bench.ts';
import { type BenchOptions, configMap, configMaps, type ReflectorBench } from './testing/reflector-bench.ts';

// Faults of reliability.md section 1.5 that one reflector has to survive, in memory and over real sockets.
const benches = new Benches();

afterEach(() => benches.stop());

describe.each(['memory', 'http'] as const)('faults of lists, over %s', (wire) => {
  const bench = (options: BenchOptions = {}): Promise<ReflectorBench> => benches.create(wire, options);

  it('F01: the first list fails three times, then comes', async () => {
    const b = await bench();
    b.server.put(configMap('a'));
    b.server.fail({ verb: 'list', times: 3 }, { kind: 'status', code: 503 });
    b.start();
    await b.clock.advance(5_500);
    expect(b.informer.status.isSynced).toBe(false);
    await b.clock.runUntil(() => b.informer.status.isSynced);
    expect(failuresOf(b).map(({ wait, error }) => [wait, error.code])).toEqual([
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
    expect(failuresOf(b)[0]?.wait).toBeGreaterThanOrEqual(7_000);
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
    expect(failuresOf(b).map(({ error }) => error.code)).toEqual(['kubernetes/expired', 'kubernetes/stale-list']);
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
    expect(failuresOf(b)[0]?.error.code).toBe('kubernetes/malformed');
    b.expectEqual();
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
