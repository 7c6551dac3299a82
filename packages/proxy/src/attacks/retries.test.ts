import type { Socket } from 'node:net';
import { describe, expect, it } from 'vitest';
import { startRawBackend } from '../testing/backend.ts';
import { compiled, ingressYaml, serviceYaml, startProxy } from '../testing/harness.ts';
import { sendRaw } from '../testing/raw-client.ts';

const get = 'GET / HTTP/1.1\r\nHost: a.example\r\n\r\n';
const ok = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok';

describe('A46: retries', () => {
  const retrying = (annotations: Readonly<Record<string, string>>): string =>
    ingressYaml('web', 'a.example', { '/': 'web' }, annotations) + serviceYaml('web');

  async function attempts(
    annotations: Readonly<Record<string, string>>,
    request: string,
    answer: (count: number) => string | undefined,
  ): Promise<{ readonly seen: number; readonly status: number }> {
    let seen = 0;
    const backend = await startRawBackend((socket) => {
      let text = '';
      socket.on('data', (chunk) => {
        text += chunk.toString('latin1');
        if (!text.includes('\r\n\r\n')) return;
        text = '';
        seen += 1;
        const bytes = answer(seen);
        if (bytes === undefined) socket.resetAndDestroy();
        else socket.write(bytes);
      });
    });
    const running = await startProxy(compiled(retrying(annotations), { 'default/web:80': [backend.endpoint] }), { random: () => 0 });
    const { status } = await sendRaw(running.port, request);
    await running.close();
    await backend.close();
    return { seen, status };
  }

  const post = 'POST / HTTP/1.1\r\nHost: a.example\r\nContent-Length: 2\r\n\r\nhi';
  const unavailable = 'HTTP/1.1 503 No\r\nContent-Length: 0\r\n\r\n';

  it('a GET is sent again until it is answered', async () => {
    expect(await attempts({ 'proxy-next-upstream-tries': '3' }, get, (count) => (count < 3 ? undefined : ok))).toEqual({
      seen: 3,
      status: 200,
    });
  });
  it('no more often than the tries allow', async () => {
    expect(await attempts({ 'proxy-next-upstream-tries': '2' }, get, () => undefined)).toEqual({ seen: 2, status: 502 });
  });
  it('a POST is not, once a backend may have seen it', async () => {
    expect(await attempts({ 'proxy-next-upstream-tries': '3' }, post, () => undefined)).toEqual({ seen: 1, status: 502 });
    expect(await attempts({ 'proxy-next-upstream-tries': '3' }, post, () => unavailable)).toEqual({ seen: 1, status: 503 });
  });
  it('unless the policy says so, with its body', async () => {
    expect(
      await attempts({ 'proxy-next-upstream': 'error,http_503,non_idempotent', 'proxy-next-upstream-tries': '3' }, post, (count) =>
        count < 3 ? unavailable : ok,
      ),
    ).toEqual({ seen: 3, status: 200 });
  });
  it('never after the first byte of an answer', async () => {
    const cut = 'HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhello';
    const retries = { 'proxy-next-upstream': 'error timeout invalid_header http_502 non_idempotent', 'proxy-next-upstream-tries': '3' };
    for (const end of ['reset', 'ended'] as const) {
      let seen = 0;
      const backend = await startRawBackend((socket) => {
        socket.on('data', () => {
          seen += 1;
          socket.write(cut, () => (end === 'reset' ? socket.resetAndDestroy() : socket.end()));
        });
      });
      const running = await startProxy(compiled(retrying(retries), { 'default/web:80': [backend.endpoint] }));
      const ended = running.nextRecord();
      expect(await sendRaw(running.port, get)).toMatchObject({ status: 200, closed: true });
      expect(await ended).toMatchObject({ tries: 1, complete: false, flags: ['UC'] });
      expect(seen).toBe(1);
      // The same terms do send again what broke before it.
      expect((await attempts(retries, get, (count) => (count < 3 ? undefined : ok))).seen).toBe(3);
      await Promise.all([running.close(), backend.close()]);
    }
  });
  describe('a storm of two hundred requests costs a fifth more', () => {
    /** What a backend sees of it, that is dead to those that the test says so of; the others wait until the storm is over. */
    async function storm(isDead: (index: number) => boolean): Promise<number> {
      const requests = 200;
      let seen = 0;
      const waiting: Socket[] = [];
      const backend = await startRawBackend((socket) => {
        socket.on('data', (bytes) => {
          seen += 1;
          if (isDead(Number(/^GET \/(\d+) /.exec(bytes.toString())?.[1]))) socket.resetAndDestroy();
          else waiting.push(socket);
        });
      });
      const running = await startProxy(
        compiled(retrying({ 'proxy-next-upstream-tries': '10' }), { 'default/web:80': [backend.endpoint] }),
        { retryBudget: { ratio: 0.2, least: 0 } },
      );
      const indexes = Array.from({ length: requests }, (_, index) => index);
      const answers = indexes.map((index) => running.proxy.fetch(`http://a.example/${index}`));
      await Promise.all(answers.filter((_, index) => isDead(index)));
      while (waiting.length < indexes.filter((index) => !isDead(index)).length) await new Promise(setImmediate);
      for (const socket of waiting) socket.write(ok);
      await Promise.all(answers);
      expect(seen).toBeGreaterThanOrEqual(requests);
      // Who was not tried again for want of budget is told so in the log.
      const refused = running.records.filter(({ flags }) => flags.includes('URX'));
      expect(refused).toHaveLength(indexes.filter(isDead).length);
      await running.close();
      await backend.close();
      return seen - requests;
    }

    it('when all of them fail', async () => {
      expect(await storm(() => true)).toBe(40);
    });
    it('when some fail at once and the others wait: retries that are short are not more of them', async () => {
      expect(await storm((index) => index % 4 === 0)).toBe(40);
    });
  });
});
