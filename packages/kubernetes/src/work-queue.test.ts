import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sleep } from './clock.ts';
import { VirtualClock } from './testing/index.ts';
import { WorkQueue } from './work-queue.ts';

describe('WorkQueue', () => {
  it('gives a key once, however often it was added, and once more when it came again during the work', async () => {
    const queue = new WorkQueue({ clock: new VirtualClock() });
    for (let round = 0; round < 5; round += 1) queue.add('a/x');
    expect(queue.depth).toBe(1);
    const item = await queue.take();
    queue.add('a/x');
    queue.add('a/x');
    expect(queue.depth).toBe(0);
    item?.done();
    expect(queue.depth).toBe(1);
    const again = await queue.take();
    again?.done();
    again?.done();
    expect(queue.depth).toBe(0);
  });

  it('lets groups take turns', async () => {
    const queue = new WorkQueue({ clock: new VirtualClock() });
    for (let number = 0; number < 1_000; number += 1) queue.add(`big/${number}`);
    queue.add('small/1');
    queue.add('small/2');
    const order: string[] = [];
    for (let number = 0; number < 5; number += 1) order.push((await queue.take())?.key ?? '');
    expect(order).toEqual(['big/0', 'small/1', 'big/1', 'small/2', 'big/2']);
  });

  it('doubles the wait of a key that fails, up to the limit, and forgets it when it goes well', async () => {
    const clock = new VirtualClock();
    const queue = new WorkQueue({ clock, initialDelay: 5, maxDelay: 1_000 });
    const waits: number[] = [];
    for (let round = 0; round < 10; round += 1) {
      const before = clock.now();
      queue.addRateLimited('a');
      await clock.runUntil(() => queue.depth === 1);
      waits.push(clock.now() - before);
      (await queue.take())?.done();
    }
    expect(waits).toEqual([5, 10, 20, 40, 80, 160, 320, 640, 1_000, 1_000]);
    expect(queue.failuresOf('a')).toBe(10);
    queue.forget('a');
    queue.addRateLimited('a');
    await clock.advance(5);
    expect(queue.depth).toBe(1);
  });

  it('bounds the failures of all keys together', async () => {
    const clock = new VirtualClock();
    const queue = new WorkQueue({ clock, rate: 10, burst: 100 });
    for (let number = 0; number < 300; number += 1) queue.addRateLimited(`k/${number}`);
    await clock.advance(5);
    expect(queue.depth).toBe(100);
    await clock.advance(10_000);
    expect(queue.depth).toBe(200);
    await clock.advance(10_000);
    expect(queue.depth).toBe(300);
  });

  it('keeps the earliest of several later times', async () => {
    const clock = new VirtualClock();
    const queue = new WorkQueue({ clock });
    queue.addAfter('a', 1_000);
    queue.addAfter('a', 100);
    queue.addAfter('a', 5_000);
    await clock.advance(100);
    expect(queue.depth).toBe(1);
    expect(clock.pending).toBe(0);
  });

  it('drains what waits when it is told to, and nothing else', async () => {
    const clock = new VirtualClock();
    const queue = new WorkQueue({ clock });
    const worked: string[] = [];
    const running = queue.run(
      async (key) => {
        await sleep(clock, 10);
        worked.push(key);
      },
      { workers: 2 },
    );
    for (const key of ['a', 'b', 'c', 'd', 'e']) queue.add(key);
    queue.addAfter('never', 1_000);
    const shut = queue.shutDown({ drain: true });
    queue.add('too late');
    await clock.advance(100);
    await Promise.all([shut, running]);
    expect(worked).toEqual(['a', 'b', 'c', 'd', 'e']);
    expect(clock.pending).toBe(0);
    expect(await queue.take()).toBeUndefined();
  });

  it('shuts down at once without draining, but waits for work under way', async () => {
    const clock = new VirtualClock();
    const queue = new WorkQueue({ clock });
    const worked: string[] = [];
    const running = queue.run(async (key) => {
      await sleep(clock, 10);
      worked.push(key);
    });
    for (const key of ['a', 'b', 'c']) queue.add(key);
    await clock.advance(1);
    let isShut = false;
    const shut = queue.shutDown().then(() => {
      isShut = true;
    });
    await clock.advance(1);
    expect(isShut).toBe(false);
    await clock.advance(20);
    await Promise.all([shut, running]);
    expect(worked).toEqual(['a']);
  });

  it('repeats work that fails and tells why', async () => {
    const clock = new VirtualClock();
    const queue = new WorkQueue({ clock });
    const failures: unknown[] = [];
    let tries = 0;
    const running = queue.run(
      () => {
        tries += 1;
        return tries < 4 ? Promise.reject(new Error(`try ${tries}`)) : Promise.resolve();
      },
      { onFailure: (key, error) => failures.push([key, (error as Error).message]) },
    );
    queue.add('a');
    await clock.advance(1_000);
    expect(tries).toBe(4);
    expect(failures).toEqual([
      ['a', 'try 1'],
      ['a', 'try 2'],
      ['a', 'try 3'],
    ]);
    expect(queue.failuresOf('a')).toBe(0);
    await queue.shutDown();
    await running;
  });

  it('loses no key, and never gives one to two workers (law)', async () => {
    const step = fc.oneof(
      fc.record({ do: fc.constantFrom('add', 'later', 'failed'), key: fc.constantFrom('a/1', 'a/2', 'b/1', 'c/1') }),
      fc.record({ do: fc.constant('wait'), key: fc.constant('') }),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 60 }), fc.integer({ min: 1, max: 4 }), fc.boolean(), async (steps, workers, drain) => {
        const clock = new VirtualClock();
        const queue = new WorkQueue({ clock });
        const active = new Set<string>();
        // Keys that were added after the work on them last began: they must be worked on once more.
        const owed = new Set<string>();
        const running = queue.run(
          async (key) => {
            expect(active.has(key)).toBe(false);
            active.add(key);
            owed.delete(key);
            await sleep(clock, 7);
            active.delete(key);
          },
          { workers },
        );
        for (const { do: what, key } of steps) {
          if (what === 'wait') await clock.advance(5);
          else owed.add(key);
          if (what === 'add') queue.add(key);
          if (what === 'later') queue.addAfter(key, 3);
          if (what === 'failed') queue.addRateLimited(key);
        }
        if (!drain) await clock.advance(3_600_000);
        const shut = queue.shutDown({ drain });
        await clock.advance(3_600_000);
        await Promise.all([shut, running]);
        if (!drain) expect([...owed]).toEqual([]);
        expect([queue.depth, queue.active, active.size, clock.pending]).toEqual([0, 0, 0, 0]);
      }),
      { numRuns: 300 },
    );
  });
});
