import { Writable } from 'node:stream';
import { connect } from 'node:tls';
import { inspect } from 'node:util';
import { expect, it } from 'vitest';
import { AccessLog, GatewayMetrics, LineWriter } from '../observe/index.ts';
import { observeExchanges } from '../observe-exchanges.ts';
import { ingressYaml, serviceYaml } from '../testing/harness.ts';
import { selfSignedCertificates } from '../tls/self-signed.ts';
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

/** Planted where secrets are: in requests, in Secrets, in what a broken Secret says. Split, so that this file holds no key itself. */
const planted = {
  token: 'planted-token',
  cookie: 'planted-cookie',
  password: 'planted-password',
  basic: Buffer.from('alice:planted-password').toString('base64'),
  signature: 'planted-signature',
  hash: '5en6G6MezRroT3XKqkdPOmY',
  pem: 'cGxhbnRlZC1wcml2YXRlLWtleQ',
  cloudId: 'LTAI5tPlantedAccessKey',
  cloudSecret: 'PlantedAccessKeySecret30chars',
};

const withKeys =
  guardedManifests +
  ingressYaml('tls', 'tls.example', { '/': 'web' }, {}, 'broken') +
  ingressYaml('good', 'good.example', { '/': 'web' }, {}, 'good') +
  `---\napiVersion: v1\nkind: Secret\nmetadata: { name: broken }\ntype: kubernetes.io/tls\nstringData:\n` +
  `  tls.crt: "-----BEGIN CERTIFICATE-----\\n${planted.pem}\\n-----END CERTIFICATE-----"\n` +
  `  tls.key: "-----BEGIN PRIVATE KEY-----\\n${planted.pem}\\n-----END PRIVATE KEY-----"\n`;

it('A43: no secret in logs, metrics, records or errors', async () => {
  const [pair] = selfSignedCertificates('good.example');
  const key = pair?.key ?? '';
  const good = `---\napiVersion: v1\nkind: Secret\nmetadata: { name: good }\ntype: kubernetes.io/tls\nstringData: ${JSON.stringify({ 'tls.crt': pair?.certificate, 'tls.key': key })}\n`;
  const guarded = await startGuarded({}, withKeys + good, [{ port: 0 }, { port: 0, tls: true }]);
  const { running } = guarded;
  const metrics = new GatewayMetrics();
  const stop = observeExchanges(running.proxy, { metrics });
  const events: unknown[] = [];
  for (const name of ['exchange', 'certificate', 'handshake', 'malformed', 'error'] as const)
    running.proxy.on(name, (event) => events.push(name, event));
  const targets = [
    '/',
    '/admin',
    `/?X-Amz-Signature=${planted.signature}&sig=${planted.signature}`,
    `/?a=1;token=${planted.token}&TOKEN=${planted.token}&x-token=${planted.token}&bearer=${planted.token}&sid=${planted.cookie}`,
    `/a;jsessionid=${planted.cookie}?AccessKeyId=${planted.cloudId}&AccessKeySecret=${planted.cloudSecret}&SecurityToken=${planted.token}`,
    `http://alice:${planted.password}@a.example/?api-key=${planted.token}`,
  ];
  const run = async (): Promise<void> => {
    for (const target of targets) {
      await guarded.send(
        request(
          [
            `Cookie: session=${planted.cookie}`,
            `Authorization: Basic ${planted.basic}`,
            `Proxy-Authorization: Bearer ${planted.token}`,
            `X-Api-Key: ${planted.cloudSecret}`,
            `X-Acs-Accesskey-Id: ${planted.cloudId}`,
            `X-Acs-Security-Token: ${planted.token}`,
            `Referer: https://x.example/?access_token=${planted.token}#id_token=${planted.token}`,
          ],
          '',
          'GET',
          target,
        ),
      );
      await guarded.send(request([`Authorization: Bearer ${planted.token}`], '', 'GET', target));
    }
    for (const servername of ['tls.example', 'good.example']) {
      const socket = connect({ host: '127.0.0.1', port: running.tlsPort, servername, rejectUnauthorized: false });
      socket.on('error', () => undefined).on('secureConnect', () => socket.destroy());
      await new Promise((resolve) => socket.once('close', resolve));
    }
  };
  const deep = { depth: 20, showHidden: true, maxArrayLength: null, maxStringLength: null, breakLength: Number.POSITIVE_INFINITY };
  const output = [
    await written(guarded, 'json', run),
    await written(guarded, 'nginx', run),
    await metrics.text(),
    inspect(running.proxy, deep),
    JSON.stringify(running.proxy.report()),
    inspect(running.errors, deep),
    inspect(running.records, deep),
    inspect(
      running.records.map(({ raw }) => raw),
      deep,
    ),
    JSON.stringify(running.records),
    inspect(events, deep),
  ].join('\n');
  expect(output.length).toBeGreaterThan(1_000);
  expect(events).toContain('certificate');
  // The body of the key, line by line.
  const lines = key.split('\n').filter((line) => line.length > 20 && !line.startsWith('-'));
  expect(lines.length).toBeGreaterThan(0);
  for (const secret of [...Object.values(planted), ...lines]) expect(output, secret).not.toContain(secret);
  // Whoever asks for it gets it: a log of one's own may have to.
  expect(running.records.some(({ raw }) => raw.headers.includes(`Basic ${planted.basic}`))).toBe(true);
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
