import { Readable } from 'node:stream';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { leases } from './api-resource.ts';
import { type Clock, sleep } from './clock.ts';
import { type ElectionEvent, LeaseElector } from './lease-elector.ts';
import { createClient } from './object-client.ts';
import { createFakeApiServer, type FakeApiServer, VirtualClock } from './testing/index.ts';
import type { Transport } from './transport.ts';

/** A process of its own: its clock has another origin and calendar, and stands still for the process while it is paused. */
interface Candidate {
  readonly elector: LeaseElector;
  readonly events: ElectionEvent[];
  readonly done: Promise<void>;
  /** Moments of true time at which work began or ended. */
  readonly leads: number[];
  stop(): void;
  pause(): void;
  resume(): void;
  /** Its next answer arrives so much later than the server gave it. */
  slow(ms: number): void;
}

function bench(): { clock: VirtualClock; server: FakeApiServer } {
  const clock: VirtualClock = new VirtualClock(() => server.settled());
  const server: FakeApiServer = createFakeApiServer({ clock });
  return { clock, server };
}

function candidate(identity: string, clock: VirtualClock, server: FakeApiServer, skew = 0): Candidate {
  let paused: (() => void)[] | undefined;
  const own: Clock = {
    now: () => clock.now() + skew * 7,
    wallTime: () => clock.wallTime() + skew,
    timer: (ms, callback) =>
      clock.timer(ms, () => {
        if (paused === undefined) callback();
        else paused.push(callback);
      }),
  };
  const inner = server.transport();
  let late = 0;
  const transport: Transport = {
    async request(request) {
      const { body, ...answer } = await inner.request(request);
      const chunks: Uint8Array[] = [];
      for await (const chunk of body) chunks.push(chunk);
      if (late > 0) {
        const ms = late;
        late = 0;
        await sleep(own, ms, request.signal);
      }
      // A paused process finds the answer in its socket when it runs again.
      if (paused !== undefined) await new Promise<void>((resolve) => paused?.push(resolve));
      return { ...answer, body: Readable.from(chunks) };
    },
    close: () => inner.close(),
  };
  const events: ElectionEvent[] = [];
  const leads: number[] = [];
  const controller = new AbortController();
  const elector = new LeaseElector({
    client: createClient({ server: transport, clock: own }),
    namespace: 'ingresskit',
    name: 'controller',
    identity,
    clock: own,
    random: () => 0.5,
    onEvent: (event) => events.push(event),
  });
  const done = elector.run(controller.signal, async (signal) => {
    leads.push(clock.now());
    await new Promise<void>((resolve) => {
      signal.addEventListener('abort', () => resolve(), { once: true });
    });
  });
  return {
    elector,
    events,
    leads,
    done,
    stop: () => controller.abort(),
    slow: (ms) => {
      late = ms;
    },
    pause: () => {
      paused ??= [];
    },
    resume: () => {
      const waiting = paused ?? [];
      paused = undefined;
      for (const callback of waiting) callback();
    },
  };
}

async function end(server: FakeApiServer, clock: VirtualClock, ...all: readonly Candidate[]): Promise<void> {
  for (const { stop, resume } of all) {
    resume();
    stop();
  }
  await clock.advance(30_000);
  await Promise.all(all.map(({ done }) => done));
  await server.close();
}

const holderOf = (server: FakeApiServer) =>
  (server.get(leases, 'controller', 'ingresskit')?.['spec'] as { holderIdentity?: string } | undefined)?.holderIdentity;

describe('LeaseElector', () => {
  it('F27: a paused leader is replaced after the lease, and knows it before its next write', async () => {
    const { clock, server } = bench();
    const a = candidate('a', clock, server);
    await clock.runUntil(() => a.elector.isLeading);
    const b = candidate('b', clock, server, 86_400_000);
    await clock.advance(5_000);
    expect(b.elector.leader).toBe('a');
    const pausedAt = clock.now();
    a.pause();
    await clock.runUntil(() => b.elector.isLeading, 60_000);
    // 15 s after b last saw a renewal, which was at most one retry period before the pause.
    expect(clock.now() - pausedAt).toBeGreaterThanOrEqual(13_000);
    expect(a.elector.isLeading).toBe(false);
    const written: string[] = [];
    const guarded = createClient({ server: server.transport(), clock, mayWrite: () => a.elector.isLeading });
    a.resume();
    await expect(
      guarded.delete(leases, { namespace: 'ingresskit', name: 'controller' }).then(() => written.push('a')),
    ).rejects.toMatchObject({
      code: 'kubernetes/not-leading',
    });
    await clock.advance(5_000);
    expect(written).toEqual([]);
    expect(a.events.map(({ type }) => type)).toContain('lost');
    expect(b.elector.isLeading).toBe(true);
    await end(server, clock, a, b);
  });

  it('F28: keeps the lead through a conflict and an API failure around the renewal', async () => {
    const { clock, server } = bench();
    const a = candidate('a', clock, server);
    await clock.runUntil(() => a.elector.isLeading);
    server.fail({ verb: 'update', resource: 'leases' }, { kind: 'status', code: 409 });
    await clock.advance(2_000);
    expect(a.elector.isLeading).toBe(true);
    server.fail({ verb: 'update', resource: 'leases', times: 2 }, { kind: 'status', code: 500 });
    await clock.advance(2_000);
    server.fail({ verb: 'update', resource: 'leases' }, { kind: 'lost-answer' });
    await clock.advance(2_000);
    server.fail({ resource: 'leases', times: 2 }, { kind: 'reset' });
    await clock.advance(30_000);
    expect(a.elector.isLeading).toBe(true);
    expect(a.leads).toHaveLength(1);
    expect(a.events.map(({ type }) => type)).not.toContain('lost');
    await end(server, clock, a);
  });

  it('stops leading ten seconds after its last renewal when the API is gone, and leads again later', async () => {
    const { clock, server } = bench();
    const a = candidate('a', clock, server);
    await clock.runUntil(() => a.elector.isLeading);
    await clock.advance(1_000);
    const outage = server.fail({ times: Number.POSITIVE_INFINITY }, { kind: 'reset' });
    await clock.advance(9_500);
    expect(a.elector.isLeading).toBe(false);
    outage.cancel();
    await clock.runUntil(() => a.leads.length === 2, 60_000);
    await end(server, clock, a);
  });

  it('is not held up by a server that never answers', async () => {
    const { clock, server } = bench();
    const a = candidate('a', clock, server);
    await clock.runUntil(() => a.elector.isLeading);
    server.fail({ verb: 'update', resource: 'leases' }, { kind: 'hang' });
    await clock.advance(9_000);
    expect(a.elector.isLeading).toBe(true);
    expect(a.leads).toHaveLength(1);
    await end(server, clock, a);
  });

  it('F29: releases the lease last, so that the next one leads at once', async () => {
    const { clock, server } = bench();
    const order: string[] = [];
    const controller = new AbortController();
    const elector = new LeaseElector({
      client: createClient({ server: server.transport(), clock }),
      namespace: 'ingresskit',
      name: 'controller',
      identity: 'a',
      clock,
      onEvent: ({ type }) => order.push(type),
    });
    const done = elector.run(controller.signal, async (signal) => {
      await new Promise<void>((resolve) => {
        signal.addEventListener('abort', () => resolve(), { once: true });
      });
      order.push('last writes');
    });
    await clock.runUntil(() => elector.isLeading);
    const b = candidate('b', clock, server);
    await clock.advance(1_000);
    controller.abort();
    await done;
    expect(order).toEqual(['leading', 'last writes', 'released']);
    expect(holderOf(server)).toBe('');
    await clock.advance(6_000);
    expect(b.elector.isLeading).toBe(true);
    await end(server, clock, b);
  });

  it('ends as the work ends, and lets others lead', async () => {
    const { clock, server } = bench();
    const client = createClient({ server: server.transport(), clock });
    const options = { client, namespace: 'ingresskit', name: 'controller', clock };
    await new LeaseElector({ ...options, identity: 'a' }).run(new AbortController().signal, () => Promise.resolve());
    await expect(
      new LeaseElector({ ...options, identity: 'b' }).run(new AbortController().signal, () => Promise.reject(new Error('broken'))),
    ).rejects.toThrow('broken');
    expect(holderOf(server)).toBe('');
    await server.close();
  });

  it('refuses options that cannot be safe', () => {
    const { server, clock } = bench();
    const client = createClient({ server: server.transport(), clock });
    expect(() => new LeaseElector({ client, namespace: 'n', name: 'l', identity: 'a', leaseDuration: 10_000 })).toThrow(TypeError);
    expect(() => new LeaseElector({ client, namespace: 'n', name: 'l', identity: '' })).toThrow(TypeError);
  });

  it('never has two leaders, whatever fails and whoever pauses (law)', async () => {
    const step = fc.record({
      what: fc.constantFrom(
        'pause',
        'resume',
        'reset',
        'lost-answer',
        'hang',
        'conflict',
        'down',
        'up',
        'delay',
        'slow',
        'slow',
      ) as fc.Arbitrary<string>,
      who: fc.integer({ min: 0, max: 2 }),
      wait: fc.integer({ min: 0, max: 12_000 }),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 16 }), async (steps) => {
        const { clock, server } = bench();
        const all = ['a', 'b', 'c'].map((identity, index) => candidate(identity, clock, server, index * 3_333_333));
        let outage: { cancel(): void } | undefined;
        const check = (): boolean => {
          // Asked of paused processes too: what counts is what they would answer right before a write.
          expect(all.filter(({ elector }) => elector.isLeading).length).toBeLessThanOrEqual(1);
          return false;
        };
        for (const { what, who, wait } of steps) {
          const one = all[who];
          if (what === 'pause') one?.pause();
          else if (what === 'resume') one?.resume();
          else if (what === 'down') outage ??= server.fail({ times: Number.POSITIVE_INFINITY }, { kind: 'reset' });
          else if (what === 'up') {
            outage?.cancel();
            outage = undefined;
          } else if (what === 'conflict') server.fail({ verb: 'update' }, { kind: 'status', code: 409 });
          else if (what === 'slow') one?.slow(wait % 5_000);
          else if (what === 'delay') server.fail({}, { kind: 'delay', ms: wait });
          else server.fail({}, { kind: what as 'reset' | 'lost-answer' | 'hang' });
          await clock.runUntil(check, wait).catch((error: unknown) => {
            if (!(error instanceof Error) || !error.message.startsWith('The condition')) throw error;
          });
        }
        outage?.cancel();
        for (const one of all) one.resume();
        await clock.runUntil(() => {
          check();
          return all.some(({ elector }) => elector.isLeading);
        }, 120_000);
        await end(server, clock, ...all);
      }),
      { numRuns: 400 },
    );
  });
});
