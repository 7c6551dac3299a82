import * as grpc from '@grpc/grpc-js';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { compiled, ingressYaml, type Running, serviceYaml, startProxy } from './testing/harness.ts';

const bytes = { serialize: (value: Buffer) => value, deserialize: (value: Buffer) => value };
const method = (name: string, requestStream: boolean, responseStream: boolean): grpc.MethodDefinition<Buffer, Buffer> => ({
  path: `/test.Echo/${name}`,
  requestStream,
  responseStream,
  requestSerialize: bytes.serialize,
  requestDeserialize: bytes.deserialize,
  responseSerialize: bytes.serialize,
  responseDeserialize: bytes.deserialize,
});
const definition = {
  unary: method('Unary', false, false),
  upload: method('Upload', true, false),
  download: method('Download', false, true),
  chat: method('Chat', true, true),
};

const server = new grpc.Server();
let running: Running;
let client: grpc.Client;

beforeAll(async () => {
  server.addService(definition, {
    unary: (call: grpc.ServerUnaryCall<Buffer, Buffer>, done: grpc.sendUnaryData<Buffer>) => {
      if (call.request.toString() === 'fail') {
        const trailers = new grpc.Metadata();
        trailers.set('x-why', 'asked');
        done({ code: grpc.status.FAILED_PRECONDITION, details: 'as you wish', metadata: trailers });
        return;
      }
      const trailers = new grpc.Metadata();
      trailers.set('x-trailer', 'here');
      done(null, call.request, trailers);
    },
    upload: (call: grpc.ServerReadableStream<Buffer, Buffer>, done: grpc.sendUnaryData<Buffer>) => {
      let count = 0;
      call.on('data', (piece: Buffer) => {
        count += piece.length;
      });
      call.on('end', () => done(null, Buffer.from(String(count))));
    },
    download: (call: grpc.ServerWritableStream<Buffer, Buffer>) => {
      for (let index = 0; index < Number(call.request.toString()); index++) call.write(Buffer.alloc(1_000, index % 256));
      call.end();
    },
    chat: (call: grpc.ServerDuplexStream<Buffer, Buffer>) => {
      call.on('data', (piece: Buffer) => call.write(piece));
      call.on('end', () => call.end());
    },
  });
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync('127.0.0.1:0', grpc.ServerCredentials.createInsecure(), (error, bound) =>
      error === null ? resolve(bound) : reject(error),
    );
  });
  running = await startProxy(
    compiled(ingressYaml('web', 'a.example', { '/': 'web' }, { 'backend-protocol': 'GRPC' }) + serviceYaml('web'), {
      'default/web:80': [{ address: '127.0.0.1', port, ready: true }],
    }),
  );
  client = new grpc.Client(`127.0.0.1:${running.port}`, grpc.credentials.createInsecure(), { 'grpc.default_authority': 'a.example' });
});

afterAll(async () => {
  client.close();
  await running.close();
  server.forceShutdown();
});

it('unary, with metadata and trailers', async () => {
  const trailers = await new Promise<grpc.Metadata>((resolve, reject) => {
    const call = client.makeUnaryRequest(
      definition.unary.path,
      bytes.serialize,
      bytes.deserialize,
      Buffer.from('hello'),
      (error, value) => {
        if (error !== null) reject(error);
        else expect(value?.toString()).toBe('hello');
      },
    );
    call.on('status', (status) => resolve(status.metadata));
  });
  expect(trailers.get('x-trailer')).toEqual(['here']);
});

it('statuses pass', async () => {
  const error = await new Promise<grpc.ServiceError | null>((resolve) => {
    client.makeUnaryRequest(definition.unary.path, bytes.serialize, bytes.deserialize, Buffer.from('fail'), (failure) => resolve(failure));
  });
  expect(error).toMatchObject({ code: grpc.status.FAILED_PRECONDITION, details: 'as you wish' });
  expect(error?.metadata.get('x-why')).toEqual(['asked']);
});

it('streams up', async () => {
  const count = await new Promise<string>((resolve, reject) => {
    const call = client.makeClientStreamRequest(definition.upload.path, bytes.serialize, bytes.deserialize, (error, value) =>
      error === null ? resolve(value?.toString() ?? '') : reject(error),
    );
    for (let index = 0; index < 500; index++) call.write(Buffer.alloc(1_000));
    call.end();
  });
  expect(count).toBe('500000');
});

it('streams down', async () => {
  const call = client.makeServerStreamRequest(definition.download.path, bytes.serialize, bytes.deserialize, Buffer.from('500'));
  let count = 0;
  for await (const piece of call as AsyncIterable<Buffer>) {
    expect(piece[0]).toBe(count % 256);
    count += 1;
  }
  expect(count).toBe(500);
});

it('streams both ways at once: each message is answered before the next is sent', async () => {
  const call = client.makeBidiStreamRequest(definition.chat.path, bytes.serialize, bytes.deserialize);
  for (let index = 0; index < 20; index++) {
    const answered = new Promise<Buffer>((resolve) => call.once('data', resolve));
    call.write(Buffer.from(`message ${index}`));
    expect((await answered).toString()).toBe(`message ${index}`);
  }
  const ended = new Promise((resolve) => call.once('end', resolve));
  call.end();
  await ended;
});

it('a client that cancels cancels the call behind', async () => {
  const recorded = running.nextRecord();
  const call = client.makeBidiStreamRequest(definition.chat.path, bytes.serialize, bytes.deserialize);
  call.on('error', () => undefined);
  const answered = new Promise<Buffer>((resolve) => call.once('data', resolve));
  call.write(Buffer.from('x'));
  await answered;
  call.cancel();
  expect(await recorded).toMatchObject({ complete: false, flags: ['DC'] });
});

it('an unknown route is answered with trailers-only semantics a client understands', async () => {
  const stranger = new grpc.Client(`127.0.0.1:${running.port}`, grpc.credentials.createInsecure(), {
    'grpc.default_authority': 'b.example',
  });
  const error = await new Promise<grpc.ServiceError | null>((resolve) => {
    stranger.makeUnaryRequest(definition.unary.path, bytes.serialize, bytes.deserialize, Buffer.from('x'), (failure) => resolve(failure));
  });
  // HTTP 404 maps to UNIMPLEMENTED (gRPC's http-grpc-status-mapping).
  expect(error?.code).toBe(grpc.status.UNIMPLEMENTED);
  stranger.close();
});
