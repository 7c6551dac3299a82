import type { Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { defaultTimeouts } from '../exchange/core.ts';
import { Sweeper } from '../sweep.ts';
import { Http1Connection } from './http1-connection.ts';

describe('a connection of HTTP/1', () => {
  let now = 0;
  const sweeper = new Sweeper(() => now);
  afterEach(() => sweeper.close());

  function open(waitedMs = 0): { readonly connection: Http1Connection; readonly socket: { bytesRead: number; destroyed: boolean } } {
    const socket = {
      bytesRead: 0,
      destroyed: false,
      destroy(): void {
        this.destroyed = true;
      },
    };
    const peer = { address: '127.0.0.1', port: 1, localAddress: '127.0.0.1', localPort: 80 };
    const timeouts = { ...defaultTimeouts, keepAliveMs: 1_000, headersMs: 3_000 };
    const connection = new Http1Connection(socket as unknown as Socket, peer, sweeper, timeouts, waitedMs);
    sweeper.add(connection);
    return { connection, socket };
  }
  const after = (milliseconds: number): void => {
    now += milliseconds;
    sweeper.sweep();
  };

  it('is closed when nothing comes after a response', () => {
    const { connection, socket } = open();
    connection.enter();
    after(10_000);
    connection.leave();
    after(999);
    expect(socket.destroyed).toBe(false);
    after(1);
    expect(socket.destroyed).toBe(true);
  });

  it('is not closed under a request', () => {
    const { connection, socket } = open();
    connection.enter();
    connection.enter();
    connection.leave();
    after(50_000);
    expect(socket.destroyed).toBe(false);
  });

  it('has the time of headers for its first request, of which some may be over, and a second for Node to say so', () => {
    for (const waitedMs of [0, 2_000]) {
      const { connection, socket } = open(waitedMs);
      after(3_999 - waitedMs);
      expect(socket.destroyed).toBe(false);
      after(1);
      expect(socket.destroyed).toBe(true);
      connection.enter();
    }
  });

  it('has it from the first byte after a response on, however many follow', () => {
    const { connection, socket } = open();
    connection.enter();
    connection.leave();
    after(500);
    for (let time = 0; time < 4_000; time += 500) {
      expect(socket.destroyed).toBe(false);
      socket.bytesRead += 1;
      after(500);
    }
    expect(socket.destroyed).toBe(false);
    after(500);
    expect(socket.destroyed).toBe(true);
  });

  it('and no more when a request arrives', () => {
    const { connection, socket } = open();
    connection.enter();
    connection.leave();
    socket.bytesRead += 1;
    after(500);
    connection.enter();
    after(50_000);
    connection.leave();
    after(999);
    expect(socket.destroyed).toBe(false);
  });
});
