import type { ConcurrencyAnswer, RateAnswer } from '@ingresskit/families';
import { afterEach, describe, expect, test } from 'vitest';
import { concurrencyQuestion, rateQuestion } from '../redis/testing/questions.ts';
import { startBackend } from '../testing/backend.ts';
import { compiled, ingressYaml, serviceYaml, startProxy } from '../testing/harness.ts';
import { guardLimits, limitAnswerers } from './answer-limits.ts';
import type { Admission, LimitStore } from './limit-store.ts';

const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

/** A store that answers both questions with whatever it is told. */
function storeOf(answer: () => unknown): LimitStore {
  return { count: () => answer() as RateAnswer, enter: () => answer() as Admission, close: () => Promise.resolve() };
}

const down = (): never => {
  throw new Error('down');
};
const broken: readonly (readonly [string, () => unknown])[] = [
  ['rejects', () => Promise.reject(new Error('down'))],
  ['throws', down],
  ['answers nothing', () => undefined],
  ['answers nothing, later', () => Promise.resolve(undefined)],
  ['answers null', () => null],
  ['answers a word', () => 'passes'],
  ['answers an unknown verdict', () => ({ verdict: 'maybe', answer: { verdict: 'maybe' } })],
  ['names a counter that is none', () => Promise.resolve({ verdict: 'exceeds', index: 4, answer: { verdict: 'exceeds', index: 4 } })],
];

describe.each(broken)('a store that %s', (_, answer) => {
  test('leaves the request uncounted', async () => {
    const errors: unknown[] = [];
    const { 'rate-limit': count, 'concurrency-limit': enter } = guardLimits(limitAnswerers(storeOf(answer)), (error) => errors.push(error));
    const uncounted = { verdict: 'uncounted', why: expect.any(String) };
    expect(await count(rateQuestion(['a']))).toEqual(uncounted);
    expect(await enter(concurrencyQuestion('a', 1), { onEnd: () => undefined })).toEqual(uncounted);
    expect(errors).toHaveLength(2);
  });

  test('and an answerer of the embedder’s: the route stays shut', async () => {
    const backend = await startBackend();
    closers.push(() => backend.close());
    const manifests = ingressYaml('web', 'a.example', { '/': 'web' }, { 'mse.ingress.kubernetes.io/rate-limit': '1' }) + serviceYaml('web');
    const running = await startProxy(compiled(manifests, { 'default/web:80': [backend.endpoint] }), {
      answerers: { 'rate-limit': answer },
    });
    closers.push(() => running.close());
    expect((await running.proxy.fetch('http://a.example/')).status).toBe(503);
    expect(backend.seen).toHaveLength(0);
  });

  test.each(['rate-limit', 'concurrency-limit'])('keeps a route with %s shut', async (limit) => {
    const backend = await startBackend();
    closers.push(() => backend.close());
    const manifests = ingressYaml('web', 'a.example', { '/': 'web' }, { [`mse.ingress.kubernetes.io/${limit}`]: '1' }) + serviceYaml('web');
    const running = await startProxy(compiled(manifests, { 'default/web:80': [backend.endpoint] }), { limits: storeOf(answer) });
    closers.push(() => running.close());
    const response = await running.proxy.fetch('http://a.example/');
    await response.text();
    expect([response.status, backend.seen.length]).toEqual([503, 0]);
    expect(running.errors).toHaveLength(1);
  });
});

test.each<unknown>([undefined, { verdict: 'maybe' }])('places behind the answer %j are given back', async (answer) => {
  let places = 1;
  const leave = (): void => void (places -= 1);
  const ends: (() => void)[] = [];
  const store = storeOf(() => Promise.resolve({ answer: answer as ConcurrencyAnswer, leave }));
  const enter = guardLimits(limitAnswerers(store))['concurrency-limit'];
  expect(await enter(concurrencyQuestion('a', 1), { onEnd: (end) => void ends.push(end) })).toMatchObject({ verdict: 'uncounted' });
  for (const end of ends) end();
  expect(places).toBe(0);
});
