import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type CloudClient, createCloudClient } from '../client.ts';
import { CloudError } from '../errors.ts';
import { managedPolicyActions, operations } from '../operations.ts';
import { createFakeCloud, createVirtualClock, type FakeCloud, throttling, type VirtualClock } from '../testing/index.ts';
import { desiredSample } from '../testing/samples.ts';
import { apply } from './apply.ts';
import { converge } from './converge.ts';
import type { DesiredGateway } from './desired.ts';
import { plan } from './plan.ts';
import { readActual } from './read-actual.ts';
import type { PlanStep } from './step.ts';

const desired = desiredSample;
const absent: DesiredGateway = { ...desired, presence: 'absent' };

let cloud: FakeCloud;
let clock: VirtualClock;
let client: CloudClient;

beforeEach(async () => {
  clock = createVirtualClock();
  cloud = await createFakeCloud({ clock, allowedActions: managedPolicyActions });
  client = createCloudClient({ region: cloud.region, endpoint: cloud.endpoint, credentials: cloud.credentials, clock, random: () => 0 });
});
afterEach(() => cloud.close());

const planNow = async (wanted: DesiredGateway) => plan(wanted, await readActual(client, wanted));
const converged = (wanted: DesiredGateway) => converge(client, wanted, { clock });
const countOf = (operation: string): number => cloud.calls.filter((call) => call.operation === operation).length;

async function failureOf(promise: Promise<unknown>): Promise<CloudError> {
  const error = await promise.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(CloudError);
  return error as CloudError;
}

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

describe('apply', () => {
  it('makes a gateway, waits for it on the clock it is given, and leaves nothing to do', async () => {
    const steps: [string, string][] = [];
    const result = await apply(await planNow(desired), client, { clock, onStep: (step, id) => void steps.push([step.kind, id]) });
    const id = cloud.gateways()[0]?.id ?? '';
    expect(result).toMatchObject({ gateway: id, refused: [], left: [] });
    expect(result.done).toHaveLength(steps.length);
    expect(steps.every(([, gateway]) => gateway === id)).toBe(true);
    expect(clock.sleeps.reduce((sum, ms) => sum + ms, 0)).toBe(180_000);
    expectDesired();
    expect(await planNow(desired)).toMatchObject({ steps: [], drift: [], problems: [] });
  });

  it('deletes what it made, with its load balancers, and waits until it is gone', async () => {
    await converged(desired);
    const gateway = cloud.gateways()[0];
    await apply(await planNow(absent), client, { clock });
    expect(cloud.gateways()).toEqual([]);
    expect(gateway?.deleteSlb).toBe(true);
    expect(await planNow(absent)).toMatchObject({ steps: [], drift: [], problems: [] });
  });

  it('applied twice does everything once', async () => {
    const first = await planNow(desired);
    await apply(first, client, { clock });
    const result = await apply(first, client, { clock });
    expect(result.refused).toEqual([]);
    expect([countOf('AddGateway'), countOf('AddServiceSource'), countOf('AddBlackWhiteList')]).toEqual([1, 1, 2]);
    expectDesired();
  });

  it('does not delete a gateway that somebody claimed after the plan was made', async () => {
    await converged(desired);
    const stale = await planNow(absent);
    const gateway = cloud.gateways()[0];
    if (gateway !== undefined) gateway.tags['kubernetes.reused.by.user'] = 'true';
    expect((await failureOf(apply(stale, client, { clock }))).code).toBe('cloud/not-owned');
    expect(countOf('DeleteGateway')).toBe(0);
  });

  it('fails when a gateway fails, and when one does not become ready', async () => {
    cloud.settings.failingCreations = 1;
    const error = await failureOf(apply(await planNow(desired), client, { clock }));
    expect(error).toMatchObject({ code: 'cloud/gateway-failed' });
    expect(await planNow(desired)).toMatchObject({ steps: [], problems: [{ code: 'cloud/gateway-unusable' }] });
    await converged(absent);
    cloud.settings.creationTime = 3_600_000;
    expect((await failureOf(apply(await planNow(desired), client, { clock, waitTime: 600_000 }))).code).toBe('cloud/wait-exceeded');
  });

  it('ends with its signal', async () => {
    const controller = new AbortController();
    const running = apply(await planNow(desired), client, { clock, signal: controller.signal, onStep: () => controller.abort() });
    expect((await failureOf(running)).code).toBe('cloud/aborted');
    expect(cloud.gateways()).toHaveLength(1);
  });

  it('goes on past a refused option, and stops at a refused gate', async () => {
    cloud.fail({ operation: 'UpdateGatewayOption', what: { status: 400, code: 'InvalidOption' } });
    const first = await apply(await planNow(desired), client, { clock });
    expect(first.refused.map(({ step, error }) => [step.kind, error.apiCode])).toEqual([['update-option', 'InvalidOption']]);
    expect(cloud.gateways()[0]?.sources).toHaveLength(1);

    await converged(absent);
    cloud.fail({ operation: 'AddBlackWhiteList', what: { status: 400, code: 'InvalidContent' }, times: 9 });
    const second = await apply(await planNow(desired), client, { clock });
    expect(second.refused.map(({ step }) => step.kind)).toEqual(['set-address-list']);
    expect(second.left.map(({ kind }: PlanStep) => kind)).toContain('bind-cluster');
    expect(cloud.gateways()[0]?.sources).toEqual([]);
  });

  it('needs the permission for every call, and says which is missing', async () => {
    await cloud.close();
    cloud = await createFakeCloud({ clock, allowedActions: ['mse:ListTagResources'] });
    const poor = createCloudClient({ region: cloud.region, endpoint: cloud.endpoint, credentials: cloud.credentials, clock });
    const error = await failureOf(converge(poor, desired, { clock }));
    expect(error).toMatchObject({ code: 'cloud/denied', operation: 'AddGateway', apiCode: 'NO_PERMISSION' });
  });
});

describe('converge', () => {
  it('gets through throttling', async () => {
    cloud.fail({ what: throttling(2), times: 4 });
    await converged(desired);
    expectDesired();
  });

  it('reports the phase and follows a changed object', async () => {
    expect((await converged(desired)).phase).toBe('Listening');
    const { listening: _silent, ...silent } = desired;
    const second = await converged({ ...silent, settings: { ...desired.settings, allow: [], log: { enabled: true, project: 'p' } } });
    expect(second.phase).toBe('Running');
    const gateway = cloud.gateways()[0];
    expect(gateway?.lists[0]).toMatchObject({ IsWhite: true, Status: 'off', Content: '' });
    expect(gateway?.option['LogConfigDetails']).toEqual({ LogEnabled: true, ProjectName: 'p' });
    expect(gateway?.sources[0]?.IngressOptions.EnableIngress).toBe(false);
    await converged(desired);
    expectDesired();
  });

  it('does not write for ever what the cloud accepts without effect', async () => {
    cloud.settings.stubbornOptions.add('TraceDetails');
    const first = await converged(desired);
    expect(first.plan.drift).toMatchObject([{ field: 'update-option', reason: expect.stringContaining('without effect') }]);
    const before = countOf('UpdateGatewayOption');
    const second = await converge(client, desired, { clock, refused: first.refused });
    expect(countOf('UpdateGatewayOption')).toBe(before);
    expect(second.plan.drift).toHaveLength(1);
  });

  it('reports what the cloud refuses, with its reason, and does not listen behind a missing gate', async () => {
    cloud.fail({ operation: 'AddBlackWhiteList', what: { status: 400, code: 'QuotaExceeded', message: 'too many' }, times: 99 });
    const result = await converged(desired);
    expect(result.refusals.map((error) => error.apiCode)).toContain('QuotaExceeded');
    expect(result.plan.problems.map(({ code }) => code)).toEqual(['cloud/gate-refused']);
    expect(result.phase).toBe('Running');
    expect(cloud.gateways()[0]?.sources).toEqual([]);
  });

  it('takes over a gateway and gives it back untouched but for its settings', async () => {
    const gateway = cloud.addGateway({ name: 'theirs', tags: { team: 'shop' } });
    const reuse: DesiredGateway = { ...desired, reuse: { id: gateway.id, override: true } };
    await converged(reuse);
    expectDesired();
    expect(gateway.tags).toEqual({
      team: 'shop',
      'ack.aliyun.com': 'c1',
      'ingress.k8s.alibaba/MseIngressConfig': 'edge',
      'kubernetes.reused.by.user': 'true',
    });
    await converged({ ...reuse, presence: 'absent' });
    expect(cloud.gateways()).toEqual([gateway]);
    expect(gateway.tags).toEqual({ team: 'shop' });
  });

  it('reads tags over as many pages as there are', async () => {
    cloud.settings.tagPageSize = 1;
    await converged(desired);
    expect((await planNow(desired)).steps).toEqual([]);
    expectDesired();
  });

  it('calls every operation the table says it calls, and no other', async () => {
    const gateway = cloud.addGateway({ lists: [], name: 'theirs' });
    const reuse: DesiredGateway = { ...desired, reuse: { id: gateway.id, override: true } };
    await converged(reuse);
    await converged({ ...reuse, listening: { ingressClass: 'nginx', namespace: '' }, settings: { ...desired.settings, allow: [] } });
    await converged({ ...reuse, presence: 'absent' });
    await converged(desired);
    await converged(absent);
    const controller = Object.entries(operations).filter(([, operation]) => operation.controller);
    expect(new Set(cloud.calls.map((call) => call.operation))).toEqual(new Set(controller.map(([name]) => name)));
    expect(cloud.calls.filter((call) => call.status === 403)).toEqual([]);
  });
});
