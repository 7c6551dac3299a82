import type { Admission, LimitStore } from '@ingresskit/proxy';
import { expect, it } from 'vitest';
import { LimitServer } from './shared-limits.ts';

const rate = { kind: 'limit-count', id: 1, question: {} };
const place = { kind: 'limit-enter', id: 2, question: {} };

function served(store: Partial<LimitStore>): { readonly server: LimitServer; readonly replies: unknown[] } {
  const replies: unknown[] = [];
  const server = new LimitServer(store as LimitStore, (reply) => replies.push(reply));
  return { server, replies };
}

it('a store that fails leaves the worker’s request uncounted', async () => {
  const fail = (): Promise<never> => Promise.reject(new Error('down'));
  const { server, replies } = served({ count: fail, enter: fail });
  await server.receive(rate);
  await server.receive(place);
  const answer = { verdict: 'uncounted', why: expect.any(String) };
  expect(replies).toEqual([
    { kind: 'limit-answer', id: 1, answer },
    { kind: 'limit-answer', id: 2, answer },
  ]);
});

it('places that come when the worker is gone are given back', async () => {
  let admit = (_: Admission): void => undefined;
  let left = 0;
  const { server } = served({
    enter: () =>
      new Promise((resolve) => {
        admit = resolve;
      }),
  });
  const entering = server.receive(place);
  server.release();
  admit({ answer: { verdict: 'passes' }, leave: () => void (left += 1) });
  await entering;
  expect(left).toBe(1);
});
