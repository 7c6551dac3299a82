import { connect } from 'node:net';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { startRawBackend } from '../testing/backend.ts';
import { compiled, ingressYaml, serviceYaml, startProxy } from '../testing/harness.ts';
import { StrictJudge } from '../testing/strict-judge.ts';

/** `INGRESSKIT_FUZZ_RUNS=1000000` for the run that reliability.md §2.7 names; each 20 000 take about ten seconds. */
const runs = Number(process.env['INGRESSKIT_FUZZ_RUNS'] ?? 20_000);
const seedText = process.env['FUZZ_SEED'];
const seed = seedText === undefined ? (Math.random() * 2 ** 31) | 0 : Number(seedText);

const smuggled = 'GET /smuggled HTTP/1.1\r\nHost: a.example\r\nX-Request-Id: forged\r\n\r\n';
const oneOf = <T>(...values: readonly T[]): fc.Arbitrary<T> => fc.constantFrom(...values);

/** What is right most of the time. */
function mostly(right: fc.Arbitrary<string>, ...wrong: readonly string[]): fc.Arbitrary<string> {
  return fc.oneof({ weight: 20, arbitrary: right }, { weight: 1, arbitrary: oneOf(...wrong) });
}

/** A mutation of the grammar: what HTTP readers have disagreed about. */
const lineEnd = fc.oneof(
  { weight: 40, arbitrary: fc.constant('\r\n') },
  { weight: 1, arbitrary: oneOf('\n', '\r', '\r\r\n', '\n\r', ' \r\n', '\r\n ', '\0\r\n') },
);
const name = (plain: string): fc.Arbitrary<string> =>
  fc.oneof(
    { weight: 6, arbitrary: fc.constant(plain) },
    {
      weight: 1,
      arbitrary: oneOf(
        `${plain} `,
        ` ${plain}`,
        `${plain}\t`,
        plain.toUpperCase(),
        plain.replace('-', '_'),
        `X${plain}`,
        `\x0b${plain}`,
        `${plain}\0`,
        '',
      ),
    },
  );
const colon = fc.oneof(
  { weight: 8, arbitrary: fc.constant(': ') },
  { weight: 1, arbitrary: oneOf(':', ' :', ':\t', ': \x0b', ':\r\n ', '', '::') },
);
const length = fc.oneof(
  { weight: 4, arbitrary: fc.nat(120).map(String) },
  {
    weight: 2,
    arbitrary: oneOf(
      '0',
      '5',
      '005',
      '+5',
      '-1',
      '0x5',
      '5, 5',
      '5,6',
      '5 ',
      ' 5',
      '5\t',
      '1_0',
      '١',
      '',
      '99999999999999999999',
      '5;a',
      '5.0',
      '5e0',
    ),
  },
);
const coding = oneOf(
  'chunked',
  'Chunked',
  'chunked ',
  ' chunked',
  'chunked;a=b',
  'chunked,',
  ',chunked',
  'chunked, identity',
  'identity',
  'gzip, chunked',
  'chunked, chunked',
  '"chunked"',
  'xchunked',
  'chunked\x0b',
  'chunk\0ed',
  'cow',
);
const header: fc.Arbitrary<string> = fc
  .oneof(
    fc.tuple(name('Content-Length'), colon, length, lineEnd),
    fc.tuple(name('Transfer-Encoding'), colon, coding, lineEnd),
    fc.tuple(name('Host'), colon, oneOf('a.example', 'b.example', 'a.example:80', 'a.example b', 'a.example, b', ''), lineEnd),
    fc.tuple(name('Connection'), colon, oneOf('close', 'keep-alive', 'Content-Length', 'Transfer-Encoding, close', 'Upgrade'), lineEnd),
    fc.tuple(name('Expect'), colon, oneOf('100-continue', '100-Continue, x', 'tea'), lineEnd),
    fc.tuple(name('X-A'), colon, oneOf('b', 'b\r\n c', 'b\rc', 'b\0c', 'b\nTransfer-Encoding: chunked', '\xff', smuggled), lineEnd),
  )
  .map((parts) => parts.join(''));
const chunk = fc.oneof(
  { weight: 5, arbitrary: oneOf('5\r\nhello\r\n', '1\r\nx\r\n', `${smuggled.length.toString(16)}\r\n${smuggled}\r\n`) },
  {
    weight: 1,
    arbitrary: oneOf(
      '5 \r\nhello\r\n',
      '5;a=b\r\nhello\r\n',
      '5;a="\r\n"\r\nhello\r\n',
      '5\nhello\r\n',
      '5\r\nhello',
      '0x5\r\nhello\r\n',
      '+5\r\nhello\r\n',
      '05\r\nhello\r\n',
      '5\r\nhello\n',
      '-1\r\n',
      'fffffffff\r\n',
      '4\r\nhello\r\n',
      '6\r\nhello\r\n',
      '\r\n',
      '5;\n\r\nhello\r\n',
    ),
  },
);
const body = fc.oneof(
  fc.constant(''),
  fc.constant(smuggled),
  fc
    .tuple(
      fc.array(chunk, { maxLength: 4 }),
      oneOf(
        '0\r\n\r\n',
        '0\r\n\r\n',
        '00\r\n\r\n',
        '0\r\nX: y\r\n\r\n',
        '0\r\nContent-Length: 5\r\n\r\n',
        '0\n\n',
        '0\r\n',
        '0 \r\n\r\n',
        '',
      ),
    )
    .map(([chunks, last]) => chunks.join('') + last),
);
/** Framing that is right, for whatever comes after it. */
const framing = oneOf(
  '',
  'Transfer-Encoding: chunked\r\n',
  'Transfer-Encoding: chunked\r\n',
  `Content-Length: ${smuggled.length}\r\n`,
  'Content-Length: 0\r\n',
);

const message: fc.Arbitrary<string> = fc
  .tuple(
    mostly(oneOf('POST', 'GET', 'PUT', 'OPTIONS'), 'post', 'GET\t', ''),
    mostly(fc.constant(' '), '\t', '  '),
    mostly(oneOf('/a', '/b?c', '/', 'http://a.example/a'), '*', '/a b', '//a', ''),
    mostly(fc.constant(' HTTP/1.1'), ' HTTP/1.0', ' HTTP/2.0', ' http/1.1', ' HTTP/1.1 x', ''),
    lineEnd,
    mostly(fc.constant('Host: a.example\r\n'), ''),
    fc.oneof(
      { weight: 2, arbitrary: framing },
      { weight: 3, arbitrary: fc.tuple(framing, header).map(([one, other]) => one + other) },
      { weight: 3, arbitrary: fc.array(header, { maxLength: 4 }).map((all) => all.join('')) },
    ),
    lineEnd,
    body,
  )
  .map(
    ([method, blank, target, version, end, host, headers, last, content]) =>
      `${method}${blank}${target}${version}${end}${host}${headers}${last}${content}`,
  );
/** What one connection sends. */
const conversation = fc
  .tuple(message, fc.option(message, { nil: '' }))
  .map(([first, second]) => `${first}${second}GET /last HTTP/1.1\r\nHost: a.example\r\nConnection: close\r\n\r\n`);

it(
  `A54: ${runs} mutated conversations: what a strict backend reads is what the proxy decided about (FUZZ_SEED=${seed})`,
  async () => {
    const judge = new StrictJudge();
    const backend = await startRawBackend((socket) => judge.serve(socket));
    const running = await startProxy(
      compiled(ingressYaml('web', 'a.example', { '/': 'web' }, { 'proxy-next-upstream': 'off' }) + serviceYaml('web'), {
        'default/web:80': [backend.endpoint],
      }),
      {
        timeouts: { headersMs: 500, bodyIdleMs: 500, keepAliveMs: 500, streamIdleMs: 1_000 },
      },
    );
    const conversations = fc.sample(conversation, { seed, numRuns: runs });
    const workers = Array.from({ length: 24 }, async () => {
      for (let text = conversations.pop(); text !== undefined; text = conversations.pop()) await converse(running.port, text);
    });
    await Promise.all(workers);
    while (running.proxy.report().exchanges > 0) await new Promise(setImmediate);

    expect(judge.complaints).toEqual([]);
    const decided = new Map(running.records.map((record) => [record.requestId, record]));
    for (const { method, target, headers } of judge.requests) {
      const record = decided.get(headers.get('x-request-id'));
      expect(record, `${method} ${target}`).toBeDefined();
      expect([method, target]).toEqual([
        record?.raw.method,
        record?.decision?.kind === 'forward' ? record.decision.upstream.path : undefined,
      ]);
    }
    // The mutations leave enough requests whole for all this to mean something.
    expect(judge.requests.length).toBeGreaterThan(runs / 10);
    expect(running.errors).toEqual([]);
    await running.close();
    await backend.close();
  },
  Math.max(120_000, runs * 6),
);

function converse(port: number, text: string): Promise<void> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.on('error', () => undefined);
    socket.on('close', () => resolve());
    socket.resume();
    socket.end(Buffer.from(text, 'latin1'));
  });
}
