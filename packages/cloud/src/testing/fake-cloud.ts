import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import type { Clock } from '../clock.ts';
import { systemClock } from '../clock.ts';
import type { StaticCredentials } from '../credentials.ts';
import type { OperationName } from '../operations.ts';
import { answers, type FakeSettings } from './answers.ts';
import { type Fault, Faults } from './faults.ts';
import { Parameters, Refusal } from './parameters.ts';
import { createVerifier, type KnownKey, queryOf } from './signature.ts';
import { createGateway, type FakeGateway, type FakeState, statusAt } from './state.ts';

export interface FakeCloudOptions {
  readonly region?: string;
  /** Decides how far creations and deletions have come. Signatures are checked against the machine's clock, which the signer uses. */
  readonly clock?: Pick<Clock, 'now'>;
  /** The time signatures are checked against. */
  readonly signatureTime?: () => number;
  /** Milliseconds a new gateway is in status 0. Default 180 000, as documented (mse.md §3.2). */
  readonly creationTime?: number;
  /** Milliseconds a deleted gateway is in status 8. Default 30 000. */
  readonly deletionTime?: number;
  /** Keys that may call. Default: one made-up pair. */
  readonly keys?: readonly KnownKey[];
  /** RAM actions the caller has; everything when absent. */
  readonly allowedActions?: Iterable<string>;
}

/** A request the fake received and found authentic. */
export interface FakeCall {
  readonly operation: string;
  readonly query: Readonly<Record<string, string>>;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  /** HTTP status of the answer; 0 when none was sent. */
  readonly status: number;
}

export interface FakeCloud extends AsyncDisposable {
  /** For `createCloudClient({ endpoint })`. */
  readonly endpoint: string;
  readonly credentials: StaticCredentials;
  readonly region: string;
  readonly calls: readonly FakeCall[];
  /** Requests that were turned away before anything else, with the code they got. */
  readonly rejected: readonly string[];
  readonly settings: FakeSettings;
  /** Gateways that exist now, the ones being deleted included. */
  gateways(): readonly FakeGateway[];
  /** Puts a gateway into the cloud as if somebody had made it in the console. */
  addGateway(fields?: Partial<FakeGateway>): FakeGateway;
  fail(fault: Fault): void;
  clearFaults(): void;
  close(): Promise<void>;
}

/** A cloud that lives in this process: real HTTP on loopback, real signatures, and a state that can be looked into and spoiled. */
export async function createFakeCloud(options: FakeCloudOptions = {}): Promise<FakeCloud> {
  const clock = options.clock ?? systemClock;
  const keys = options.keys ?? [{ accessKeyId: 'LTAIfakefakefakefake', accessKeySecret: 'fake-secret-of-thirty-characters' }];
  const settings: FakeSettings = {
    region: options.region ?? 'cn-test',
    creationTime: options.creationTime ?? 180_000,
    deletionTime: options.deletionTime ?? 30_000,
    tagLag: 0,
    tagPageSize: 50,
    failingCreations: 0,
    stubbornOptions: new Set(),
  };
  const state: FakeState = { gateways: new Map(), next: 0 };
  const allowed = options.allowedActions === undefined ? undefined : new Set(options.allowedActions);
  const faults = new Faults();
  const calls: FakeCall[] = [];
  const rejected: string[] = [];
  const verify = createVerifier(() => keys, options.signatureTime ?? (() => Date.now()));

  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const raw = { method: request.method ?? '', target: request.url ?? '', headers: request.headers, body: Buffer.concat(chunks) };
    const problem = verify(raw);
    if (problem !== undefined) {
      rejected.push(problem.code);
      return sendError(response, problem.status, problem.code, problem.message);
    }
    const operation = String(request.headers['x-acs-action']);
    const query = queryOf(raw.target);
    const record = (status: number): void => {
      calls.push({ operation, query: Object.fromEntries(query), headers: request.headers, status });
    };
    const fault = faults.take(operation);
    let reply: (() => void) | undefined;
    if (fault === undefined || fault.effect === true) reply = carryOut(operation, query, request, response, record);
    if (fault === undefined) return reply?.();
    spoil(fault, request.socket, response, record);
  };

  function carryOut(
    operation: string,
    query: ReadonlyMap<string, string>,
    request: IncomingMessage,
    response: ServerResponse,
    record: (status: number) => void,
  ): () => void {
    const refuse = (status: number, code: string, message: string) => (): void => {
      record(status);
      sendError(response, status, code, message);
    };
    const run = Object.hasOwn(answers, operation) ? answers[operation as OperationName] : undefined;
    if (request.headers['x-acs-version'] !== '2019-05-31' || run === undefined)
      return refuse(404, 'InvalidAction.NotFound', 'There is no such operation.');
    if (allowed !== undefined && !allowed.has(`mse:${operation}`)) return refuse(403, 'NO_PERMISSION', `You may not call ${operation}.`);
    try {
      const data = run({ parameters: new Parameters(query), state, settings, now: clock.now() });
      const whole = operation === 'ListTagResources' ? (data as object) : { Data: data ?? null };
      return () => {
        record(200);
        send(response, 200, {
          RequestId: randomUUID(),
          Success: true,
          Code: 200,
          HttpStatusCode: 200,
          Message: 'OK',
          ErrorCode: 'mse-100-000',
          ...whole,
        });
      };
    } catch (error) {
      if (error instanceof Refusal) return refuse(error.status, error.code, error.message);
      throw error;
    }
  }

  const server: Server = createServer((request, response) => {
    answer(request, response).catch((error: unknown) => {
      sendError(response, 500, 'InternalError', error instanceof Error ? error.message : 'unknown');
    });
  });
  const sockets = new Set<Socket>();
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;

  const close = async (): Promise<void> => {
    for (const socket of sockets) socket.destroy();
    await new Promise<void>((resolve) => server.close(() => resolve()));
  };
  const first = keys[0];
  if (first === undefined) throw new TypeError('the fake cloud needs a key');
  return {
    endpoint: `http://127.0.0.1:${port}`,
    credentials: first,
    region: settings.region,
    calls,
    rejected,
    settings,
    gateways: () => [...state.gateways.values()].filter((gateway) => statusAt(gateway, clock.now()) !== undefined),
    addGateway: (fields = {}) => createGateway(state, { region: settings.region, ...fields }, clock.now()),
    fail: (fault) => faults.add(fault),
    clearFaults: () => faults.clear(),
    close,
    [Symbol.asyncDispose]: close,
  };
}

function spoil({ what }: Fault, socket: Socket, response: ServerResponse, record: (status: number) => void): void {
  if (what === 'drop' || what === 'stall') {
    record(0);
    if (what === 'drop') socket.destroy();
  } else if ('body' in what) {
    record(what.status ?? 200);
    response.writeHead(what.status ?? 200, { 'content-type': what.type ?? 'text/html' });
    response.end(what.body);
  } else if ('unsuccessful' in what) {
    record(200);
    send(response, 200, {
      RequestId: randomUUID(),
      Success: false,
      ErrorCode: what.unsuccessful,
      HttpStatusCode: 200,
      Message: what.message ?? 'refused',
    });
  } else {
    record(what.status);
    sendError(response, what.status, what.code, what.message ?? 'a planned failure', what.headers);
  }
}

function send(response: ServerResponse, status: number, body: object, headers: Readonly<Record<string, string>> = {}): void {
  response.writeHead(status, { 'content-type': 'application/json;charset=utf-8', ...headers });
  response.end(JSON.stringify(body));
}

function sendError(
  response: ServerResponse,
  status: number,
  code: string,
  message: string,
  headers?: Readonly<Record<string, string>>,
): void {
  send(response, status, { RequestId: randomUUID(), Code: code, Message: message }, headers);
}
