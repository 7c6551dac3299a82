import { type CloudClient, createCloudClient } from '@ingresskit/cloud';
import { createFakeCloud, createVirtualClock, type FakeCloud, type VirtualClock } from '@ingresskit/cloud/testing';
import {
  type ApiObject,
  type ApiResource,
  apiResourceOf,
  type Clock,
  createClient,
  EventWriter,
  StatusWriter,
  systemClock,
  type Transport,
} from '@ingresskit/kubernetes';
import { createFakeApiServer, type FakeApiServer } from '@ingresskit/kubernetes/testing';
import type { IngressClass } from '@ingresskit/resources';
import type { ControllerEvent } from '../controller/controller-options.ts';
import type { ObjectStatus } from '../controller/object-status.ts';
import { Reconciler } from '../controller/reconciler.ts';
import { createMseProvider } from '../mse/mse-provider.ts';

export const mseIngressConfigs: ApiResource = apiResourceOf('MseIngressConfig');

/** A process that dies: this is the last thing it says. */
export class Crash extends Error {}

/** One controller process, which may die before or after any of its calls, to the cloud or to the API server. */
export interface Process {
  reconcile(name?: string): Promise<number | undefined>;
  readonly isDead: boolean;
  /** Calls made so far. */
  readonly calls: number;
}

/** A fake cloud, a fake API server and a clock, and processes that come and go. */
export interface World extends AsyncDisposable {
  readonly cloud: FakeCloud;
  readonly server: FakeApiServer;
  readonly clock: VirtualClock;
  readonly client: CloudClient;
  readonly events: ControllerEvent[];
  ingressClasses: readonly IngressClass[];
  /** @param crashAt the number of the call at which the process dies. @param isAfter whether that call was still carried out. */
  start(crashAt?: number, isAfter?: boolean, mayAct?: () => boolean): Process;
  /** As `kubectl delete` does; a failing API server is asked once. */
  deleteObject(): Promise<void>;
  object(name?: string): ApiObject | undefined;
  status(name?: string): Partial<ObjectStatus>;
  /** Reconciles again and again, as the answers say, until the condition holds. Dead processes are replaced. */
  until(condition: () => boolean, process?: Process): Promise<void>;
  /** The gateways that exist in the cloud, those being deleted aside. */
  living(): readonly string[];
}

export async function createWorld(options: { readonly onDelete?: 'delete' | 'keep' } = {}): Promise<World> {
  const clock = createVirtualClock();
  const cloud = await createFakeCloud({ clock, creationTime: 60_000, deletionTime: 10_000 });
  const client = createCloudClient({
    region: cloud.region,
    endpoint: cloud.endpoint,
    credentials: cloud.credentials,
    clock,
    random: () => 0,
  });
  // Deadlines of calls are real time, everything that is written down is the world's.
  const time: Clock = { now: () => clock.now(), wallTime: () => clock.now(), timer: systemClock.timer };
  const server = createFakeApiServer({ clock: time });
  const events: ControllerEvent[] = [];

  const world: World = {
    cloud,
    server,
    clock,
    client,
    events,
    ingressClasses: [],
    start(crashAt = Number.POSITIVE_INFINITY, isAfter = false, mayAct = () => true) {
      let calls = 0;
      let isDead = false;
      const live = async <T>(call: () => Promise<T>): Promise<T> => {
        if (isDead) throw new Crash();
        calls += 1;
        if (calls < crashAt) return await call();
        isDead = true;
        if (isAfter) await call().catch(() => undefined);
        throw new Crash();
      };
      const inner = server.transport();
      const transport: Transport = { request: (request) => live(() => inner.request(request)), close: () => inner.close() };
      const mortal = Object.fromEntries(
        Object.entries(client).map(([name, member]: [string, unknown]) => [
          name,
          typeof member === 'function' ? (...given: unknown[]) => live(() => member(...given) as Promise<unknown>) : member,
        ]),
      ) as unknown as CloudClient;
      const provider = createMseProvider({ client: mortal, clock, vpc: 'vpc-1', vSwitches: ['vsw-1'], cluster: { id: 'c1' } });
      const writing = createClient({ server: transport, clock: time, fieldManager: 'ingresskit-controller', mayWrite: mayAct });
      const reconciler = new Reconciler({
        client: writing,
        status: new StatusWriter({ client: writing, clock: time }),
        events: new EventWriter({ client: writing, clock: time, controller: 'ingresskit.io/controller', instance: 'test' }),
        provider,
        onDelete: options.onDelete ?? 'delete',
        interval: 30_000,
        clock: time,
        ingressClasses: () => world.ingressClasses,
        mayAct: () => !isDead && mayAct(),
        onEvent: (event) => events.push(event),
      });
      const signal = new AbortController().signal;
      return {
        reconcile: (name = 'edge') => reconciler.reconcile(name, signal),
        get isDead() {
          return isDead;
        },
        get calls() {
          return calls;
        },
      };
    },
    async deleteObject() {
      await createClient({ server: server.transport(), clock: time })
        .delete(mseIngressConfigs, { name: 'edge' })
        .catch(() => undefined);
    },
    object: (name = 'edge') => server.get(mseIngressConfigs, name),
    status: (name = 'edge') => (server.get(mseIngressConfigs, name)?.['status'] ?? {}) as Partial<ObjectStatus>,
    async until(condition, process = world.start()) {
      let current = process;
      for (let turns = 0; turns < 400; turns += 1) {
        if (current.isDead) current = world.start();
        const again = await current.reconcile().catch((error: unknown) => {
          if (!(error instanceof Crash) && !current.isDead) clock.advance(1_000);
          return 0;
        });
        if (!current.isDead && condition()) return;
        clock.advance(again ?? 1_000);
      }
      throw new Error(`it does not come to pass: ${JSON.stringify(world.status())} ${JSON.stringify(cloud.gateways())}`);
    },
    living: () =>
      cloud
        .gateways()
        .filter((gateway) => gateway.goneAt === undefined)
        .map(({ id }) => id),
    async [Symbol.asyncDispose]() {
      await cloud.close();
      await server.close();
    },
  };
  return world;
}
