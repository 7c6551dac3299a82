import { PassThrough } from 'node:stream';
import { expect, it } from 'vitest';
import { BodyCopy, ByteBudget } from '../mirror/index.ts';
import { RequestBody } from './request-body.ts';

it('a body that is copied stops its source where one that is not copied does', () => {
  const stoppedAt = (copy: BodyCopy | undefined): number => {
    const source = new PassThrough({ highWaterMark: 1 });
    const body = new RequestBody(source, () => false);
    body.copy = copy;
    // Asks for as much as a reader that has not read yet.
    body.read(0);
    for (let index = 0; index < 100 && !source.isPaused(); index++) body.onChunk(Buffer.alloc(10_000));
    return body.received;
  };
  expect(stoppedAt(new BodyCopy(10_000_000, new ByteBudget(10_000_000)))).toBe(stoppedAt(undefined));
  expect(stoppedAt(undefined)).toBeLessThan(1_000_000);
});
