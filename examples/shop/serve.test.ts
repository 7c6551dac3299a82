import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { request as httpRequest, type IncomingHttpHeaders } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { resolve } from 'node:path';
import process from 'node:process';
import { type Decision, decide, type RequestInput } from 'ingresskit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Echo, type Echoed, startEcho } from './echo.ts';
import { requests } from './requests.ts';
import { compileShop, folder, readyPorts } from './shop.ts';

const bin = resolve(import.meta.dirname, '../../packages/cli/src/bin.ts');
const { table } = compileShop();
const echoes: Echo[] = [];
const ports: Record<string, number> = {};
let gateway: ChildProcess;

beforeAll(async () => {
  const endpoints: string[] = [];
  for (const key of readyPorts(table)) {
    const echo = await startEcho(key);
    echoes.push(echo);
    endpoints.push('--endpoint', `${key}=127.0.0.1:${echo.port}`);
  }
  const listeners = ['--listen', '127.0.0.1:0', '--listen-tls', '127.0.0.1:0', '--trusted-proxy', '127.0.0.1/32'];
  const child = spawn(process.execPath, ['--conditions=@ingresskit/source', bin, 'serve', '-f', folder, ...listeners, ...endpoints], {
    env: { ...process.env, NO_COLOR: '1', NODE_OPTIONS: '' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  gateway = child;
  let errors = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (errors += text));
  let out = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (out += text));
  const gone = once(child, 'exit').then(() => {
    throw new Error(`serve ended: ${errors}`);
  });
  gone.catch(() => undefined);
  while (!out.includes('\n')) await Promise.race([once(child.stdout, 'data'), gone]);
  for (const [, scheme = '', port] of out.matchAll(/(https?):\/\/127\.0\.0\.1:(\d+)/g)) ports[`${scheme}:`] = Number(port);
  expect(Object.keys(ports), out).toEqual(['http:', 'https:']);
});

afterAll(async () => {
  const gone = gateway.exitCode === null ? once(gateway, 'exit') : [gateway.exitCode];
  gateway.kill('SIGTERM');
  const [status] = (await gone) as [number];
  await Promise.all(echoes.map((echo) => echo.close()));
  expect(status).toBe(0);
});

interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** Sends a request as a client behind a trusted load balancer would, over TLS where its URL says so. */
async function send({ method = 'GET', url, headers = {}, clientAddress }: RequestInput): Promise<Answer> {
  const { protocol, hostname, pathname, search } = new URL(url);
  const options = {
    host: '127.0.0.1',
    port: ports[protocol],
    method,
    path: `${pathname}${search}`,
    headers: { ...headers, host: hostname, ...(clientAddress === undefined ? {} : { 'x-forwarded-for': clientAddress }) },
    agent: false as const,
  };
  const call = protocol === 'https:' ? httpsRequest({ ...options, servername: hostname, rejectUnauthorized: false }) : httpRequest(options);
  return await new Promise<Answer>((done, fail) => {
    call.on('response', (response) => {
      let body = '';
      response.setEncoding('utf8').on('data', (text: string) => (body += text));
      response.on('end', () => done({ status: response.statusCode ?? 0, headers: response.headers, body }));
    });
    call.on('error', fail).end();
  });
}

/** Holds an answer to a decision. */
function expectAnswer({ status, headers, body }: Answer, decision: Decision): void {
  switch (decision.kind) {
    case 'no-route':
      expect(status).toBe(404);
      return;
    case 'redirect':
      expect({ status, location: headers.location }).toEqual({ status: decision.status, location: decision.location });
      return;
    case 'respond':
      expect({ status, body }).toEqual({ status: decision.status, body: decision.body });
      expect(headers).toMatchObject(decision.headers);
      return;
    case 'forward': {
      const { backend, upstream, response } = decision;
      expect(status, body).toBe(response.status ?? 200);
      const echoed = JSON.parse(body) as Echoed;
      expect(echoed.service).toBe(`${backend.namespace}/${backend.service}:${backend.port}`);
      expect(echoed.url).toBe(upstream.path);
      expect(echoed.headers).toMatchObject({ host: upstream.host, ...upstream.headers.set });
      for (const name of upstream.headers.remove) expect(echoed.headers).not.toHaveProperty(name);
      expect(headers).toMatchObject(response.headers.set);
      for (const [name, values] of Object.entries(response.headers.append)) expect(headers[name]).toBe(values.join(', '));
    }
  }
}

// A draw cannot be sent over a socket; the canary is reached by its header.
const sendable = requests.filter(({ draw }) => draw === undefined);

describe('ingresskit serve -f examples/shop does what explain says', () => {
  it.each(
    sendable.map((request) => [`${request.method ?? 'GET'} ${request.url} ${JSON.stringify(request.headers ?? {})}`, request] as const),
  )('%s', async (_name, request) => {
    expectAnswer(await send(request), decide(table, { clientAddress: '127.0.0.1', ...request }));
  });

  it('among them are TLS, a canary, a password, redirects, CORS, a fallback and address lists', () => {
    const decisions = sendable.map((request) => ({ request, decision: decide(table, { clientAddress: '127.0.0.1', ...request }) }));
    const some = (holds: (decision: Decision, request: RequestInput) => boolean): boolean =>
      decisions.some(({ decision, request }) => holds(decision, request));
    expect(some(({ kind }, { url }) => kind === 'forward' && url.startsWith('https:'))).toBe(true);
    expect(some((decision) => decision.kind === 'forward' && decision.route.canary !== undefined)).toBe(true);
    expect(some((decision, { headers }) => decision.kind === 'forward' && headers?.['authorization'] !== undefined)).toBe(true);
    expect(some((decision) => decision.kind === 'redirect')).toBe(true);
    expect(some((decision) => decision.kind === 'forward' && decision.fallback !== undefined)).toBe(true);
    for (const reason of ['basic-auth', 'cors-preflight', 'ip-access']) {
      expect(
        some((decision) => decision.kind === 'respond' && decision.reason === reason),
        reason,
      ).toBe(true);
    }
  });
});
