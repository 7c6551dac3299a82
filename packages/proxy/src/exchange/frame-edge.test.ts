import fc from 'fast-check';
import { expect, it } from 'vitest';
import { FrameEdge } from './frame-edge.ts';

/** A frame with a payload of so many bytes. */
function frame(size: number, isMasked: boolean): Uint8Array {
  const mask = isMasked ? 0x80 : 0;
  const length =
    size < 126
      ? [mask | size]
      : size < 65_536
        ? [mask | 126, size >> 8, size & 255]
        : [mask | 127, 0, 0, 0, 0, 0, size >> 16, (size >> 8) & 255, size & 255];
  return Uint8Array.from([0x82, ...length, ...(isMasked ? [1, 2, 3, 4] : []), ...new Array<number>(size).fill(0x88)]);
}

it('finds the edges of any frames, however the stream is cut', () => {
  const size = fc.oneof(fc.nat(130), fc.constantFrom(125, 126, 127, 65_535, 65_536, 70_000));
  fc.assert(
    fc.property(
      fc.array(fc.tuple(size, fc.boolean()), { maxLength: 5 }),
      fc.infiniteStream(fc.integer({ min: 1, max: 9_000 })),
      (frames, cuts) => {
        const bytes = frames.map(([length, isMasked]) => frame(length, isMasked));
        const stream = Buffer.concat(bytes);
        const edges = new Set<number>();
        let end = 0;
        for (const { length } of bytes) edges.add((end += length));
        const edge = new FrameEdge();
        const found = new Set<number>();
        let at = 0;
        while (at < stream.length) {
          const piece = stream.subarray(at, at + (cuts.next().value as number));
          at += edge.follow(piece, true);
          if (edge.isReached) found.add(at);
        }
        expect(found).toEqual(edges);
      },
    ),
  );
});
