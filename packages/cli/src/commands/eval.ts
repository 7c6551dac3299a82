import { certificateAnswers } from '@ingresskit/proxy/client-certificate';
import { formatDiagnostics } from '@ingresskit/resources';
import { type Command, Option } from 'commander';
import { type Capabilities, decide, defaultCapabilities, explain, type RequestInput, type RouteTable } from 'ingresskit';
import { diagnosticPaint } from '../colors.ts';
import { type CommandIo, UnusableInput } from '../command-io.ts';
import { type CompiledManifests, compileManifests } from '../compile-manifests.ts';
import { decisionLine } from '../decision-line.ts';
import * as exitStatus from '../exit-status.ts';
import { lineBatches } from '../lines.ts';
import { addManifestOptions, type ManifestOptions } from '../manifest-options.ts';
import { readText, stdinName } from '../manifests.ts';
import { createProgress } from '../progress.ts';
import { seededRandom } from '../random.ts';
import { readRequest } from '../request-json.ts';
import type { CommandSpec } from './command-spec.ts';

interface EvalOptions extends ManifestOptions {
  readonly requests: string;
  readonly trace?: true;
  readonly seed: number;
  readonly diagnostics: 'text' | 'json';
}

/** `ingresskit eval`: the machine contract. */
export const evalCommand: CommandSpec = {
  name: 'eval',
  summary: 'decide many requests, JSON Lines in and out',
  description:
    'Decides requests against the manifests without sending any. Requests come as JSON Lines, one object a line with at least a "url"; each yields exactly one line, in order. Diagnostics of the manifests go to standard error.',
  examples: [
    { line: `echo '{"url":"http://shop.example.com/cart"}' | ingresskit eval -f shop/`, about: 'one request' },
    { line: 'ingresskit eval -f shop/ --requests requests.jsonl --trace', about: 'a file of requests, each with the steps of its walk' },
    {
      line: 'kubectl get ing,svc,secret -A -o json | ingresskit eval -f - --requests requests.jsonl',
      about: 'against what a cluster holds',
    },
  ],
  declare(command: Command) {
    addManifestOptions(command)
      .option('--requests <file>', 'the requests: a file or - for standard input', '-')
      .option('--trace', 'add the steps of the walk to each line')
      .option('--seed <integer>', 'where the random numbers of weight draws begin, for requests without a "draw"', integer, 0)
      .addOption(new Option('--diagnostics <format>', 'how diagnostics are written').choices(['text', 'json']).default('text'));
  },
  async run(given, _operands, io) {
    const options = given as unknown as EvalOptions;
    if (options.requests === '-' && options.file?.includes('-') === true) {
      throw new UnusableInput(
        'standard input cannot hold both the manifests (-f -) and the requests; give the requests a file with --requests',
      );
    }
    const compiled = await compileManifests(options, io);
    // Before anything is written: a file that is not there is the one thing to say.
    const source = options.requests === '-' ? io.stdin : textOf(await readText(options.requests, io));
    await writeDiagnostics(compiled, options, io);
    const decideLine = lineDecider(compiled.table, options);
    if (options.requests === '-' && io.stdin.isTTY === true)
      await io.stderr.write('Reading requests from standard input, one JSON object a line.\n');
    const name = options.requests === '-' ? stdinName : options.requests;
    const progress = createProgress(io, io.stdout.isTTY);
    for await (const batch of lineBatches(source)) {
      let output = '';
      for (const { number, text } of batch) {
        const read = readRequest(text);
        if (!read.ok) {
          await io.stdout.write(output);
          progress.clear();
          throw new UnusableInput(`${name}:${number}:${read.column}: ${read.problem}`);
        }
        output += `${decideLine(read.request)}\n`;
        if (output.length >= fullBuffer) {
          await io.stdout.write(output);
          output = '';
        }
        progress.at(() => `${number} lines of ${name}`);
      }
      await io.stdout.write(output);
    }
    progress.clear();
    return exitStatus.done;
  },
};

/** Characters after which output is passed on before its chunk of input is done. */
const fullBuffer = 65_536;

function lineDecider(table: RouteTable, { seed, trace }: EvalOptions): (request: RequestInput) => string {
  const random = seededRandom(seed);
  // One run, one clock and one set of counters: a request with a time meets the limits as those before it left them.
  const { answer } = defaultCapabilities();
  const certificates = certificateAnswers();
  const capabilities: Capabilities = { answer: (question, request) => certificates(question) ?? answer?.(question, request) };
  return (request) => {
    // One number for each request, used or not: what a request gets depends on its place alone, not on what the requests before it met.
    const draw = random();
    const drawn = request.draw === undefined ? { ...request, draw } : request;
    if (trace !== true) return decisionLine(decide(table, drawn, capabilities), request.id, undefined);
    const { decision, steps } = explain(table, drawn, capabilities);
    return decisionLine(decision, request.id, steps);
  };
}

async function writeDiagnostics({ diagnostics, manifests }: CompiledManifests, options: EvalOptions, io: CommandIo): Promise<void> {
  const text =
    options.diagnostics === 'json'
      ? diagnostics.map((diagnostic) => `${JSON.stringify(diagnostic)}\n`).join('')
      : formatDiagnostics(diagnostics, {
          sources: manifests.sources,
          // The contract keeps nothing back: other programs read this, and skipped manifests are told here alone.
          showInfo: true,
          color: diagnosticPaint(io, io.stderr),
          ...(io.stderr.columns === undefined ? {} : { width: io.stderr.columns }),
        });
  if (text !== '') await io.stderr.write(text);
}

async function* textOf(text: string): AsyncGenerator<string, undefined, undefined> {
  yield await Promise.resolve(text);
}

function integer(text: string): number {
  if (!/^[+-]?\d{1,15}$/.test(text)) throw new UnusableInput(`--seed must be an integer, and is "${text}"`);
  return Number(text);
}
