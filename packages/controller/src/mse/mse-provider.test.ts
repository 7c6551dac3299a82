import { throttling } from '@ingresskit/cloud/testing';
import { afterEach, describe, expect, it } from 'vitest';
import { finalizer } from '../controller/controller-options.ts';
import { createWorld, mseIngressConfigs, type World } from '../testing/mse-world.ts';
import { config, ingressClass } from '../testing/objects.ts';

const open: World[] = [];
afterEach(async () => {
  for (const world of open.splice(0)) await world[Symbol.asyncDispose]();
});

async function createdWorld(options: Parameters<typeof createWorld>[0] = {}, spec?: Record<string, unknown>): Promise<World> {
  const world = await createWorld(options);
  open.push(world);
  world.server.put(config('edge', spec));
  return world;
}

/** What the status says is what the cloud has. */
function expectTruth(world: World): void {
  const { phase, gatewayId } = world.status();
  const gateway = world.cloud.gateways().find(({ id }) => id === gatewayId);
  if (phase === undefined || phase === 'Pending' || phase === 'Failed') return;
  expect(gateway, `${phase} of ${gatewayId}`).toBeDefined();
  const listens = gateway?.sources.some(({ Address, IngressOptions }) => Address === 'c1' && IngressOptions.EnableIngress) === true;
  expect({ phase, listens }).toEqual({ phase, listens: phase === 'Listening' });
}

describe('an object and its cloud gateway', () => {
  it('passes through the documented phases, each true when it is shown', async () => {
    const world = await createdWorld();
    const process = world.start();
    const phases: string[] = [];
    for (let turns = 0; turns < 60 && world.status().phase !== 'Listening'; turns += 1) {
      const again = await process.reconcile();
      expectTruth(world);
      phases.push(world.status().phase ?? 'none');
      world.clock.advance(again ?? 0);
    }
    expect([...new Set(phases)]).toEqual(['Pending', 'Listening']);
    expect(world.object()?.metadata.finalizers).toEqual([finalizer]);
    const { conditions, gatewayId, message, observedGeneration, creatingSince } = world.status();
    expect({ gatewayId, message, observedGeneration, creatingSince }).toEqual({
      gatewayId: world.living()[0],
      message: `The gateway ${world.living()[0]} listens to Ingresses of class mse.`,
      observedGeneration: 1,
      creatingSince: undefined,
    });
    expect(conditions?.map(({ type, status }) => [type, status])).toEqual([
      ['Ready', 'True'],
      ['Applied', 'True'],
    ]);
    const writes = world.server.requestsOf('patch', 'mseingressconfigs').length;
    await process.reconcile();
    expect(world.server.requestsOf('patch', 'mseingressconfigs')).toHaveLength(writes);
  });

  it('runs and listens to nothing without a class, and listens as soon as an IngressClass points at it', async () => {
    const world = await createdWorld({}, {});
    const process = world.start();
    await world.until(() => world.status().phase === 'Running', process);
    expectTruth(world);
    world.ingressClasses = [ingressClass('front', 'edge') as never];
    await world.until(() => world.status().phase === 'Listening', process);
    expect(world.cloud.gateways()[0]?.sources[0]?.IngressOptions.IngressClass).toBe('front');
  });

  it('reuses a gateway, leaves its settings alone without override, and keeps it', async () => {
    const world = await createdWorld({}, {});
    const { id } = world.cloud.addGateway({ name: 'mine' });
    world.server.put(
      config('edge', { id, ingress: { local: { ingressClass: 'mse' } }, global: { ipAccessControl: { blacklist: ['198.51.100.0/24'] } } }),
    );
    await world.until(() => world.status().phase === 'Listening');
    expect(world.living()).toEqual([id]);
    expect(world.cloud.gateways()[0]?.lists).toEqual([]);
    world.server.put(
      config('edge', {
        id,
        override: true,
        ingress: { local: { ingressClass: 'mse' } },
        global: { ipAccessControl: { blacklist: ['198.51.100.0/24'] } },
      }),
    );
    await world.until(() => world.cloud.gateways()[0]?.lists.length === 1);
    await world.deleteObject();
    await world.until(() => world.object() === undefined);
    expect(world.living()).toEqual([id]);
    expect(world.cloud.gateways()[0]?.tags).toEqual({});
  });

  it('fails with a reason when the object cannot be carried out, and recovers when it is corrected', async () => {
    const world = await createdWorld({}, { common: { instance: { spec: '1c1g' } } });
    const process = world.start();
    await world.until(() => world.status().phase === 'Failed', process);
    expect(world.status().message).toContain('1c1g');
    expect(world.living()).toEqual([]);
    world.server.put(config('edge'));
    await world.until(() => world.status().phase === 'Listening', process);
  });

  it('says Failed while the cloud denies the creation, and goes on when it allows it', async () => {
    const world = await createdWorld();
    const process = world.start();
    world.cloud.fail({ operation: 'AddGateway', times: 3, what: { status: 403, code: 'NO_PERMISSION', message: 'no\n<b>' } });
    await world.until(() => world.status().phase === 'Failed', process);
    expect(world.status().conditions?.[0]?.reason).toBe('CloudDenied');
    expect(world.status().message).not.toContain('\n');
    await world.until(() => world.status().phase === 'Listening', process);
    expect(world.living()).toHaveLength(1);
  });

  it('keeps the phase and says that it does not know while the cloud cannot be asked', async () => {
    const world = await createdWorld();
    const process = world.start();
    await world.until(() => world.status().phase === 'Listening', process);
    world.cloud.fail({ times: 40, what: { status: 503, code: 'ServiceUnavailable' } });
    await world.until(() => world.status().conditions?.[0]?.status === 'Unknown', process);
    expect(world.status().phase).toBe('Listening');
    world.cloud.clearFaults();
    await world.until(() => world.status().conditions?.[0]?.status === 'True', process);
  });

  it('waits as long as a throttling cloud asks', async () => {
    const world = await createdWorld();
    world.cloud.fail({ times: 6, what: throttling(7) });
    await world.until(() => world.status().phase === 'Listening');
    expect(world.living()).toHaveLength(1);
  });

  it('shows a creation that failed, and cleans it up with the object', async () => {
    const world = await createdWorld();
    world.cloud.settings.failingCreations = 1;
    await world.until(() => world.status().phase === 'Failed');
    await world.deleteObject();
    await world.until(() => world.object() === undefined);
    expect(world.living()).toEqual([]);
  });

  it('keeps what it created when told to, and finds it again', async () => {
    const world = await createdWorld({ onDelete: 'keep' });
    await world.until(() => world.status().phase === 'Listening');
    const kept = world.living();
    await world.deleteObject();
    await world.until(() => world.object() === undefined);
    expect(world.living()).toEqual(kept);
    world.server.put({ ...config('edge'), metadata: { name: 'edge', annotations: { 'ingresskit.io/on-delete': 'delete' } } });
    await world.until(() => world.status().phase === 'Listening');
    expect(world.living()).toEqual(kept);
    await world.deleteObject();
    await world.until(() => world.object() === undefined);
    expect(world.living()).toEqual([]);
  });

  it('does nothing to the cloud when it does not lead', async () => {
    const world = await createdWorld();
    let leads = true;
    const process = world.start(undefined, false, () => leads);
    const reconcile = process.reconcile();
    leads = false;
    await expect(reconcile).rejects.toMatchObject({ code: /not-leading/ });
    await expect(process.reconcile()).rejects.toMatchObject({ code: /not-leading/ });
    expect(world.cloud.calls.filter(({ operation }) => !/^(Get|List)/.test(operation))).toEqual([]);
  });

  it('does not take the finalizer of a newer object of the same name', async () => {
    const world = await createdWorld();
    const process = world.start();
    await world.until(() => world.status().phase === 'Listening', process);
    await world.deleteObject();
    const old = world.object();
    world.server.fail({ verb: 'get', resource: 'mseingressconfigs', after: 1 }, { kind: 'delay', ms: 0 });
    await world.until(() => world.object() === undefined, process);
    world.server.put({ ...config('edge'), metadata: { name: 'edge', uid: 'another', finalizers: [finalizer] } });
    expect(old?.metadata.uid).not.toBe('another');
    expect(world.server.get(mseIngressConfigs, 'edge')?.metadata.finalizers).toEqual([finalizer]);
  });
});
