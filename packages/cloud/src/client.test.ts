import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { inspect } from 'node:util';
import { CredentialModel } from '@alicloud/credentials';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type CallEvent, type CloudClientOptions, createCloudClient } from './client.ts';
import { CloudError } from './errors.ts';
import { createFakeCloud, createVirtualClock, type FakeCloud, throttling, type VirtualClock } from './testing/index.ts';

let cloud: FakeCloud;
let clock: VirtualClock;
let events: CallEvent[];

beforeEach(async () => {
  cloud = await createFakeCloud();
  clock = createVirtualClock();
  events = [];
});
afterEach(() => cloud.close());

const clientOf = (options: Partial<CloudClientOptions> = {}) =>
  createCloudClient({
    region: cloud.region,
    endpoint: cloud.endpoint,
    credentials: cloud.credentials,
    clock,
    random: () => 0,
    onCall: (event) => events.push(event),
    ...options,
  });

async function failureOf(promise: Promise<unknown>): Promise<CloudError> {
  const error = await promise.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(CloudError);
  return error as CloudError;
}

describe('throttling', () => {
  it('waits as long as Retry-After says, then goes on', async () => {
    cloud.fail({ what: throttling(3), times: 2 });
    await clientOf().listGateway({});
    expect(clock.sleeps).toEqual([3000, 3000]);
    expect(cloud.calls.map((call) => call.status)).toEqual([429, 429, 200]);
    expect(cloud.calls[1]?.headers).toMatchObject({ 'x-acs-retry-attempts': '1', 'x-acs-retry-delay': '3000' });
  });

  it('takes x-acs-retry-after as milliseconds, as the vendor does', async () => {
    cloud.fail({ what: { status: 400, code: 'Throttling.Api', headers: { 'x-acs-retry-after': '1234' } } });
    await clientOf().listGateway({});
    expect(clock.sleeps).toEqual([1234]);
  });

  it('repeats a throttled creation: nothing was done', async () => {
    cloud.fail({ what: throttling() });
    await clientOf().addGateway({ Region: 'r', Vpc: 'v' });
    expect(cloud.gateways()).toHaveLength(1);
  });

  it('believes a throttling code in a successful-looking answer', async () => {
    cloud.fail({ what: { unsuccessful: 'Throttling.User' } });
    await clientOf().listGateway({});
    expect(events.map((event) => event.error?.code)).toEqual(['cloud/throttled', undefined]);
  });

  it('does not wait longer than its budget, but says how long to wait', async () => {
    cloud.fail({ what: throttling(600) });
    const error = await failureOf(clientOf().listGateway({}));
    expect(error).toMatchObject({ code: 'cloud/throttled', apiCode: 'Throttling.User', retryAfter: 600_000, attempts: 1, effect: 'none' });
    expect(clock.sleeps).toEqual([]);
  });

  it('gives up after the configured number of requests', async () => {
    cloud.fail({ what: throttling(), times: 99 });
    const error = await failureOf(clientOf({ retry: { attempts: 3 } }).listGateway({}));
    expect(error.attempts).toBe(3);
    expect(cloud.calls).toHaveLength(3);
  });
});

describe('lost and failed answers', () => {
  it.each([
    ['a dropped connection', { what: 'drop', effect: true } as const],
    ['a 500 after the effect', { what: { status: 500, code: 'InternalError' }, effect: true } as const],
    ['an answer that is not JSON', { what: { body: '<html>' }, effect: true } as const],
    ['a gateway page', { what: { body: '<html>', status: 502 }, effect: true } as const],
  ])('does not repeat a creation after %s', async (_name, fault) => {
    cloud.fail(fault);
    const error = await failureOf(clientOf().addGateway({ Region: 'r', Vpc: 'v' }));
    expect(error).toMatchObject({ effect: 'unknown', attempts: 1, operation: 'AddGateway' });
    expect(cloud.gateways()).toHaveLength(1);
  });

  it('repeats reads, updates and deletions', async () => {
    const gateway = cloud.addGateway();
    const client = clientOf();
    for (const what of ['drop', { status: 503, code: 'ServiceUnavailable' }, { body: 'x', status: 502 }] as const) {
      cloud.fail({ what, effect: true });
      await client.getGateway({ GatewayUniqueId: gateway.id });
      cloud.fail({ what, effect: true });
      await client.updateGatewayName({ GatewayUniqueId: gateway.id, Name: 'new' });
    }
    expect(events.filter((event) => event.error !== undefined)).toHaveLength(6);
  });

  it('takes "not found" on a repeated deletion for success', async () => {
    cloud.settings.deletionTime = 0;
    const gateway = cloud.addGateway();
    cloud.fail({ what: 'drop', effect: true });
    await clientOf().deleteGateway({ GatewayUniqueId: gateway.id });
    expect(cloud.calls.map((call) => call.status)).toEqual([0, 404]);
    expect((await failureOf(clientOf().deleteGateway({ GatewayUniqueId: gateway.id }))).code).toBe('cloud/not-found');
  });

  it('knows that a refused connection did nothing', async () => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    await new Promise((resolve) => server.close(resolve));
    const error = await failureOf(
      clientOf({ endpoint: `http://127.0.0.1:${port}`, retry: { attempts: 2 } }).addGateway({ Region: 'r', Vpc: 'v' }),
    );
    expect(error).toMatchObject({ code: 'cloud/no-answer', effect: 'none', attempts: 2 });
    expect(error.message).toContain('ECONNREFUSED');
  });

  it('does not wait for ever for an answer', async () => {
    cloud.fail({ what: 'stall' });
    const error = await failureOf(clientOf({ timeout: 50 }).addGateway({ Region: 'r', Vpc: 'v' }));
    expect(error).toMatchObject({ code: 'cloud/no-answer', effect: 'unknown' });
    expect(error.message).toContain('no answer in time');
  });

  it('believes Success: false in an HTTP 200', async () => {
    cloud.fail({ what: { unsuccessful: 'mse-100-007', message: 'no %s here' } });
    const error = await failureOf(clientOf().listGateway({}));
    expect(error).toMatchObject({ code: 'cloud/refused', apiCode: 'mse-100-007', status: 200 });
    expect(error.requestId).toMatch(/^[0-9a-f-]{36}$/);
  });

  it.each([
    [403, 'NO_PERMISSION', 'cloud/denied'],
    [404, 'Gateway.NotFound', 'cloud/not-found'],
    [400, 'InvalidName', 'cloud/refused'],
    [400, 'ResourceNotExist', 'cloud/not-found'],
    [404, 'InvalidAction.NotFound', 'cloud/refused'],
    [404, 'InvalidAccessKeyId.NotFound', 'cloud/denied'],
  ])('HTTP %i %s is %s, with request id, and is not repeated', async (status, code, expected) => {
    cloud.fail({ what: { status, code }, times: 9 });
    const error = await failureOf(clientOf().listGateway({}));
    expect(error).toMatchObject({ code: expected, apiCode: code, status, attempts: 1 });
    expect(error.requestId).toBeDefined();
  });
});

describe('signals', () => {
  it('end a call that waits for an answer and close its socket', async () => {
    const controller = new AbortController();
    const server = createServer(() => controller.abort());
    const closed = new Promise<void>((resolve) => {
      server.on('connection', (socket) => socket.on('close', () => resolve()));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const client = clientOf({ endpoint: `http://127.0.0.1:${port}`, timeout: 30_000 });
    const error = await failureOf(client.listGateway({}, { signal: controller.signal }));
    expect(error.code).toBe('cloud/aborted');
    await closed;
    await new Promise((resolve) => server.close(resolve));
  });

  it('end their own call and no other', async () => {
    cloud.fail({ operation: 'AddGateway', what: 'stall' });
    const client = clientOf();
    const controller = new AbortController();
    const ended = failureOf(client.addGateway({ Region: 'r', Vpc: 'v' }, { signal: controller.signal }));
    const others = Array.from({ length: 8 }, () => client.listGateway({}));
    controller.abort();
    expect((await ended).code).toBe('cloud/aborted');
    expect(await Promise.all(others)).toHaveLength(8);
  });

  it('end a call that waits to be repeated', async () => {
    cloud.fail({ what: throttling(1), times: 9 });
    const controller = new AbortController();
    const client = clientOf({ onCall: () => controller.abort() });
    expect((await failureOf(client.listGateway({}, { signal: controller.signal }))).code).toBe('cloud/aborted');
    expect(cloud.calls).toHaveLength(1);
  });

  it('that are aborted already send nothing', async () => {
    const error = await failureOf(clientOf().addGateway({ Region: 'r', Vpc: 'v' }, { signal: AbortSignal.abort() }));
    expect(error).toMatchObject({ code: 'cloud/aborted', effect: 'none' });
    expect(cloud.calls).toEqual([]);
  });
});

describe('credentials', () => {
  const secret = 'a-very-secret-value/+=';
  const token = 'CAISthe/security+token==';
  const key = { accessKeyId: 'STS.NTabcdefgh123456', accessKeySecret: secret, securityToken: token };

  const texts = (error: unknown): string =>
    [String(error), JSON.stringify(error), inspect(error, { depth: 9, showHidden: true }), (error as Error).stack].join('\n');

  it('never appear in an error, whatever the cloud quotes', async () => {
    await cloud.close();
    cloud = await createFakeCloud({ keys: [key] });
    const client = clientOf();
    const quoting = `bad ${secret} ${encodeURIComponent(token)} ${token} ${key.accessKeyId} Signature=${'ab'.repeat(32)} AccessKeySecret: other`;
    const errors: CloudError[] = [];
    for (const what of [
      { status: 400, code: `SignatureDoesNotMatch.${secret}`, message: quoting },
      { status: 500, code: 'InternalError', message: quoting },
      { unsuccessful: secret, message: quoting },
      { body: quoting },
      { body: `<Error><Code>${secret}</Code><Message>${quoting}</Message></Error>`, status: 403, type: 'text/xml;charset=utf-8' },
      'drop',
    ] as const) {
      cloud.clearFaults();
      cloud.fail({ what, times: 9 });
      errors.push(await failureOf(client.listGateway({})));
    }
    const wrong = clientOf({ credentials: { ...key, accessKeySecret: `${secret}2` } });
    cloud.clearFaults();
    errors.push(await failureOf(wrong.listGateway({})));
    expect(errors.at(-1)?.apiCode).toBe('SignatureDoesNotMatch');
    for (const error of errors) {
      for (const hidden of [secret, token, encodeURIComponent(token), key.accessKeyId, 'abababab', 'Credential=']) {
        expect(texts(error)).not.toContain(hidden);
      }
      expect(texts(error)).not.toMatch(/[0-9a-f]{64}/);
    }
    for (const event of events) expect(texts(event)).not.toContain(secret);
    expect(texts(client)).not.toContain(secret);
  });

  it('of a session are sent with their token', async () => {
    await cloud.close();
    cloud = await createFakeCloud({ keys: [key] });
    await clientOf().listGateway({});
    expect(cloud.calls[0]?.headers['x-acs-security-token']).toBe(token);
  });

  it('are asked for before each request, so that they may rotate', async () => {
    let asked = 0;
    const { accessKeyId, accessKeySecret } = cloud.credentials;
    const source = {
      getCredential() {
        asked += 1;
        return Promise.resolve(new CredentialModel({ accessKeyId, accessKeySecret, type: 'access_key' }));
      },
    };
    cloud.fail({ what: throttling() });
    await clientOf({ credentials: source }).listGateway({});
    expect(asked).toBe(2);
    expect(cloud.rejected).toEqual([]);
  });

  it('that cannot be obtained are a failure of their own, without the reason’s text', async () => {
    const client = clientOf({ credentials: { getCredential: () => Promise.reject(new Error(`no ${secret}`)) } });
    const error = await failureOf(client.listGateway({}));
    expect(error.code).toBe('cloud/credentials');
    expect(texts(error)).not.toContain(secret);
  });

  it('of the wrong key are turned away', async () => {
    const error = await failureOf(clientOf({ credentials: { accessKeyId: 'nobody', accessKeySecret: 'x' } }).listGateway({}));
    expect(error).toMatchObject({ code: 'cloud/denied', apiCode: 'InvalidAccessKeyId.NotFound' });
  });
});

it('an observer that throws changes nothing', async () => {
  const client = clientOf({
    onCall: () => {
      throw new Error('mine');
    },
  });
  await client.listGateway({});
});
