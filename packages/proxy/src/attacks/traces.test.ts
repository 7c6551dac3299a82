import { Writable } from 'node:stream';
import { inspect } from 'node:util';
import { expect, it } from 'vitest';
import { AccessLog, GatewayMetrics, LineWriter } from '../observe/index.ts';
import { observeExchanges } from '../observe-exchanges.ts';
import { ingressYaml, serviceYaml } from '../testing/harness.ts';
import { type Guarded, guardedManifests, request, startGuarded } from './guarded.ts';

/** Everything that a format writes while the callback runs. */
async function written(guarded: Guarded, format: 'json' | 'nginx', run: () => Promise<void>): Promise<string> {
  let text = '';
  const stream = new Writable({
    write(chunk, _encoding, done) {
      text += String(chunk);
      done();
    },
  });
  const stop = observeExchanges(guarded.running.proxy, {
    accessLog: new AccessLog({ writer: new LineWriter({ stream }), format, random: () => 0 }),
  });
  await run();
  while (guarded.running.proxy.report().exchanges > 0) await new Promise(setImmediate);
  await new Promise(setImmediate);
  stop();
  return text;
}

it('A42: one line of JSON for each request, whatever is in it', async () => {
  const guarded = await startGuarded();
  const odd = [
    'quote"quote',
    'back\\slash',
    '\x1b[31mred',
    'tab\there',
    'semi;colon',
    '{"a":1}',
    '\x9b31m',
    '\xff\xfe',
    'a%0d%0ab',
    "'; drop",
  ];
  const requests = odd.flatMap((text) => [
    request([`User-Agent: ${text}`, `Referer: ${text}`], '', 'GET'),
    `GET /${text.replaceAll(/[\s]/g, '')} HTTP/1.1\r\nHost: a.example\r\n\r\n`,
    `GET / HTTP/1.1\r\nHost: ${text}\r\n\r\n`,
    request([`Authorization: Basic ${Buffer.from(`${text}:x`, 'latin1').toString('base64')}`], '', 'GET', '/admin'),
  ]);
  let answered = 0;
  const text = await written(guarded, 'json', async () => {
    for (const bytes of requests) {
      await guarded.send(bytes);
      answered += 1;
    }
  });
  const lines = text.split('\n').filter((line) => line !== '');
  const { records } = guarded.running;
  expect(answered).toBe(requests.length);
  // What the parser refused is no exchange; every exchange is one line.
  expect(lines).toHaveLength(records.length);
  for (const line of lines) {
    expect(() => JSON.parse(line)).not.toThrow();
    // Neither a control character nor one of the second set, which terminals obey as well.
    expect(line).not.toMatch(/[\0-\x1f\x7f-\x9f]/);
  }
  await guarded.close();
});

it('A43: no secret in logs, metrics, records or errors', async () => {
  const secrets = ['planted-token', 'planted-cookie', 'planted-password', 'planted-signature', '5en6G6MezRroT3XKqkdPOmY'];
  const guarded = await startGuarded();
  const metrics = new GatewayMetrics();
  const stop = observeExchanges(guarded.running.proxy, { metrics });
  const run = async (): Promise<void> => {
    for (const path of ['/', '/admin', '/?X-Amz-Signature=planted-signature&sig=planted-signature']) {
      await guarded.send(
        request(
          [
            'Cookie: session=planted-cookie',
            `Authorization: Basic ${Buffer.from('alice:planted-password').toString('base64')}`,
            'Proxy-Authorization: Bearer planted-token',
          ],
          '',
          'GET',
          path,
        ),
      );
      await guarded.send(request(['Authorization: Bearer planted-token'], '', 'GET', path));
    }
  };
  const output = [
    await written(guarded, 'json', run),
    await written(guarded, 'nginx', run),
    await metrics.text(),
    inspect(guarded.running.proxy, { depth: 8 }),
    JSON.stringify(guarded.running.proxy.report()),
    inspect(guarded.running.errors),
  ].join('\n');
  expect(output.length).toBeGreaterThan(1_000);
  for (const secret of [...secrets, Buffer.from('alice:planted-password').toString('base64')]) expect(output, secret).not.toContain(secret);
  stop();
  metrics.close();
  await guarded.close();
});

it('a header that no writer takes answers 502 or 500 and takes nothing down', async () => {
  const guarded = await startGuarded({}, `${ingressYaml('web', 'a.example', { '/': 'web' })}${serviceYaml('web')}`);
  guarded.backend.server.removeAllListeners('request').on('request', (_request, response) => {
    response.socket?.end('HTTP/1.1 200 OK\r\nContent-Length: 0\r\nX-Odd: \xc3\xa9\r\n\r\n', 'latin1');
  });
  expect((await guarded.send(request([], '', 'GET'))).status).toBe(200);
  expect(guardedManifests).toContain('web');
  await guarded.close();
});
