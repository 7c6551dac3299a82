import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import type { Endpoint } from '../endpoint.ts';
import { frame, frameTypes, preface } from './frames.ts';

/** A backend of HTTP/2 that sends what it likes. */
export interface FrameBackend {
  readonly endpoint: Endpoint;
  close(): Promise<void>;
}

/** Answers the headers of each request with the frames that the callback makes for its stream. */
export async function startFrameBackend(answer: (stream: number) => readonly Buffer[]): Promise<FrameBackend> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.write(frame(frameTypes.settings, 0, 0));
    let received = Buffer.alloc(0);
    let isBegun = false;
    socket.on('data', (chunk: Buffer) => {
      received = Buffer.concat([received, chunk]);
      if (!isBegun) {
        if (received.length < preface.length) return;
        received = received.subarray(preface.length);
        isBegun = true;
      }
      while (received.length >= 9) {
        const length = received.readUIntBE(0, 3);
        if (received.length < 9 + length) return;
        const type = received[3];
        const isAcknowledgement = received[4] === 1;
        const stream = received.readUInt32BE(5);
        received = received.subarray(9 + length);
        if (type === frameTypes.settings && !isAcknowledgement) socket.write(frame(frameTypes.settings, 1, 0));
        if (type === frameTypes.headers) socket.write(Buffer.concat(answer(stream)));
      }
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    endpoint: { address: '127.0.0.1', port: (server.address() as AddressInfo).port, ready: true },
    close: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
