import { afterEach, describe, expect, it } from 'vitest';
import { Benches, failuresOf, oneWatch } from './testing/fault-bench.ts';
import { type BenchOptions, configMap, type ReflectorBench } from './testing/reflector-bench.ts';

// Faults of reliability.md section 1.5 that one reflector has to survive, in memory and over real sockets.
const benches = new Benches();

afterEach(() => benches.stop());

describe.each(['memory', 'http'] as const)('faults of watches, over %s', (wire) => {
  const bench = (options: BenchOptions = {}): Promise<ReflectorBench> => benches.create(wire, options);

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
    expect(failuresOf(b).map(({ error }) => error.code)).toEqual(['kubernetes/connection', 'kubernetes/expired']);
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
    expect(failuresOf(b)[0]?.error.code).toBe('kubernetes/timeout');
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
    expect(failuresOf(b)[0]?.error.code).toBe('kubernetes/short-watch');
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

  it('throttled and refused watches are opened again without a list', async () => {
    const b = await bench();
    await b.sync();
    b.server.fail({ verb: 'watch' }, { kind: 'status', code: 429, retryAfter: 9 });
    b.server.fail({ verb: 'watch' }, { kind: 'reset' });
    b.server.fail({ verb: 'watch' }, { kind: 'status', code: 500 });
    oneWatch(b).reset();
    await b.clock.advance(60_000);
    expect(b.server.requestsOf('list')).toHaveLength(1);
    expect(failuresOf(b).map(({ wait, error }) => [error.code, wait])).toEqual([
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
});
