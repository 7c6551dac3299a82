import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { lineBatches, type TextLine } from './lines.ts';

async function* from(chunks: readonly (string | Uint8Array)[]): AsyncGenerator<string | Uint8Array, undefined, undefined> {
  for (const chunk of chunks) yield await Promise.resolve(chunk);
}

async function gather(chunks: readonly (string | Uint8Array)[]): Promise<TextLine[][]> {
  const batches: TextLine[][] = [];
  for await (const batch of lineBatches(from(chunks))) batches.push([...batch]);
  return batches;
}

describe('lineBatches', () => {
  it('passes on what each chunk completes', async () => {
    expect(await gather(['a\nb', 'c\n', 'd'])).toEqual([
      [{ number: 1, text: 'a' }],
      [{ number: 2, text: 'bc' }],
      [{ number: 3, text: 'd' }],
    ]);
  });

  it('leaves out blank lines and counts them', async () => {
    expect(await gather(['\n\n  \na\r\n\n'])).toEqual([[{ number: 4, text: 'a\r' }]]);
  });

  it('takes a byte order mark away', async () => {
    expect(await gather(['\uFEFFa\n'])).toEqual([[{ number: 1, text: 'a' }]]);
    expect(await gather([new TextEncoder().encode('\uFEFFa\n')])).toEqual([[{ number: 1, text: 'a' }]]);
  });

  it('yields the lines of the text however it is cut, also within a character', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.string({ unit: 'grapheme' })), fc.array(fc.integer({ min: 1, max: 7 })), async (parts, sizes) => {
        const text = parts.join('\n');
        const bytes = new TextEncoder().encode(text);
        const chunks: Uint8Array[] = [];
        for (let at = 0, turn = 0; at < bytes.length; turn += 1) {
          const size = sizes[turn % Math.max(1, sizes.length)] ?? 5;
          chunks.push(bytes.slice(at, at + size));
          at += size;
        }
        const expected = new TextDecoder()
          .decode(bytes)
          .split('\n')
          .map((line, index) => ({ number: index + 1, text: line }))
          .filter((line) => line.text.trim() !== '');
        expect((await gather(chunks)).flat()).toEqual(expected);
      }),
    );
  });

  it('has no lines where there is no text', async () => {
    expect(await gather([])).toEqual([]);
    expect(await gather(['', ''])).toEqual([]);
  });
});
