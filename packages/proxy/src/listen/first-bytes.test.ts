import type { Socket } from 'node:net';
import { Duplex } from 'node:stream';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { helloFor, inRecords } from '../testing/client-hello.ts';
import { type HelloName, maxHello, readHelloName } from '../tls/client-hello.ts';
import { lookAhead } from './first-bytes.ts';

const seedText = process.env['FUZZ_SEED'];
const seed = seedText === undefined ? (Math.random() * 2 ** 31) | 0 : Number(seedText);

/** Looks at a connection that sends these pieces and ends: what was found, and what is read afterwards. */
async function look(pieces: readonly Buffer[]): Promise<{ readonly found: HelloName | undefined; readonly replayed: Buffer }> {
  const stream = new Duplex({ read: () => undefined, write: (_chunk, _encoding, done) => done() });
  const answer = new Promise<HelloName | undefined>((resolve) => {
    stream.once('close', () => resolve(undefined));
    lookAhead(stream as unknown as Socket, { timeoutMs: 60_000, limit: maxHello, read: readHelloName }, resolve);
  });
  for (const piece of pieces) {
    stream.push(piece);
    await new Promise(setImmediate);
  }
  stream.push(null);
  const found = await answer;
  const replayed: Buffer[] = [];
  if (found !== undefined) for await (const chunk of stream) replayed.push(chunk as Buffer);
  return { found, replayed: Buffer.concat(replayed) };
}

describe(`looking ahead (FUZZ_SEED=${seed})`, () => {
  it('puts back every byte, in whatever pieces they came', async () => {
    const bytes = fc.oneof(
      fc.uint8Array({ minLength: 1, maxLength: 400 }).map((array) => Buffer.from(array)),
      fc.constant(Buffer.concat([helloFor('pass.example'), Buffer.from('more')])),
      fc.constant(inRecords(helloFor('pass.example').subarray(5), 3, 50, 51)),
    );
    await fc.assert(
      fc.asyncProperty(bytes, fc.array(fc.nat(400), { maxLength: 8 }), async (input, cuts) => {
        const places = [0, ...cuts.filter((cut) => cut < input.length).sort((a, b) => a - b), input.length];
        const pieces = places.slice(1).map((end, index) => input.subarray(places[index], end));
        const { found, replayed } = await look(pieces.filter((piece) => piece.length > 0));
        expect(found).toEqual(readHelloName(input));
        if (found !== undefined) expect(replayed.equals(input)).toBe(true);
      }),
      { seed, numRuns: 300 },
    );
  });

  it('waits for a ClientHello that comes byte by byte', async () => {
    const hello = helloFor('pass.example');
    const { found, replayed } = await look(Array.from(hello, (_, index) => hello.subarray(index, index + 1)));
    expect(found).toEqual({ name: 'pass.example' });
    expect(replayed.equals(hello)).toBe(true);
  });

  it('gives up on one that never ends', async () => {
    const endless = inRecords(Buffer.concat([Buffer.from([1, 0, 0x3f, 0xff]), Buffer.alloc(30_000)]), 8_000, 16_000, 24_000);
    const { found, replayed } = await look([endless]);
    expect(found).toEqual({ name: undefined });
    expect(replayed.equals(endless)).toBe(true);
  });
});
