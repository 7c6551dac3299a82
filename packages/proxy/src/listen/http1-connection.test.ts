import type { Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { Sweeper } from '../sweep.ts';
import { Http1Connection } from './http1-connection.ts';

describe('a connection of HTTP/1', () => {
  let now = 0;
  const sweeper = new Sweeper(() => now);
  afterEach(() => sweeper.close());

  function open(): { readonly connection: Http1Connection; readonly socket: { bytesRead: number; destroyed: boolean } } {
    const socket = {
      bytesRead: 0,
      destroyed: false,
      destroy(): void {
        this.destroyed = true;
      },
    };
    const peer = { address: '127.0.0.1', port: 1, localAddress: '127.0.0.1', localPort: 80 };
    const connection = new Http1Connection(socket as unknown as Socket, peer, sweeper, 1_000);
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

  it('is not closed before its first request, under one, or when the next has begun: others see to those', () => {
    const { connection, socket } = open();
    after(5_000);
    connection.enter();
    connection.enter();
    connection.leave();
    after(5_000);
    connection.leave();
    socket.bytesRead += 1;
    after(5_000);
    expect(socket.destroyed).toBe(false);
  });
});
