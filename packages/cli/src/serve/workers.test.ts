import { once } from 'node:events';
import { connect } from 'node:net';
import process from 'node:process';
import { setTimeout as wait } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ask, childrenOf, type Serving, type Stage, setStage, stop, sumOf, webManifests } from '../testing/serving.ts';

let stage: Stage;
beforeEach(async () => {
  stage = await setStage();
  stage.write(webManifests('/'));
});
afterEach(() => stage.close());

const requests = 'http_server_requests_total';

async function askOften({ http }: Serving, times: number, headers = {}): Promise<void> {
  let left = times;
  await Promise.all(
    Array.from({ length: 16 }, async () => {
      while (left-- > 0) expect(await ask(http, '/', headers)).toBe('200 GET /');
    }),
  );
}

describe('--workers', () => {
  it('write whole lines of the access log, however slow the reader is, and count what they drop', async () => {
    const serving = await stage.serve(['--workers', '2', '--access-log', 'json', '--grace', '5']);
    const { stdout } = serving.child;
    let text = '';
    stdout?.on('data', (piece: string) => {
      text += piece;
      stdout.pause();
      setTimeout(() => stdout.resume(), 5);
    });
    await askOften(serving, 1_500, { 'user-agent': 'x'.repeat(3_000) });
    const lines = (): string[] => text.split('\n').slice(0, -1);
    let dropped = 0;
    // What still waits is neither read nor dropped.
    while (lines().length + dropped < 1_500) {
      await wait(50);
      dropped = await sumOf(serving, 'mseingress_access_log_dropped_lines');
    }
    for (const line of lines()) expect(() => JSON.parse(line), line.slice(0, 200)).not.toThrow();
    expect(lines().length + dropped).toBe(1_500);
    expect(await stop(serving)).toBe(0);
  });

  it('what is still in a worker when it ends is written', async () => {
    const serving = await stage.serve(['--workers', '2', '--access-log', 'json', '--grace', '5']);
    let text = '';
    serving.child.stdout?.on('data', (piece: string) => {
      text += piece;
    });
    await askOften(serving, 40);
    expect(await stop(serving)).toBe(0);
    expect(text.trim().split('\n')).toHaveLength(40);
  });

  it.runIf(process.platform === 'linux')('counters never go back: not for a worker that dies, not for one that is late', async () => {
    const serving = await stage.serve(['--workers', '2', '--grace', '5']);
    await askOften(serving, 40);
    expect(await sumOf(serving, requests)).toBe(40);
    const count = 'http_server_request_duration_seconds_count';
    expect(await sumOf(serving, count)).toBe(40);
    const [first, second] = childrenOf(serving);
    process.kill(Number(first), 'SIGSTOP');
    expect(await sumOf(serving, requests)).toBe(40);
    process.kill(Number(first), 'SIGKILL');
    await serving.said('a worker ended (SIGKILL)');
    expect([await sumOf(serving, requests), await sumOf(serving, count)]).toEqual([40, 40]);
    await serving.said('the worker that was started serves');
    process.kill(Number(second), 'SIGKILL');
    while (childrenOf(serving).includes(second ?? '')) await wait(10);
    await askOften(serving, 10);
    expect([await sumOf(serving, requests), await sumOf(serving, count)]).toEqual([50, 50]);
    expect(await sumOf(serving, 'mseingress_active_streams')).toBe(0);
    expect(await stop(serving)).toBe(0);
  });

  it.runIf(process.platform === 'linux')(
    'without the process that counts, what waits for a limit is answered, and all of them end',
    async () => {
      stage.write(webManifests('/', '{ mse.ingress.kubernetes.io/route-limit-rpm: "600" }'));
      const serving = await stage.serve(['--workers', '2', '--grace', '600']);
      const { pid = 0 } = serving.child;
      const client = connect(serving.http, '127.0.0.1');
      let text = '';
      client.setEncoding('utf8').on('data', (piece: string) => {
        text += piece;
      });
      const request = 'GET /x HTTP/1.1\r\nHost: a.example\r\n\r\n';
      client.write(request);
      while (!text.includes('GET /x')) await wait(5);
      const before = text.length;
      const workers = childrenOf(serving);
      process.kill(pid, 'SIGSTOP');
      client.write(request);
      // The question is on its way to a process that does not read.
      await wait(300);
      process.kill(pid, 'SIGKILL');
      // Cut after ten minutes of grace, or answered now.
      await once(client, 'close');
      expect(text.slice(before)).toMatch(/^HTTP\/1\.1 503 /);
      for (const worker of workers) while (isAlive(Number(worker))) await wait(10);
    },
  );
});

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
