import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { WorkerMetrics } from './worker-metrics.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function counter(value: number, labels: Readonly<Record<string, string>> = {}): object {
  return { name: 'requests_total', help: 'Requests.', type: 'counter', aggregator: 'sum', values: [{ value, labels }] };
}
function gauge(value: number): object {
  return { name: 'connections', help: 'Connections.', type: 'gauge', aggregator: 'sum', values: [{ value, labels: {} }] };
}
const nobody = (): void => undefined;

/** The samples of a text, by name and labels. */
function samples(text: string): Readonly<Record<string, number>> {
  const lines = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  return Object.fromEntries(lines.map((line) => [line.slice(0, line.lastIndexOf(' ')), Number(line.slice(line.lastIndexOf(' ')))]));
}

describe('what workers count', () => {
  it('is added, label by label', async () => {
    const metrics = new WorkerMetrics();
    const said = new Map([
      [1, [counter(2, { code: '200' }), gauge(3)]],
      [2, [counter(5, { code: '200' }), gauge(4)]],
      [3, [counter(1, { code: '404' })]],
    ]);
    const text = await metrics.text([1, 2, 3], (worker, scrape) => metrics.take(worker, scrape, said.get(worker) ?? []), 7, [
      { ...counter(9), name: 'own_total' },
    ]);
    expect(samples(text)).toEqual({
      'requests_total{code="200"}': 7,
      'requests_total{code="404"}': 1,
      connections: 7,
      mseingress_access_log_dropped_lines: 7,
      own_total: 9,
    });
  });

  it('does not go back when one is replaced: its counters stay, its gauges go', async () => {
    const metrics = new WorkerMetrics();
    metrics.take(1, undefined, [counter(100), gauge(8)]);
    metrics.take(2, undefined, [counter(10), gauge(1)]);
    expect(samples(await metrics.text([], nobody, 0, []))).toMatchObject({ requests_total: 110, connections: 9 });
    metrics.retire(1);
    expect(samples(await metrics.text([], nobody, 0, []))).toMatchObject({ requests_total: 110, connections: 1 });
    // Its successor begins from nothing, and ends as well.
    metrics.take(3, undefined, [counter(4), gauge(2)]);
    expect(samples(await metrics.text([], nobody, 0, []))).toMatchObject({ requests_total: 114, connections: 3 });
    metrics.retire(3);
    metrics.retire(2);
    expect(samples(await metrics.text([], nobody, 0, []))).toMatchObject({ requests_total: 114 });
  });

  it('is what each said last, not all that it ever said', async () => {
    const metrics = new WorkerMetrics();
    for (const value of [1, 5, 6]) metrics.take(1, undefined, [counter(value)]);
    expect(samples(await metrics.text([], nobody, 0, []))).toMatchObject({ requests_total: 6 });
  });
});

describe('a scrape', () => {
  it('asks each worker once, and waits for all of them', async () => {
    const metrics = new WorkerMetrics();
    const asked: (readonly [number, number])[] = [];
    let text: string | undefined;
    const scraped = metrics
      .text([1, 2], (...question) => void asked.push(question), 0, [])
      .then((all) => {
        text = all;
      });
    expect(asked.map(([worker]) => worker)).toEqual([1, 2]);
    const scrape = asked[0]?.[1];
    metrics.take(1, scrape, [counter(1)]);
    // The same one again, one that was not asked, and one that says something by itself.
    metrics.take(1, scrape, [counter(2)]);
    metrics.take(3, scrape, [counter(10)]);
    metrics.take(2, undefined, [counter(100)]);
    await vi.advanceTimersByTimeAsync(0);
    expect(text).toBeUndefined();
    metrics.take(2, scrape, [counter(200)]);
    await scraped;
    expect(samples(text ?? '')).toMatchObject({ requests_total: 212 });
    expect(vi.getTimerCount()).toBe(0);
  });

  it('does not wait for one that ends', async () => {
    const metrics = new WorkerMetrics();
    metrics.take(1, undefined, [counter(3)]);
    const text = metrics.text([1], nobody, 0, []);
    metrics.retire(1);
    expect(samples(await text)).toMatchObject({ requests_total: 3 });
  });

  it('counts one that is busy with what it said last, and takes its answer when it comes', async () => {
    const metrics = new WorkerMetrics();
    let late = -1;
    metrics.take(1, undefined, [counter(3)]);
    const text = metrics.text([1], (_worker, scrape) => void (late = scrape), 0, []);
    await vi.advanceTimersByTimeAsync(2_000);
    expect(samples(await text)).toMatchObject({ requests_total: 3 });
    metrics.take(1, late, [counter(4)]);
    // An answer to an old question is none to a new one.
    let isDone = false;
    let scrape = -1;
    const next = metrics.text([1], (_worker, number) => void (scrape = number), 0, []);
    void next.then(() => {
      isDone = true;
    });
    metrics.take(1, late, [counter(5)]);
    await vi.advanceTimersByTimeAsync(0);
    expect(isDone).toBe(false);
    metrics.take(1, scrape, [counter(6)]);
    expect(samples(await next)).toMatchObject({ requests_total: 6 });
  });

  it('with no worker at all says what this process counts', async () => {
    expect(samples(await new WorkerMetrics().text([], nobody, 2, [gauge(1)]))).toEqual({
      connections: 1,
      mseingress_access_log_dropped_lines: 2,
    });
    expect(vi.getTimerCount()).toBe(0);
  });
});
