import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readLines } from './lines.ts';

async function* pieces(bytes: Uint8Array, sizes: readonly number[]): AsyncGenerator<Uint8Array, undefined, undefined> {
  await Promise.resolve();
  for (let start = 0, turn = 0; start < bytes.byteLength; turn += 1) {
    const size = sizes[turn % sizes.length] ?? 1;
    yield bytes.subarray(start, start + size);
    start += size;
  }
}

async function linesOf(text: string, sizes: readonly number[], limit?: number): Promise<readonly string[]> {
  const lines: string[] = [];
  for await (const line of readLines(pieces(new TextEncoder().encode(text), sizes), 'watch configmaps', limit)) lines.push(line);
  return lines;
}

describe('readLines', () => {
  it('gives the same lines however the bytes are cut (law)', async () => {
    const line = fc.string({ unit: 'grapheme', minLength: 1 }).filter((text) => !/[\n\r]/.test(text) && !text.startsWith('\uFEFF'));
    await fc.assert(
      fc.asyncProperty(fc.array(line), fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1 }), async (lines, sizes) => {
        expect(await linesOf(lines.map((text) => `${text}\n`).join(''), sizes)).toEqual(lines);
      }),
    );
  });

  it('drops half a line and empty lines', async () => {
    expect(await linesOf('a\n\n\r\nb\n{"half', [3])).toEqual(['a', 'b']);
  });

  it('accepts a line of the limit, and nothing longer, with or without its end', async () => {
    expect(await linesOf(`${'x'.repeat(10)}\n`, [4], 10)).toHaveLength(1);
    for (const text of [`${'x'.repeat(11)}\n`, 'x'.repeat(11)]) {
      await expect(linesOf(text, [4], 10)).rejects.toMatchObject({
        code: 'kubernetes/line-too-long',
        message: expect.stringContaining('watch configmaps'),
      });
    }
  });
});
