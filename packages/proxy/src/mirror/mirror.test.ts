import { setImmediate as tick } from 'node:timers/promises';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { BodyCopy } from './body-copy.ts';
import { ByteBudget, isMirrored, MirrorQueue } from './mirror-queue.ts';

/** Jobs whose end the test decides. */
function pending(): { send: (signal: AbortSignal) => Promise<void>; end: () => void; fail: () => void; started: () => number } {
  const ends: { resolve: () => void; reject: (reason: Error) => void }[] = [];
  let started = 0;
  return {
    send: (signal) =>
      new Promise((resolve, reject) => {
        started += 1;
        ends.push({ resolve, reject });
        signal.addEventListener('abort', () => reject(new Error('aborted')));
      }),
    end: () => ends.shift()?.resolve(),
    fail: () => ends.shift()?.reject(new Error('refused')),
    started: () => started,
  };
}

describe('mirror queue', () => {
  test('runs some, keeps some waiting, drops the rest; none of it is waited for', async () => {
    const queue = new MirrorQueue({ mostRunning: 2, mostWaiting: 1 });
    const { send, end, fail, started } = pending();
    expect([1, 2, 3, 4].map(() => queue.offer({ size: 0, send }))).toEqual([true, true, true, false]);
    expect(started()).toBe(2);
    end();
    await tick();
    expect(started()).toBe(3);
    fail();
    end();
    await tick();
    expect(queue.counts).toEqual({ sent: 2, failed: 1, dropped: 1 });
  });

  test('a copy that takes too long is aborted', async () => {
    const queue = new MirrorQueue({ timeoutMs: 5 });
    const reason = await new Promise((resolve) => {
      queue.offer({
        size: 0,
        send: (signal) =>
          new Promise((_, reject) => {
            // The queue's timer does not keep the process alive; this one does.
            const alive = setInterval(() => undefined, 1_000);
            signal.addEventListener('abort', () => {
              clearInterval(alive);
              reject(signal.reason);
              resolve(signal.reason);
            });
          }),
      });
    });
    await tick();
    expect(reason).toMatchObject({ name: 'AbortError' });
    expect(queue.counts.failed).toBe(1);
  });

  test('a send that throws at once is a failure like others', async () => {
    const queue = new MirrorQueue();
    queue.offer({
      size: 0,
      send: () => {
        throw new Error('bad URL');
      },
    });
    await tick();
    expect(queue.counts).toEqual({ sent: 0, failed: 1, dropped: 0 });
  });

  test('closing aborts and drops, and takes nothing more', async () => {
    const queue = new MirrorQueue({ mostRunning: 1 });
    const { send } = pending();
    queue.offer({ size: 0, send });
    queue.offer({ size: 0, send });
    queue.close();
    expect(queue.offer({ size: 0, send })).toBe(false);
    await tick();
    expect(queue.counts).toEqual({ sent: 0, failed: 1, dropped: 2 });
  });

  test('the draw', () => {
    expect([0, 1, 50, 100].map((percent) => isMirrored(percent, 0.01))).toEqual([false, false, true, true]);
    expect(isMirrored(0, 0)).toBe(false);
    expect(isMirrored(100, 0.999_999)).toBe(true);
  });
});

test('law: bodies are copied whole or not at all, and the memory comes back', async () => {
  const pieces = fc.array(fc.uint8Array({ maxLength: 5_000 }), { maxLength: 8 });
  const bodies = fc.array(fc.record({ pieces, ending: fc.constantFrom('send', 'discard'), asksEarly: fc.boolean() }), { maxLength: 12 });
  await fc.assert(
    fc.asyncProperty(bodies, fc.nat(30_000), fc.nat(60_000), async (list, limit, mostBytes) => {
      const queue = new MirrorQueue({ mostBytes, mostRunning: 2, mostWaiting: 2 });
      for (const { pieces, ending, asksEarly } of list) {
        const copy = new BodyCopy(limit, queue.bytes);
        const left = queue.bytes.left;
        for (const piece of pieces) copy.push(piece);
        const whole = Buffer.concat(pieces);
        if (ending === 'discard') {
          copy.discard();
          expect(queue.bytes.left).toBe(left);
          continue;
        }
        let body: Buffer | undefined;
        let calls = 0;
        const take = (given: Buffer | undefined): void => {
          calls += 1;
          body = given;
        };
        // Whoever waits may ask before the end or after it.
        if (asksEarly) copy.whole(take);
        copy.end();
        if (!asksEarly) copy.whole(take);
        copy.discard();
        expect(calls).toBe(1);
        expect(body === undefined).toBe(whole.length > Math.min(limit, left));
        if (body === undefined) continue;
        expect(body.equals(whole)).toBe(true);
        queue.offer({ size: body.length, send: () => Promise.resolve() });
      }
      await tick();
      expect(queue.bytes.left).toBe(mostBytes);
    }),
  );
});

test('who waits for a copy that is given up hears of it once', () => {
  const budget = new ByteBudget(10);
  const copy = new BodyCopy(5, budget);
  const given: unknown[] = [];
  copy.push(Buffer.alloc(4));
  copy.whole((body) => given.push(body));
  copy.push(Buffer.alloc(2));
  copy.push(Buffer.alloc(1));
  copy.end();
  copy.discard();
  expect([given, budget.left]).toEqual([[undefined], 10]);
});

test('a budget gives no more than it has', () => {
  const budget = new ByteBudget(3);
  expect([budget.take(2), budget.take(2), budget.take(1)]).toEqual([true, false, true]);
});
