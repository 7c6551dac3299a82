import type { Decision } from '@ingresskit/matcher';
import type { Ingress } from '@ingresskit/resources';
import { createGateway, defaultCapabilities } from 'ingresskit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freePort } from '../../../../proxy/src/testing/free-port.ts';
import { clusterObjects } from './cluster.ts';
import type { EchoBackend } from './echo-backend.ts';
import { startEchoBackend } from './echo-backend.ts';
import { inputOf, model, observeScenes, sceneFile } from './gateways.ts';
import { mainFile, proxyFile } from './nginx-files.ts';
import { type RunningNginx, startNginx } from './nginx-process.ts';
import { differences } from './observe.ts';
import { sendPipelined } from './raw-requests.ts';
import type { Observation, SceneRequest } from './scene.ts';
import { ingressOf, requestOf } from './witnesses.ts';

let backend: EchoBackend;
beforeAll(async () => {
  backend = await startEchoBackend();
});
afterAll(() => backend.close());

const nobody = { 'allowlist-source-range': '10.0.0.0/8' };
const password = { 'auth-type': 'basic', 'auth-secret': 'users', 'auth-realm': 'R' };
const once = { 'limit-rpm': '1', 'limit-burst-multiplier': '1' };
const moved = { 'permanent-redirect': 'https://new.example' };

/** What answers when several things could: written down from what nginx did, and held against the model too. */
const contests: readonly (readonly [title: string, ingress: Ingress, target: string, expected: Partial<Observation>])[] = [
  [
    'app-root before addresses',
    ingressOf({ 'app-root': '/home', ...nobody }, [['/', 'Prefix']]),
    '/',
    { status: 302, location: 'http://a.example/home' },
  ],
  [
    'app-root before a closed location',
    ingressOf({ 'app-root': '/home', 'allowlist-source-range': 'x' }, [['/', 'Prefix']]),
    '/',
    { status: 302 },
  ],
  ['app-root before another redirect', ingressOf({ 'app-root': '/home', ...moved }, [['/', 'Prefix']]), '/', { status: 302 }],
  ['the slash before a redirect', ingressOf(moved, [['/a/', 'Prefix']]), '/a', { status: 301, location: 'http://a.example/a/' }],
  ['the slash before addresses', ingressOf(nobody, [['/a/', 'Prefix']]), '/a', { status: 301, location: 'http://a.example/a/' }],
  [
    'the slash before HTTPS',
    ingressOf({ 'force-ssl-redirect': 'true' }, [['/a/', 'Prefix']]),
    '/a',
    { status: 301, location: 'http://a.example/a/' },
  ],
  ['a closed location before a redirect', ingressOf({ ...moved, 'allowlist-source-range': 'x' }, [['/', 'Prefix']]), '/x', { status: 503 }],
  ['a redirect before HTTPS', ingressOf({ ...moved, 'force-ssl-redirect': 'true' }, [['/', 'Prefix']]), '/x', { status: 301 }],
  ['a redirect before addresses', ingressOf({ ...moved, ...nobody }, [['/', 'Prefix']]), '/x', { status: 301 }],
  ['a redirect before passwords', ingressOf({ ...moved, ...password }, [['/', 'Prefix']]), '/x', { status: 301 }],
  ['a redirect before missing endpoints', ingressOf(moved, [['/', 'Prefix', 'empty']]), '/x', { status: 301 }],
  ['HTTPS before missing endpoints', ingressOf({ 'force-ssl-redirect': 'true' }, [['/', 'Prefix', 'empty']]), '/x', { status: 308 }],
  ['missing endpoints before passwords', ingressOf(password, [['/', 'Prefix', 'empty']]), '/x', { status: 503 }],
  ['addresses before passwords', ingressOf({ ...nobody, ...password }, [['/', 'Prefix']]), '/x', { status: 403 }],
  ['passwords, where either is enough', ingressOf({ ...nobody, ...password, satisfy: 'any' }, [['/', 'Prefix']]), '/x', { status: 401 }],
  ['passwords before the gateway’s own 404', ingressOf(password, [['/app', 'Prefix']]), '/x', { status: 401 }],
];

describe('what answers first', () => {
  it.each(contests)('%s', async (_, ingress, target, expected) => {
    const scene = { ingresses: [ingress], requests: [requestOf(target)] };
    const [real] = (await observeScenes([scene], backend.address))[0] ?? [];
    expect(real).toMatchObject(expected);
    expect(differences(real as Observation, model(scene)[0] as Observation)).toEqual([]);
  });

  it.each([
    ['refused by addresses', nobody, 403],
    ['refused for want of a password', password, 401],
  ])('requests that are %s count for the rate', async (_, gate, status) => {
    const scene = { ingresses: [ingressOf({ ...once, ...gate }, [['/', 'Prefix']])], requests: [1, 2, 3].map(() => requestOf('/x')) };
    const [real = []] = await observeScenes([scene], backend.address);
    expect(real.map((observation) => observation.status)).toEqual([status, status, 503]);
    expect(model(scene).map((observation) => observation.status)).toEqual([status, status, 503]);
  });

  it('requests that are redirected do not count for the rate', async () => {
    const ingress = ingressOf({ ...once, 'app-root': '/home' }, [['/', 'Prefix']]);
    const targets = ['/', '/', '/', '/x', '/x', '/x'];
    const scene = { ingresses: [ingress], requests: targets.map((target) => requestOf(target)) };
    const [real = []] = await observeScenes([scene], backend.address);
    expect(real.map(({ status }) => status)).toEqual([302, 302, 302, 200, 200, 503]);
    expect(model(scene)).toEqual(real);
  });
});

/** Starts one scene with other statuses for the two limits, so that an answer says which of them it is from. */
async function startLimited(ingress: Ingress): Promise<{ readonly nginx: RunningNginx; readonly port: number }> {
  const port = await freePort();
  const nginx = await startNginx((directory) => {
    const { text } = sceneFile([ingress], { listen: `127.0.0.1:${port}`, scene: 0, passwordFile: (secret) => `${directory}/${secret}` });
    return {
      'proxy.conf': `${proxyFile}proxy_set_header X-Hold $http_x_hold;\n`,
      'scene.conf': `limit_req_status 429;\nlimit_conn_status 420;\n${text}`,
      'nginx.conf': mainFile(['scene.conf'], backend.address, `${directory}/error.log`),
    };
  });
  return { nginx, port };
}

function send(port: number, request: SceneRequest): Promise<number> {
  return sendPipelined([request], { address: '127.0.0.1', port, source: request.source }).then(([answer]) => answer?.status ?? 0);
}

/** Decisions about requests of the same instant that are all in flight for a second. */
function decideTogether(ingress: Ingress, requests: readonly SceneRequest[]): readonly Decision[] {
  const gateway = createGateway({ profile: 'ingress-nginx' });
  const { table } = gateway.compile([...clusterObjects, ingress]);
  const capabilities = defaultCapabilities();
  return requests.map((request) => gateway.decide(table, { ...inputOf(request), durationMs: 1000 }, capabilities));
}

function reasonOf(decision: Decision): string {
  return decision.kind === 'respond' ? decision.reason : decision.kind;
}

const held = requestOf('/x', { headers: [['X-Hold', '1']] });

describe('limits', () => {
  it('so many requests of a client are in flight, and the others are refused', async () => {
    const ingress = ingressOf({ 'limit-connections': '2' }, [['/', 'Prefix']]);
    const { nginx, port } = await startLimited(ingress);
    try {
      const first = [send(port, held), send(port, held)];
      await backend.held(2);
      expect(await Promise.all([send(port, held), send(port, held)])).toEqual([420, 420]);
      const other = send(port, { ...held, source: '127.0.0.2' });
      await backend.held(3);
      backend.release();
      expect(await Promise.all([...first, other])).toEqual([200, 200, 200]);
      const requests = [held, held, held, held, { ...held, source: '127.0.0.2' }];
      const expected = ['forward', 'forward', 'concurrency-limit', 'concurrency-limit', 'forward'];
      expect(decideTogether(ingress, requests).map(reasonOf)).toEqual(expected);
    } finally {
      await nginx.close();
    }
  });

  // The facts have it the other way round (ingress-nginx.md §0.1, step 6); see docs/oracle.md.
  it('the rate is looked at before the requests in flight, and counts those that are refused for them', async () => {
    const ingress = ingressOf({ 'limit-connections': '1', ...once }, [['/', 'Prefix']]);
    const { nginx, port } = await startLimited(ingress);
    try {
      const first = send(port, held);
      await backend.held(1);
      // The second is within the rate and finds no room; the third is above both limits, and the rate answers.
      expect(await send(port, held)).toBe(420);
      expect(await send(port, held)).toBe(429);
      backend.release();
      expect(await first).toBe(200);
      expect(decideTogether(ingress, [held, held, held]).map(reasonOf)).toEqual(['forward', 'concurrency-limit', 'rate-limit']);
    } finally {
      await nginx.close();
    }
  });
});
