import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readRequest, record } from '../../testing/fastcgi-responder.ts';
import { encodeRequestHead, type FastCgiParam } from './record.ts';

const emptyStdin = record(5);

test('a request is for a responder, on a connection that ends with it', () => {
  expect(readRequest(Buffer.concat([encodeRequestHead([['A', 'b']]), emptyStdin]))).toEqual({
    role: 1,
    flags: 0,
    params: { A: 'b' },
    body: Buffer.alloc(0),
  });
});

test('parameters arrive as they are, whatever their number and lengths', () => {
  const text = fc.oneof(
    fc.stringMatching(/^[ -~]{0,20}$/),
    fc.constantFrom(127, 128, 255, 256, 65_535, 70_000).map((length) => 'x'.repeat(length)),
  );
  fc.assert(
    fc.property(fc.dictionary(fc.stringMatching(/^[A-Z_]{1,9}$/), text, { maxKeys: 9, noNullPrototype: true }), (params) => {
      const seen = readRequest(Buffer.concat([encodeRequestHead(Object.entries(params) as FastCgiParam[]), emptyStdin]));
      expect(seen?.params).toEqual(params);
    }),
  );
});
