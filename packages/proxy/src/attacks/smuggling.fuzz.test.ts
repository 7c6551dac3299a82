import { connect } from 'node:net';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { startRawBackend } from '../testing/backend.ts';
import { compiled, ingressYaml, serviceYaml, startProxy } from '../testing/harness.ts';
import { conversation } from '../testing/mutated-http1.ts';
import { StrictJudge } from '../testing/strict-judge.ts';

/** `INGRESSKIT_FUZZ_RUNS=1000000` for the run that reliability.md §2.7 names; each 20 000 take about ten seconds. */
const runs = Number(process.env['INGRESSKIT_FUZZ_RUNS'] ?? 20_000);
const seedText = process.env['FUZZ_SEED'];
const seed = seedText === undefined ? (Math.random() * 2 ** 31) | 0 : Number(seedText);

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
    // Most of them end in an error, and nobody reads where those come from.
    const { stackTraceLimit } = Error;
    Error.stackTraceLimit = 0;
    // More at once than the processor needs: some wait until the proxy gives them up.
    const workers = Array.from({ length: 100 }, async () => {
      for (let text = conversations.pop(); text !== undefined; text = conversations.pop()) await converse(running.port, text);
    });
    await Promise.all(workers);
    Error.stackTraceLimit = stackTraceLimit;
    while (running.proxy.report().exchanges > 0) await new Promise(setImmediate);

    expect(judge.complaints).toEqual([]);
    const decided = new Map(running.records.map((record) => [record.requestId, record]));
    const undecided = judge.requests.filter(({ method, target, headers }) => {
      const record = decided.get(headers.get('x-request-id'));
      return method !== record?.raw.method || record.decision?.kind !== 'forward' || target !== record.decision.upstream.path;
    });
    expect(undecided).toEqual([]);
    // The mutations leave enough requests whole for all this to mean something, and enough of them get their answer.
    expect(judge.requests.length).toBeGreaterThan(runs / 4);
    expect(running.records.filter(({ status }) => status === 200).length).toBeGreaterThan(runs / 20);
    expect(running.errors).toEqual([]);
    await running.close();
    await backend.close();
  },
  Math.max(120_000, runs * 6),
);

/** Says it all and waits for the end, which is the proxy's to make: one who hangs up does not get to see what it answers. */
function converse(port: number, text: string): Promise<void> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.on('error', () => undefined);
    socket.on('close', () => resolve());
    socket.resume();
    socket.write(text, 'latin1');
  });
}
