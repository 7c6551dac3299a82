import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createWorld, type World } from '../testing/mse-world.ts';
import { config, ingressClass } from '../testing/objects.ts';

const spec = { ingress: { local: { ingressClass: 'mse' } }, global: { ipAccessControl: { blacklist: ['198.51.100.0/24'] } } };

/** How many calls a life takes when nothing goes wrong. */
async function callsOf(life: (world: World) => Promise<{ readonly calls: number }>): Promise<number> {
  await using world = await createWorld();
  return (await life(world)).calls;
}

const isListening = (world: World) => (): boolean =>
  world.status().phase === 'Listening' && world.status().conditions?.[1]?.status === 'True';

async function created(world: World): Promise<void> {
  world.server.put(config('edge', spec));
  await world.until(isListening(world));
}

const moments = [
  ['before', false],
  ['after', true],
] as const;

describe('a controller that dies', () => {
  it.each(moments)('%s any call of a creation leaves one gateway and the truth', async (_name, isAfter) => {
    const calls = await callsOf(async (world) => {
      world.server.put(config('edge', spec));
      const process = world.start();
      await world.until(isListening(world), process);
      return process;
    });
    expect(calls).toBeGreaterThan(20);
    for (let crashAt = 1; crashAt <= calls; crashAt += 1) {
      await using world = await createWorld();
      // Tags come late, so that looking for them does not help at once.
      world.cloud.settings.tagLag = 20_000;
      world.server.put(config('edge', spec));
      await world.until(isListening(world), world.start(crashAt, isAfter));
      expect([crashAt, world.living().length, world.cloud.gateways().length]).toEqual([crashAt, 1, 1]);
      expect(world.status()).toMatchObject({ gatewayId: world.living()[0], gatewayIds: world.living() });
      expect(world.status()).not.toHaveProperty('creatingSince');
    }
  });

  it.each(moments)('%s any call of a deletion leaves nothing', async (_name, isAfter) => {
    const calls = await callsOf(async (world) => {
      await created(world);
      await world.deleteObject();
      const process = world.start();
      await world.until(() => world.object() === undefined, process);
      return process;
    });
    expect(calls).toBeGreaterThan(8);
    for (let crashAt = 1; crashAt <= calls; crashAt += 1) {
      await using world = await createWorld();
      await created(world);
      await world.deleteObject();
      await world.until(() => world.object() === undefined, world.start(crashAt, isAfter));
      expect([crashAt, world.living()]).toEqual([crashAt, []]);
    }
  });

  it('during a creation whose object is deleted then leaves nothing', async () => {
    for (let crashAt = 3; crashAt <= 24; crashAt += 1) {
      await using world = await createWorld();
      world.cloud.settings.tagLag = 20_000;
      world.server.put(config('edge', spec));
      const process = world.start(crashAt, true);
      for (let turns = 0; turns < 20 && !process.isDead; turns += 1) world.clock.advance((await process.reconcile().catch(() => 0)) ?? 0);
      await world.deleteObject();
      await world.until(() => world.object() === undefined);
      expect([crashAt, world.living()]).toEqual([crashAt, []]);
    }
  });
});

/** One thing that happens to the world. */
type Step =
  | { readonly kind: 'turn' }
  | { readonly kind: 'crash'; readonly at: number; readonly isAfter: boolean }
  | { readonly kind: 'second-controller'; readonly turns: number }
  | { readonly kind: 'edit'; readonly ingressClass: string | undefined; readonly deny: readonly string[] }
  | { readonly kind: 'class'; readonly points: boolean }
  | { readonly kind: 'fault'; readonly what: 'throttle' | 'drop' | 'drop-effect' | 'fail' | 'stale' }
  | { readonly kind: 'api-fault'; readonly what: 'conflict' | 'reset' | 'lost-answer' | 'down' }
  | { readonly kind: 'jump'; readonly ms: number }
  | { readonly kind: 'failing-creation' }
  | { readonly kind: 'delete' }
  | { readonly kind: 'create' };

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 6, arbitrary: fc.constant<Step>({ kind: 'turn' }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('crash' as const), at: fc.integer({ min: 1, max: 30 }), isAfter: fc.boolean() }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('second-controller' as const), turns: fc.integer({ min: 1, max: 3 }) }) },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('edit' as const),
      ingressClass: fc.constantFrom(undefined, '', 'mse', 'nginx'),
      deny: fc.constantFrom([], ['198.51.100.0/24'], ['not an address']),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('class' as const), points: fc.boolean() }) },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('fault' as const),
      what: fc.constantFrom('throttle' as const, 'drop' as const, 'drop-effect' as const, 'fail' as const, 'stale' as const),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('api-fault' as const),
      what: fc.constantFrom('conflict' as const, 'reset' as const, 'lost-answer' as const, 'down' as const),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('jump' as const), ms: fc.constantFrom(1_000, 60_000, 3_600_000) }) },
  { weight: 1, arbitrary: fc.constant<Step>({ kind: 'failing-creation' }) },
  { weight: 2, arbitrary: fc.constant<Step>({ kind: 'delete' }) },
  { weight: 2, arbitrary: fc.constant<Step>({ kind: 'create' }) },
);

async function happen(
  world: World,
  given: Step,
  process: { current: ReturnType<World['start']>; readonly faults: { cancel(): void }[] },
): Promise<void> {
  const turn = async (): Promise<void> => {
    if (process.current.isDead) process.current = world.start();
    let hasLooked = true;
    const again = await process.current.reconcile().catch(() => {
      hasLooked = false;
      return 500;
    });
    // A process that died could not say what became of the gateway; one that looked must have said it.
    if (hasLooked) expectTruth(world);
    world.clock.advance(Math.min(again ?? 1_000, 30_000));
  };
  switch (given.kind) {
    case 'turn':
      return await turn();
    case 'crash':
      process.current = world.start(given.at, given.isAfter);
      return await turn();
    case 'second-controller': {
      // The lead moves: the old process may not act any more, and what it has in memory is stale when it gets the lead back.
      const other = world.start();
      for (let turns = 0; turns < given.turns; turns += 1) world.clock.advance((await other.reconcile().catch(() => 500)) ?? 0);
      return;
    }
    case 'edit':
      if (world.object() === undefined || world.object()?.metadata.deletionTimestamp !== undefined) return;
      world.server.put({
        ...world.object(),
        spec: {
          ingress: { local: given.ingressClass === undefined ? {} : { ingressClass: given.ingressClass } },
          global: { ipAccessControl: { blacklist: given.deny } },
        },
      });
      return;
    case 'class':
      world.ingressClasses = given.points ? [ingressClass('front', 'edge') as never] : [];
      return;
    case 'fault':
      if (given.what === 'stale') world.cloud.settings.tagLag = 20_000;
      else if (given.what === 'throttle') world.cloud.fail({ times: 3, what: { status: 429, code: 'Throttling.User' } });
      else if (given.what === 'fail') world.cloud.fail({ times: 2, what: { status: 500, code: 'InternalError' } });
      else world.cloud.fail({ what: 'drop', effect: given.what === 'drop-effect', after: 2 });
      return;
    case 'api-fault':
      if (given.what === 'down') process.faults.push(world.server.fail({ times: 3 }, { kind: 'status', code: 503 }));
      else if (given.what === 'conflict')
        process.faults.push(world.server.fail({ verb: 'patch' }, { kind: 'status', code: 409, message: 'changed' }));
      else process.faults.push(world.server.fail({ after: 1 }, { kind: given.what }));
      return;
    case 'jump':
      world.clock.advance(given.ms);
      return;
    case 'failing-creation':
      world.cloud.settings.failingCreations = 1;
      return;
    case 'delete':
      await world.deleteObject();
      return;
    case 'create':
      if (world.object() === undefined) world.server.put(config('edge', spec));
  }
}

function expectTruth(world: World): void {
  const { phase, gatewayId, conditions } = world.status();
  if (phase !== 'Listening' && phase !== 'Running') return;
  // A status that admits not to know is no lie.
  if (conditions?.[0]?.status === 'Unknown') return;
  const gateway = world.cloud.gateways().find(({ id }) => id === gatewayId);
  expect(gateway, `${phase} of ${gatewayId}`).toBeDefined();
  const listens = gateway?.sources.some(({ Address, IngressOptions }) => Address === 'c1' && IngressOptions.EnableIngress) === true;
  if (phase === 'Listening') expect(listens).toBe(true);
}

describe('any history', () => {
  it('never has two gateways for one object, never leaves one behind, and ends with the truth', { timeout: 300_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 3, maxLength: 14 }), async (steps) => {
        await using world = await createWorld();
        world.server.put(config('edge', spec));
        const process = { current: world.start(), faults: [] };
        for (const given of steps) {
          await happen(world, given, process);
          // Until a creation with an unknown outcome has settled, the cloud may hold one that nobody has seen; never two.
          expect(world.living().length).toBeLessThanOrEqual(1);
        }
        world.cloud.clearFaults();
        for (const fault of process.faults as { cancel(): void }[]) fault.cancel();
        await world.deleteObject();
        if (world.object() !== undefined) await world.until(() => world.object() === undefined);
        expect(world.living()).toEqual([]);
      }),
      { numRuns: Number(globalThis.process.env['INGRESSKIT_RUNS'] ?? 60) },
    );
  });
});
