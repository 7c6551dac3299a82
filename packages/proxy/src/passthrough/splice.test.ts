import type { Socket } from 'node:net';
import { Duplex } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { type End, Splice } from './splice.ts';
import { until } from './testing/site.ts';

/** One side of a connection, without a network: what is written to it waits until it is taken. */
class Side extends Duplex {
  readonly taken: string[] = [];
  readonly #waiting: (() => void)[] = [];
  #takes = true;

  constructor() {
    super({ highWaterMark: 4, allowHalfOpen: true });
  }

  override _read(): void {}

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: () => void): void {
    this.taken.push(chunk.toString());
    if (this.#takes) done();
    else this.#waiting.push(done);
  }

  stall(): void {
    this.#takes = false;
  }

  release(): void {
    this.#takes = true;
    for (const done of this.#waiting.splice(0)) done();
  }
}

function splice(): { client: Side; upstream: Side; over: (End | undefined)[]; moved: End[]; joined: Splice } {
  const [client, upstream] = [new Side(), new Side()];
  const over: (End | undefined)[] = [];
  const moved: End[] = [];
  const joined = new Splice(client as unknown as Socket, upstream as unknown as Socket, {
    onMoved: (from) => void moved.push(from),
    onOver: (cut) => void over.push(cut),
  });
  return { client, upstream, over, moved, joined };
}

describe('two connections, joined', () => {
  it('a side that does not read stops the other one, and only in that direction', async () => {
    const { client, upstream, moved, joined } = splice();
    upstream.stall();
    client.push('12345');
    await until(() => client.isPaused());
    client.push('67890');
    upstream.push('abc');
    await until(() => client.taken.length === 1);
    expect(upstream.taken).toEqual(['12345']);
    expect(upstream.isPaused()).toBe(false);
    upstream.release();
    await until(() => upstream.taken.length === 2);
    expect(upstream.taken).toEqual(['12345', '67890']);
    expect(client.isPaused()).toBe(false);
    expect([joined.bytesReceived, joined.bytesSent]).toEqual([10, 3]);
    // What is taken late counts as a sign of life as well.
    expect(moved.filter((from) => from === 'client')).toHaveLength(3);
  });

  it('is over when both have ended, however late the last byte is taken', async () => {
    const { client, upstream, over } = splice();
    client.stall();
    upstream.push('answer');
    upstream.push(null);
    await until(() => client.taken.length === 1);
    client.push(null);
    await until(() => upstream.writableFinished);
    expect(over).toEqual([]);
    expect(client.destroyed).toBe(false);
    client.release();
    await until(() => over.length > 0);
    expect(over).toEqual([undefined]);
    expect([client.destroyed, upstream.destroyed]).toEqual([true, true]);
  });

  it.each(['client', 'upstream'] as const)('is cut when the %s breaks, with or without an error', async (name) => {
    for (const error of [new Error('reset'), undefined]) {
      const joined = splice();
      joined[name].destroy(error);
      await until(() => joined.over.length > 0);
      expect(joined.over).toEqual([name]);
      expect([joined.client.destroyed, joined.upstream.destroyed]).toEqual([true, true]);
    }
  });

  it('is cut when a side breaks that had ended, while the other still speaks', async () => {
    const { client, upstream, over } = splice();
    client.push(null);
    await until(() => upstream.writableFinished);
    client.destroy();
    await until(() => over.length > 0);
    expect(over).toEqual(['client']);
    upstream.push('too late');
    expect(upstream.destroyed).toBe(true);
  });

  it('says nothing when its owner ends it', async () => {
    const { client, upstream, over, joined } = splice();
    joined.destroy();
    await until(() => client.closed && upstream.closed);
    expect(over).toEqual([]);
  });
});
