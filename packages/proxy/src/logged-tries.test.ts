import { afterEach, expect, it } from 'vitest';
import type { Endpoint } from './endpoint.ts';
import { formatAccessLogNginx } from './observe/access-log-nginx.ts';
import { accessLogEntryOf } from './observe-exchanges.ts';
import { serviceYaml } from './testing/harness.ts';
import { sendRaw } from './testing/raw-client.ts';
import { type Play, Stage, until } from './testing/stage.ts';

const stage = new Stage();
afterEach(() => stage.close());

/** Host, bytes, time and status in the line of ingress-nginx, the time as 0. */
async function columnsOf(play: Play): Promise<string> {
  const running = await stage.serve({ profile: 'ingress-nginx', ...play });
  const recorded = running.nextRecord();
  await sendRaw(running.port, 'GET / HTTP/1.1\r\nHost: a.example\r\n\r\n');
  const line = formatAccessLogNginx(accessLogEntryOf(await recorded));
  return columnsIn(line);
}

function columnsIn(line: string): string {
  const columns = /\[[^\]]*\] \[[^\]]*\] (127.*) \S+$/.exec(line)?.[1] ?? line;
  return columns.replaceAll(/\d+\.\d{3}(?=,| )/g, '0');
}

/** An endpoint where nobody listens. */
async function deserted(): Promise<Endpoint> {
  const backend = await stage.backend();
  await backend.close();
  return backend.endpoint;
}

const at = ({ address, port }: Endpoint): string => `${address}:${port}`;

it('the one try of nearly all requests', async () => {
  const { endpoint } = await stage.backend((_request, response) => void response.end('hello'));
  expect(await columnsOf({ endpoints: { 'default/web:80': [endpoint] } })).toBe(`${at(endpoint)} 5 0 200`);
});

it('a server that is down, and the next', async () => {
  const dead = await deserted();
  const { endpoint } = await stage.backend((_request, response) => void response.end('hello'));
  expect(await columnsOf({ endpoints: { 'default/web:80': [dead, endpoint] } })).toBe(`${at(dead)}, ${at(endpoint)} 0, 5 0, 0 502, 200`);
});

it('an answer that is tried again', async () => {
  const [first, second] = await Promise.all(
    [503, 200].map((status) => stage.backend((_request, response) => void response.writeHead(status).end('x'))),
  );
  const endpoints = [first, second].map((backend) => (backend as NonNullable<typeof first>).endpoint);
  const annotations = { 'proxy-next-upstream': 'http_503' };
  const [one, other] = endpoints.map(at);
  expect(await columnsOf({ annotations, endpoints: { 'default/web:80': endpoints } })).toBe(`${one}, ${other} 0, 1 0, 0 503, 200`);
});

it('servers that are all down: every one of them has a status, and no other stands behind them', async () => {
  const columns = await columnsOf({ endpoints: { 'default/web:80': [await deserted(), await deserted()] } });
  expect(columns).toMatch(/^127\S+, 127\S+, 127\S+ 0, 0, 0 0, 0, 0 502, 502, 502$/);
});

it('a client that leaves in the middle of the second: what is not over has no status', async () => {
  const dead = await deserted();
  const { endpoint, seen } = await stage.backend(() => undefined);
  const running = await stage.serve({ profile: 'ingress-nginx', endpoints: { 'default/web:80': [dead, endpoint] } });
  const recorded = running.nextRecord();
  const socket = stage.connect(running.port);
  socket.write('GET / HTTP/1.1\r\nHost: a.example\r\n\r\n');
  await until(() => seen.length === 1);
  socket.destroy();
  expect(columnsIn(formatAccessLogNginx(accessLogEntryOf(await recorded)))).toBe(`${at(dead)}, ${at(endpoint)} 0, - 0, - 502, -`);
});

it('a fallback behind a colon', async () => {
  const { endpoint } = await stage.backend((_request, response) => void response.writeHead(503).end('out of order'));
  const instead = await stage.backend((_request, response) => void response.writeHead(200).end('sorry'));
  const annotations = { 'default-backend': 'other', 'custom-http-errors': '503' };
  const endpoints = { 'default/web:80': [endpoint], 'default/other:80': [instead.endpoint] };
  expect(await columnsOf({ annotations, endpoints, more: serviceYaml('other') })).toBe(
    `${at(endpoint)} : ${at(instead.endpoint)} 0 : 5 0 : 0 503 : 200`,
  );
});
