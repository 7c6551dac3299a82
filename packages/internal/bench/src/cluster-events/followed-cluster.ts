import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { type ClusterGateway, createClusterGateway, type GatewayEvent } from '@ingresskit/controller/gateway';
import { createTransport, type Transport } from '@ingresskit/kubernetes';
import type { Answer, Order } from './server.ts';

type TableEvent = Extract<GatewayEvent, { type: 'table' }>;

/** A gateway that follows a cluster of another process, and when what arrived. */
export interface FollowedCluster {
  readonly gateway: ClusterGateway;
  /** Milliseconds from the start to the first table. */
  readonly firstSync: number;
  order(order: Order): void;
  answer(kind: Answer['kind']): Promise<Answer>;
  /** The next table that passes. */
  table(test: (event: TableEvent) => boolean): Promise<TableEvent>;
  /** When the last line of the watch of Ingresses arrived. */
  arrivedAt(): number;
  close(): Promise<void>;
}

/** Starts both. */
export async function followCluster(ingresses: number): Promise<FollowedCluster> {
  const child = fork(fileURLToPath(new URL('./server.ts', import.meta.url)), [String(ingresses)], {
    execArgv: ['--conditions=@ingresskit/source'],
  });
  const listening = await answerOf(child, 'listening');
  if (listening.kind !== 'listening') throw new TypeError('the cluster does not listen');
  let arrived = 0;
  const transport = timed(createTransport({ server: listening.url }), () => {
    arrived = performance.now();
  });
  const waiting = new Set<(event: TableEvent) => void>();
  const gateway = createClusterGateway({
    cluster: transport,
    ingressClass: 'mse',
    onEvent: (event) => {
      if (event.type === 'table') for (const look of [...waiting]) look(event);
      if (event.type === 'failed') throw event.error;
    },
  });
  const started = performance.now();
  await gateway.start();
  await gateway.ready;
  const firstSync = performance.now() - started;
  return {
    gateway,
    firstSync,
    order: (order) => void child.send(order),
    answer: (kind) => answerOf(child, kind),
    table: (test) =>
      new Promise((resolve) => {
        const look = (event: TableEvent): void => {
          if (!test(event)) return;
          waiting.delete(look);
          resolve(event);
        };
        waiting.add(look);
      }),
    arrivedAt: () => arrived,
    async close() {
      await gateway.close();
      await transport.close();
      const exited = once(child, 'exit');
      child.disconnect();
      await exited;
    },
  };
}

async function answerOf(child: ChildProcess, kind: Answer['kind']): Promise<Answer> {
  for (;;) {
    const [answer] = (await once(child, 'message')) as [Answer];
    if (answer.kind === kind) return answer;
  }
}

/** Notes when bytes of the watch of Ingresses come in. */
function timed(inner: Transport, onBytes: () => void): Transport {
  return {
    async request(request) {
      const response = await inner.request(request);
      if (request.isStream !== true || !request.path.includes('/ingresses?')) return response;
      return { ...response, body: noting(response.body, onBytes) };
    },
    close: () => inner.close(),
  };
}

async function* noting(body: AsyncIterable<Uint8Array>, onBytes: () => void): AsyncGenerator<Uint8Array, undefined, undefined> {
  for await (const chunk of body) {
    onBytes();
    yield chunk;
  }
}
