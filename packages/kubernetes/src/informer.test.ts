import { afterEach, describe, expect, it } from 'vitest';
import { sleep } from './clock.ts';
import { type BenchOptions, configMap, createBench, type ReflectorBench } from './testing/reflector-bench.ts';

const open: ReflectorBench[] = [];

afterEach(async () => {
  for (const bench of open.splice(0)) await bench.stop();
});

async function bench(options: BenchOptions = {}): Promise<ReflectorBench> {
  const made = await createBench('memory', options);
  open.push(made);
  return made;
}

describe('Informer', () => {
  it('F17: a subscriber that throws, rejects or hangs does not disturb the others', async () => {
    const b = await bench();
    const seen: string[] = [];
    const thrower = b.informer.subscribe(() => {
      throw new Error('sync');
    }, 'thrower');
    const rejecter = b.informer.subscribe(() => Promise.reject(new Error('async')), 'rejecter');
    let released = false;
    const hanger = b.informer.subscribe(async () => {
      if (!released) await sleep(b.clock, 30_000);
      released = true;
    }, 'hanger');
    b.informer.subscribe(({ key }) => void seen.push(key));
    b.server.put(configMap('a'));
    await b.sync();
    for (let number = 0; number < 200; number += 1) b.server.put(configMap(`c-${number % 5}`, String(number)));
    await b.clock.advance(1_000);
    expect(new Set(seen).size).toBe(6);
    expect(thrower.failures).toBeGreaterThanOrEqual(6);
    expect(rejecter.failures).toBeGreaterThanOrEqual(6);
    // At most one entry for an object waits, however many changes there were.
    expect(hanger.waiting).toBeLessThanOrEqual(6);
    await b.clock.advance(10_000);
    expect(b.events).toContainEqual({ type: 'subscriber-lag', name: 'hanger', key: 'default/a', waiting: 5 });
    expect(b.events).toContainEqual(expect.objectContaining({ type: 'subscriber-failed', name: 'thrower', key: 'default/a' }));
    await b.clock.advance(30_000);
    expect(hanger.waiting).toBe(0);
  });

  it('F17b: changes that wait are joined into what is left to tell', async () => {
    const b = await bench();
    await b.sync();
    let gate: () => void = () => undefined;
    const told: string[] = [];
    b.informer.subscribe(async (change) => {
      told.push(`${change.type} ${change.key}`);
      if (told.length === 1) await new Promise<void>((resolve) => (gate = resolve));
    });
    b.server.put(configMap('gate'));
    await b.server.settled();
    b.server.put(configMap('fleeting'));
    b.server.remove(configMap('fleeting'));
    b.server.put(configMap('grown', '1'));
    b.server.put(configMap('grown', '2'));
    b.server.put(configMap('gate', '2'));
    b.server.remove(configMap('gate'));
    b.server.put(configMap('gate', '3'));
    await b.server.settled();
    gate();
    await b.server.settled();
    expect(told).toEqual(['add default/gate', 'add default/grown', 'delete default/gate', 'add default/gate']);
  });

  it('tells who subscribes late what is there, and when that was all', async () => {
    const b = await bench();
    for (let number = 0; number < 20; number += 1) b.server.put(configMap(`c-${number}`));
    let isSynced = false;
    const early: string[] = [];
    const first = b.informer.subscribe(({ key }) => void early.push(key));
    void first.synced.then(() => {
      isSynced = early.length === 20;
    });
    await b.sync();
    expect(isSynced).toBe(true);
    const late: string[] = [];
    const second = b.informer.subscribe(({ type, key }) => void late.push(`${type} ${key}`));
    await second.synced;
    expect(late).toHaveLength(20);
    second.close();
    b.server.put(configMap('later'));
    await b.server.settled();
    expect(late).toHaveLength(20);
    expect(early).toHaveLength(21);
  });

  it('keeps indexes true through changes', async () => {
    const b = await bench({ informer: { indexes: { value: (object) => [String((object['data'] as { value: string }).value)] } } });
    b.server.put(configMap('a', 'x'));
    b.server.put(configMap('b', 'x'));
    await b.sync();
    const namesOf = (value: string) => b.informer.store.byIndex('value', value).map(({ metadata }) => metadata.name);
    expect(namesOf('x')).toEqual(['a', 'b']);
    b.server.put(configMap('a', 'y'));
    b.server.remove(configMap('b'));
    await b.server.settled();
    expect(namesOf('x')).toEqual([]);
    expect(namesOf('y')).toEqual(['a']);
    b.informer.store.addIndex('name', ({ metadata }) => [metadata.name]);
    expect(b.informer.store.byIndex('name', 'a')).toHaveLength(1);
    expect(() => b.informer.store.byIndex('nothing', '')).toThrow(TypeError);
  });

  it('lets nobody who listens stop the copy', async () => {
    const b = await bench({
      informer: {
        onEvent: () => {
          throw new Error('listener');
        },
      },
    });
    b.server.put(configMap('a'));
    await b.sync();
    b.expectEqual();
  });
});
