import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { WorkerConfig } from './worker-config.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

it('each question gets its own answer, in whatever order they come', async () => {
  const config = new WorkerConfig();
  const sent: number[] = [];
  const first = config.ask((id) => void sent.push(id));
  const second = config.ask((id) => void sent.push(id));
  const [one, other] = sent as [number, number];
  expect(one).not.toBe(other);
  config.take(other, 'second');
  config.take(one, 'first');
  expect(await Promise.all([first, second])).toEqual(['first', 'second']);
  expect(vi.getTimerCount()).toBe(0);
});

it('an answer may come while the question is sent', async () => {
  const config = new WorkerConfig();
  expect(await config.ask((id) => config.take(id, undefined))).toBeUndefined();
});

it('a worker that does not answer is given up, and what it says later is nobody’s', async () => {
  const config = new WorkerConfig();
  let asked = -1;
  const answer = expect(
    config.ask((id) => {
      asked = id;
    }),
  ).rejects.toThrow('the worker does not answer');
  await vi.advanceTimersByTimeAsync(5_000);
  await answer;
  config.take(asked, 'late');
  config.take(99, 'never asked');
  expect(await config.ask((id) => config.take(id, 'in time'))).toBe('in time');
});

it('a question that cannot be sent leaves nothing waiting', async () => {
  const config = new WorkerConfig();
  const send = (): void => {
    throw new Error('gone');
  };
  await expect(config.ask(send)).rejects.toThrow('gone');
  expect(vi.getTimerCount()).toBe(0);
});
