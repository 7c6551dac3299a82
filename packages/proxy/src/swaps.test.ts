import { once } from 'node:events';
import { Agent, createServer, request as httpRequest } from 'node:http';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import * as grpc from '@grpc/grpc-js';
import { expect, it } from 'vitest';
import WebSocket, { WebSocketServer } from 'ws';
import { startBackend } from './testing/backend.ts';
import { compiled, ingressYaml, serviceYaml, startProxy } from './testing/harness.ts';

const swaps = 1_000;
const webSockets = 200;
const streams = 50;

/** Collects garbage, so that what can be freed is. */
const collect = (() => {
  setFlagsFromString('--expose-gc');
  return runInNewContext('gc') as () => void;
})();

it(`A51: ${swaps} swaps under load, ${webSockets} WebSockets and ${streams} gRPC streams: nothing fails, nothing is dropped, nothing is kept`, async () => {
  const http = createServer();
  const socketServer = new WebSocketServer({ server: http });
  socketServer.on('connection', (socket) => socket.on('message', (data) => socket.send(data)));
  http.listen(0, '127.0.0.1');
  await once(http, 'listening');
  const identity = (value: Buffer): Buffer => value;
  const chat: grpc.MethodDefinition<Buffer, Buffer> = {
    path: '/test.Echo/Chat',
    requestStream: true,
    responseStream: true,
    requestSerialize: identity,
    requestDeserialize: identity,
    responseSerialize: identity,
    responseDeserialize: identity,
  };
  const rpc = new grpc.Server();
  rpc.addService(
    { chat },
    {
      chat: (call: grpc.ServerDuplexStream<Buffer, Buffer>) => {
        call.on('data', (piece: Buffer) => call.write(piece));
        call.on('end', () => call.end());
      },
    },
  );
  const rpcPort = await new Promise<number>((resolve, reject) => {
    rpc.bindAsync('127.0.0.1:0', grpc.ServerCredentials.createInsecure(), (error, port) =>
      error === null ? resolve(port) : reject(error),
    );
  });
  const plain = await startBackend((_incoming, response) => void response.end('ok'));
  const endpoints = {
    'default/web:80': [plain.endpoint],
    'default/ws:80': [{ address: '127.0.0.1', port: (http.address() as { port: number }).port, ready: true }],
    'default/rpc:80': [{ address: '127.0.0.1', port: rpcPort, ready: true }],
  };
  const tableOf = (version: number): ReturnType<typeof compiled> =>
    compiled(
      ingressYaml(
        'web',
        'a.example',
        { '/': 'web' },
        { 'mse.ingress.kubernetes.io/response-header-control-update': `x-version ${version}` },
      ) +
        ingressYaml('ws', 'ws.example', { '/': 'ws' }) +
        ingressYaml('rpc', 'rpc.example', { '/': 'rpc' }, { 'backend-protocol': 'GRPC' }) +
        ['web', 'ws', 'rpc'].map((name) => serviceYaml(name)).join(''),
      endpoints,
    );
  const running = await startProxy(tableOf(0));

  const sockets = await Promise.all(
    Array.from({ length: webSockets }, async () => {
      const socket = new WebSocket(`ws://127.0.0.1:${running.port}/`, { headers: { host: 'ws.example' } });
      await once(socket, 'open');
      return socket;
    }),
  );
  const client = new grpc.Client(`127.0.0.1:${running.port}`, grpc.credentials.createInsecure(), {
    'grpc.default_authority': 'rpc.example',
  });
  let dropped = 0;
  const calls = Array.from({ length: streams }, () => {
    const call = client.makeBidiStreamRequest(chat.path, identity, identity);
    call.on('error', () => {
      dropped += 1;
    });
    return call;
  });
  for (const socket of sockets) socket.on('close', () => void (dropped += 1));
  const echoes = async (): Promise<void> => {
    await Promise.all([
      ...sockets.map(async (socket) => {
        const answer = once(socket, 'message');
        socket.send('x');
        await answer;
      }),
      ...calls.map(async (call) => {
        const answer = once(call, 'data');
        call.write(Buffer.from('x'));
        await answer;
      }),
    ]);
  };
  await echoes();

  // Steady load: each request is followed by the next until the swaps are done.
  const agent = new Agent({ keepAlive: true });
  let isDone = false;
  let answered = 0;
  const failures: string[] = [];
  const ask = (): Promise<void> =>
    new Promise((resolve) => {
      httpRequest({ host: '127.0.0.1', port: running.port, agent, headers: { host: 'a.example' } }, (response) => {
        if (response.statusCode !== 200) failures.push(String(response.statusCode));
        answered += 1;
        response.resume();
        response.on('end', resolve);
      })
        .on('error', (error) => {
          failures.push(error.message);
          resolve();
        })
        .end();
    });
  const load = Array.from({ length: 8 }, async () => {
    while (!isDone) await ask();
  });
  const old: WeakRef<object>[] = [];
  for (let version = 1; version <= swaps; version++) {
    const { table, snapshot } = tableOf(version);
    if (version < swaps) old.push(new WeakRef(table));
    running.proxy.update(table, snapshot);
    if (version % 250 === 0) await echoes();
    await new Promise(setImmediate);
  }
  isDone = true;
  await Promise.all(load);
  await echoes();

  expect(failures).toEqual([]);
  expect(answered).toBeGreaterThan(swaps / 10);
  expect(dropped).toBe(0);
  // WebSockets and streams live on and pin nothing but what they began with: the first table.
  for (let round = 0; round < 3; round++) {
    collect();
    await new Promise(setImmediate);
  }
  expect(old.filter((reference) => reference.deref() !== undefined).length).toBeLessThanOrEqual(2);

  agent.destroy();
  for (const socket of sockets) socket.removeAllListeners('close').terminate();
  for (const call of calls) call.cancel();
  client.close();
  await running.close();
  rpc.forceShutdown();
  socketServer.close();
  http.closeAllConnections();
  await new Promise((resolve) => http.close(resolve));
  await plain.close();
}, 120_000);
