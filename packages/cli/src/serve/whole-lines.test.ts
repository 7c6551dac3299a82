import { PassThrough, Writable } from 'node:stream';
import { setImmediate as tick } from 'node:timers/promises';
import { LineWriter } from '@ingresskit/proxy';
import { expect, it } from 'vitest';
import { passLines } from './whole-lines.ts';

/** Streams of processes that share a writer, and what came out of it. */
function passing(count: number): { readonly from: readonly PassThrough[]; readonly writer: LineWriter; written(): string } {
  let text = '';
  const stream = new Writable({
    write: (chunk: Buffer, _encoding, done) => {
      text += chunk.toString();
      done();
    },
  });
  const writer = new LineWriter({ stream });
  const from = Array.from({ length: count }, () => new PassThrough());
  for (const one of from) passLines(one, writer);
  return {
    from,
    writer,
    written: () => {
      writer.flush();
      return text;
    },
  };
}

/** Says it piece by piece, as it would come through a pipe. */
async function say(to: PassThrough, ...pieces: readonly (string | Buffer)[]): Promise<void> {
  for (const piece of pieces) {
    to.write(piece);
    await tick();
  }
}

it('a line that comes in pieces is written when it is whole', async () => {
  const { from, written } = passing(1);
  await say(from[0] as PassThrough, 'on', 'e\ntw');
  expect(written()).toBe('one\n');
  await say(from[0] as PassThrough, 'o\n', 'three\n\nfour\n');
  expect(written()).toBe('one\ntwo\nthree\n\nfour\n');
});

it('lines of two processes do not mix', async () => {
  const { from, written } = passing(2);
  const [one, other] = from as [PassThrough, PassThrough];
  await say(one, 'a1 ');
  await say(other, 'b1 ');
  await say(one, 'a2\n');
  await say(other, 'b2\n');
  expect(written()).toBe('a1 a2\nb1 b2\n');
});

it('a character may be cut in two', async () => {
  const { from, written } = passing(1);
  const bytes = Buffer.from('grün\n');
  await say(from[0] as PassThrough, bytes.subarray(0, 3), bytes.subarray(3));
  expect(written()).toBe('grün\n');
});

it('half a line at the end, or before a fault, is none', async () => {
  const { from, written } = passing(2);
  const [one, other] = from as [PassThrough, PassThrough];
  await say(one, 'whole\nhalf');
  one.end();
  await say(other, 'whole too\nhalf');
  other.destroy(new Error('the process was killed'));
  await tick();
  expect(written()).toBe('whole\nwhole too\n');
});

it('what is longer than any line of a log is dropped to its end', async () => {
  const { from, written } = passing(1);
  const piece = 'x'.repeat(600_000);
  await say(from[0] as PassThrough, 'before\n', piece, piece, piece, 'rest\nafter\n');
  expect(written().slice(0, 100)).toBe('before\nafter\n');
});

it('a reader that is slow loses whole lines, which are counted', async () => {
  const stream = new Writable({ write: () => undefined });
  const writer = new LineWriter({ stream, mostWaiting: 10 });
  const from = new PassThrough();
  passLines(from, writer);
  await say(from, '123456\n', '123456\n', '1\n');
  expect(writer.dropped).toBe(1);
});
