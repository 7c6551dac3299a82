import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type CloudClient, createCloudClient } from '../client.ts';
import { CloudError } from '../errors.ts';
import { createFakeCloud, createVirtualClock, type FakeCloud, type Fault, type VirtualClock } from '../testing/index.ts';
import { desiredSample } from '../testing/samples.ts';
import { converge } from './converge.ts';
import type { DesiredGateway } from './desired.ts';

const desired = desiredSample;
const absent: DesiredGateway = { ...desired, presence: 'absent' };

let cloud: FakeCloud;
let clock: VirtualClock;
let client: CloudClient;

beforeEach(async () => {
  clock = createVirtualClock();
  cloud = await createFakeCloud({ clock });
  client = createCloudClient({ region: cloud.region, endpoint: cloud.endpoint, credentials: cloud.credentials, clock, random: () => 0 });
});
afterEach(() => cloud.close());

const converged = (wanted: DesiredGateway) => converge(client, wanted, { clock });
const countOf = (operation: string): number => cloud.calls.filter((call) => call.operation === operation).length;

function expectDesired(): void {
  expect(cloud.gateways()).toHaveLength(1);
  const gateway = cloud.gateways()[0];
  expect(gateway?.option).toMatchObject({
    EnableHardwareAcceleration: true,
    LogConfigDetails: { LogEnabled: true },
    TraceDetails: { TraceEnabled: true, TraceType: 'OPENTELEMETRY', Sample: 10 },
  });
  expect(gateway?.parameters).toMatchObject({ EnableHttp2: true, DownstreamIdleTime: 60 });
  expect(gateway?.lists.map(({ IsWhite, Content, Status }) => [IsWhite, Content, Status])).toEqual([
    [true, '192.0.2.0/24', 'on'],
    [false, '192.0.2.7/32', 'on'],
  ]);
  expect(gateway?.sources.map(({ Address, IngressOptions }) => [Address, IngressOptions])).toEqual([
    ['c1', { EnableIngress: true, IngressClass: 'mse', WatchNamespace: 'web', EnableStatus: true }],
  ]);
}

describe('a crash', () => {
  // Every request of a whole life is lost once, before and after it took effect; the run ends there and a new one begins.
  const lives = async (fault: Pick<Fault, 'what' | 'effect'>): Promise<void> => {
    const brittle = createCloudClient({
      region: cloud.region,
      endpoint: cloud.endpoint,
      credentials: cloud.credentials,
      clock,
      retry: { attempts: 1 },
    });
    for (const wanted of [desired, absent]) {
      let crashes = 0;
      for (;;) {
        cloud.clearFaults();
        const before = cloud.calls.length;
        cloud.fail({ ...fault, after: crashes });
        // No settling and no second try inside the run: the process is gone.
        const controller = new AbortController();
        const dying: CloudClient = new Proxy(brittle, {
          get: (target, name) => {
            const method = target[name as keyof CloudClient];
            if (typeof method !== 'function') return method;
            return (parameters: never) => {
              if (controller.signal.aborted) throw new CloudError('cloud/aborted', 'crashed');
              return (method as (p: never) => Promise<unknown>)(parameters).catch((error: unknown) => {
                controller.abort();
                throw error;
              });
            };
          },
        });
        try {
          await converge(dying, wanted, { clock });
        } catch {
          // Crashed after `crashes` requests; the next life starts from the cloud's state only.
        }
        if (!controller.signal.aborted) break;
        expect(cloud.calls.length - before).toBe(crashes + 1);
        expect(cloud.gateways().length).toBeLessThanOrEqual(1);
        crashes += 1;
      }
      cloud.clearFaults();
      await converged(wanted);
      if (wanted === desired) expectDesired();
      else expect(cloud.gateways()).toEqual([]);
    }
    expect(countOf('AddGateway')).toBeGreaterThan(0);
  };

  it('before any request loses nothing', () => lives({ what: 'drop', effect: false }));
  it('after any request loses nothing and makes nothing twice', () => lives({ what: 'drop', effect: true }));
});

describe('lost answers inside a run', () => {
  it.each(['AddGateway', 'AddServiceSource', 'AddBlackWhiteList'] as const)('%s whose effect stayed is not repeated', async (operation) => {
    for (const what of ['drop', { status: 500, code: 'InternalError' }, { body: 'oops' }] as const) {
      cloud.clearFaults();
      const before = countOf(operation);
      cloud.fail({ operation, what, effect: true });
      await converged(desired);
      expect(countOf(operation) - before).toBe(operation === 'AddBlackWhiteList' ? 2 : 1);
      expectDesired();
      await converged(absent);
    }
  });

  it.each(['AddGateway', 'AddServiceSource', 'AddBlackWhiteList'] as const)('%s without effect is repeated', async (operation) => {
    cloud.fail({ operation, what: 'drop', times: 2 });
    await converged(desired);
    expectDesired();
  });

  it('waits for late tags before it creates again', async () => {
    cloud.settings.tagLag = 40_000;
    cloud.fail({ operation: 'AddGateway', what: 'drop', effect: true });
    await converged(desired);
    expect(countOf('AddGateway')).toBe(1);
    expectDesired();
  });

  it('remembers its own gateway while its tags are later than any patience', async () => {
    cloud.settings.tagLag = 86_400_000;
    const { actual } = await converged(desired);
    expect(countOf('AddGateway')).toBe(1);
    const known = [actual.gateway?.id ?? ''];
    const again = await converge(client, desired, { clock, known });
    expect([again.done, countOf('AddGateway')]).toEqual([[], 1]);
  });
});
