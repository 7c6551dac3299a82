import { type ApiObject, apiResourceOf, coreEvents, createClient, events as eventResource, leases } from '@ingresskit/kubernetes';
import { createFakeApiServer, type FakeApiServer, VirtualClock } from '@ingresskit/kubernetes/testing';
import { afterEach, describe, expect, it } from 'vitest';
import { createClusterGateway } from '../gateway/cluster-gateway.ts';
import { permissionsOf, roleLines } from '../manifests/rbac.ts';
import type { Permission } from '../permission.ts';
import { config, ingress, ingressClass, service, slice } from '../testing/objects.ts';
import { type Controller, createController } from './controller.ts';
import type { ControllerEvent, ControllerOptions } from './controller-options.ts';
import type { GatewayProvider, GatewayRequest } from './gateway-provider.ts';
import type { ObjectStatus } from './object-status.ts';

const configs = apiResourceOf('MseIngressConfig');

/** Gateways in memory, shared by the providers of several controllers. */
class Shop {
  readonly gateways = new Map<string, { readonly id: string; ingressClass: string | undefined }>();
  readonly created: string[] = [];
  readonly seen: GatewayRequest[] = [];

  provider(by: string): GatewayProvider {
    return {
      name: 'shop',
      // biome-ignore lint/suspicious/useAwait: a provider rejects, it does not throw
      reconcile: async (request) => {
        this.seen.push(request);
        const { object, ingressClasses, mayAct, record } = request;
        const { name } = object.metadata;
        const pointing = ingressClasses.find(({ spec }) => spec?.parameters?.name === name)?.metadata.name;
        if (!this.gateways.has(name)) {
          if (!mayAct()) throw new Error('not leading');
          this.created.push(`${name} by ${by}`);
          this.gateways.set(name, { id: `g-${this.created.length}`, ingressClass: undefined });
          return { phase: 'Pending', message: 'on its way', reason: 'Creating', isApplied: false, record, again: 1_000 };
        }
        const gateway = this.gateways.get(name) as { readonly id: string; ingressClass: string | undefined };
        gateway.ingressClass = pointing ?? object.spec?.ingress?.local?.ingressClass;
        const phase = gateway.ingressClass === undefined ? 'Running' : 'Listening';
        return { phase, message: `${phase} ${gateway.ingressClass}`, reason: phase, isApplied: true, gatewayId: gateway.id, record };
      },
      remove: ({ object, record }) => {
        const wasThere = this.gateways.delete(object.metadata.name);
        return Promise.resolve(wasThere ? { done: false, message: 'going', record, again: 1_000 } : { done: true });
      },
      release: () => Promise.resolve(),
      owned: () => Promise.resolve([...this.gateways.keys()]),
      removeOrphan: (name) => Promise.resolve({ done: this.gateways.delete(name) as true }),
    };
  }
}

interface Bench {
  readonly server: FakeApiServer;
  readonly clock: VirtualClock;
  readonly shop: Shop;
  start(
    identity: string,
    options?: Partial<ControllerOptions>,
  ): { readonly controller: Controller; readonly events: ControllerEvent[]; readonly running: Promise<void> };
  status(name?: string): Partial<ObjectStatus>;
  remove(name?: string): Promise<void>;
}

const open: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of open.splice(0).reverse()) await close();
});

function bench(options: { readonly absent?: string[] } = {}): Bench {
  const clock: VirtualClock = new VirtualClock(() => server.settled());
  const server: FakeApiServer = createFakeApiServer({ clock, ...options });
  open.push(() => server.close());
  const shop = new Shop();
  return {
    server,
    clock,
    shop,
    start(identity, more = {}) {
      const events: ControllerEvent[] = [];
      const controller = createController({
        cluster: server.transport(),
        provider: shop.provider(identity),
        namespace: 'system',
        identity,
        clock,
        random: () => 0.5,
        watch: { random: () => 0.5 },
        onEvent: (event) => events.push(event),
        ...more,
      });
      const running = controller.run();
      open.push(() => controller.stop());
      return { controller, events, running };
    },
    status: (name = 'edge') => (server.get(configs, name)?.['status'] ?? {}) as Partial<ObjectStatus>,
    async remove(name = 'edge') {
      await createClient({ server: server.transport(), clock }).delete(configs, { name });
      // It was us, not the controller.
      const own = server.requests.findLastIndex(({ verb, name: of }) => verb === 'delete' && of === name);
      server.requests.splice(own, 1);
    },
  };
}

describe('a controller', () => {
  it('gives every object a gateway, and takes it away with the object', async () => {
    const { server, clock, shop, start, status, remove } = bench();
    server.put(config('edge'));
    const { events } = start('one');
    await clock.runUntil(() => status().phase === 'Listening');
    expect(events.filter(({ type }) => type === 'phase')).toMatchObject([{ phase: 'Pending' }, { phase: 'Listening' }]);
    server.put(config('other', {}));
    await clock.runUntil(() => status('other').phase === 'Running');
    await remove();
    await clock.runUntil(() => server.get(configs, 'edge') === undefined);
    expect([...shop.gateways.keys()]).toEqual(['other']);
    expect(shop.created).toHaveLength(2);
    const told = server.list(eventResource).map((event) => event['reason']);
    expect(told).toEqual(expect.arrayContaining(['Creating', 'Listening', 'Deleting']));
  });

  it('looks at an object again when an IngressClass begins or ceases to point at it', async () => {
    const { server, clock, start, status } = bench();
    server.put(config('edge', {}));
    start('one');
    await clock.runUntil(() => status().phase === 'Running');
    server.put(ingressClass('front', 'edge'));
    await clock.runUntil(() => status().phase === 'Listening', 5_000);
    server.put(ingressClass('front'));
    await clock.runUntil(() => status().phase === 'Running', 5_000);
  });

  it('sees an edit made while it works, and says which generation it speaks of', async () => {
    const { server, clock, shop, start, status } = bench();
    server.put(config('edge', {}));
    start('one');
    await clock.runUntil(() => shop.seen.length === 1);
    server.put({ ...server.get(configs, 'edge'), ...{ spec: { ingress: { local: { ingressClass: 'nginx' } } } } });
    await clock.runUntil(
      () => status().observedGeneration === server.get(configs, 'edge')?.metadata.generation && status().phase === 'Listening',
    );
    expect(status().message).toBe('Listening nginx');
  });

  it('removes at its start what objects left behind that went away without it', async () => {
    const { server, clock, shop, start } = bench();
    server.put(config('edge'));
    shop.gateways.set('gone', { id: 'g-0', ingressClass: 'mse' });
    const { events } = start('one');
    await clock.runUntil(() => !shop.gateways.has('gone'));
    expect(events).toContainEqual({ type: 'orphan-removed', object: 'gone' });
    await clock.runUntil(() => shop.gateways.has('edge'));
  });

  it('works as soon as the CRD is installed', async () => {
    const { server, clock, start, status } = bench({ absent: ['mseingressconfigs'] });
    start('one');
    await clock.advance(30_000);
    server.install({ ...configs, hasStatus: true });
    server.put(config('edge'));
    await clock.runUntil(() => status().phase === 'Listening', 120_000);
  });

  it('leaves a status alone that somebody else insists on, and says so', async () => {
    const { server, clock, start, status } = bench();
    server.put(config('edge'));
    const { events } = start('one');
    await clock.runUntil(() => status().phase === 'Listening');
    const other = createClient({ server: server.transport(), clock, fieldManager: 'someone' });
    const claim = { apiVersion: configs.apiVersion, kind: configs.kind, metadata: { name: 'edge' }, status: { phase: 'Failed' } };
    await other.apply(configs, claim, { subresource: 'status', force: true });
    await clock.runUntil(() => events.some(({ type }) => type === 'status-contested'));
    const writes = server.requestsOf('patch', 'mseingressconfigs').length;
    await clock.advance(300_000);
    expect([status().phase, server.requestsOf('patch', 'mseingressconfigs').length]).toEqual(['Failed', writes]);
  });
});

describe('two controllers', () => {
  it('never work at the same time; the second goes on where the first stopped', async () => {
    const { server, clock, shop, start, status, remove } = bench();
    server.put(config('edge'));
    const one = start('one');
    await clock.runUntil(() => one.controller.isLeading);
    const two = start('two');
    await clock.runUntil(() => status().phase === 'Listening');
    expect([one.controller.isLeading, two.controller.isLeading, shop.created]).toEqual([true, false, ['edge by one']]);
    const stopping = one.controller.stop();
    await clock.runUntil(() => two.controller.isLeading, 30_000);
    await stopping;
    server.put(config('other'));
    await clock.runUntil(() => status('other').phase === 'Listening');
    await remove();
    await clock.runUntil(() => server.get(configs, 'edge') === undefined);
    expect(shop.created).toEqual(['edge by one', 'other by two']);
  });

  it('hand over when the first cannot reach the API server any more, and the first writes nothing then', async () => {
    const { server, clock, shop, start, status } = bench();
    server.put(config('edge'));
    const broken = { isBroken: false };
    const inner = server.transport();
    const one = start('one', {
      cluster: {
        request: (request) => (broken.isBroken ? Promise.reject(new Error('no route')) : inner.request(request)),
        close: () => inner.close(),
      },
    });
    await clock.runUntil(() => status().phase === 'Listening');
    const two = start('two');
    await clock.advance(5_000);
    broken.isBroken = true;
    server.put(config('other'));
    await clock.runUntil(() => two.controller.isLeading, 60_000);
    expect(one.controller.isLeading).toBe(false);
    await clock.runUntil(() => status('other').phase === 'Listening');
    expect(shop.created).toEqual(['edge by one', 'other by two']);
    broken.isBroken = false;
    await clock.advance(60_000);
    expect([one.controller.isLeading, two.controller.isLeading]).toEqual([false, true]);
  });

  it('do not mind calendars that jump', async () => {
    const { server, clock, shop, start, status } = bench();
    server.put(config('edge'));
    const one = start('one');
    await clock.runUntil(() => status().phase === 'Listening');
    const two = start('two');
    for (const jump of [86_400_000, -172_800_000, 3_600_000]) {
      clock.epoch += jump;
      await clock.advance(40_000);
      expect([one.controller.isLeading, two.controller.isLeading, status().phase]).toEqual([true, false, 'Listening']);
    }
    expect(shop.created).toEqual(['edge by one']);
  });
});

describe('permissions', () => {
  /** What was asked of a server, as lines of a Role. */
  function linesOf(servers: readonly FakeApiServer[]): ReturnType<typeof roleLines> {
    const used: Permission[] = servers.flatMap(({ requests }) =>
      requests.map(({ verb, resource, subresource }) => ({
        group: resource.apiVersion.includes('/') ? (resource.apiVersion.split('/')[0] as string) : '',
        resource: subresource === undefined ? resource.plural : `${resource.plural}/${subresource}`,
        verbs: [verb],
        why: '',
      })),
    );
    return roleLines(used);
  }

  /** The counts of Events are written after a minute, and to old servers in the old group. */
  function makeOld(server: FakeApiServer): void {
    server.uninstall(eventResource);
    server.install(coreEvents);
  }

  it('of the controller are the calls it makes', async () => {
    const servers: FakeApiServer[] = [];
    for (const isOld of [false, true]) {
      const { server, clock, start, status, remove } = bench();
      servers.push(server);
      if (isOld) makeOld(server);
      server.put(config('edge', { nonsense: true }));
      server.put(config('edge'));
      const { controller } = start('one');
      await clock.runUntil(() => status().phase === 'Listening');
      // The same news again after a while: it is counted.
      for (const spec of [{}, undefined, {}, undefined]) {
        server.put(config('edge', spec));
        await clock.advance(90_000);
      }
      await remove();
      await clock.runUntil(() => server.get(configs, 'edge') === undefined);
      await controller.stop();
    }
    expect(linesOf(servers)).toEqual(roleLines(permissionsOf.controller));
  });

  it('of the gateway are the calls it makes', async () => {
    const servers: FakeApiServer[] = [];
    for (const isOld of [false, true]) {
      const { server, clock } = bench();
      servers.push(server);
      if (isOld) makeOld(server);
      const annotations = { 'nginx.ingress.kubernetes.io/cors-max-age': 'soon', 'nginx.ingress.kubernetes.io/enable-cors': 'true' };
      for (const object of [ingressClass('mse'), service('web'), ...slice('web', 1), ingress('web', 'a.example', 'web', { annotations })])
        server.put(object);
      const gateway = createClusterGateway({
        cluster: server.transport(),
        ingressClass: 'mse',
        clock,
        publish: { addresses: [{ ip: '203.0.113.9' }], namespace: 'system', lease: 'gateway', identity: 'one' },
      });
      await gateway.start();
      const find = (): ApiObject | undefined => server.get(apiResourceOf('Ingress'), 'web', 'shop');
      await clock.runUntil(() => find()?.['status'] !== undefined && server.list(leases).length > 0);
      for (let edits = 0; edits < 3; edits += 1) {
        server.put({ ...find(), metadata: { ...find()?.metadata, labels: { edit: String(edits) } } });
        await clock.advance(90_000);
      }
      await gateway.close();
    }
    expect(linesOf(servers)).toEqual(roleLines(permissionsOf.gateway));
  });
});
