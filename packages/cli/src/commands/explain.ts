import { summarize } from '@ingresskit/resources';
import type { Command } from 'commander';
import { explain, formatExplanation, type RequestInput } from 'ingresskit';
import { explanationPaint } from '../colors.ts';
import { type CommandIo, UnusableInput } from '../command-io.ts';
import { type CompiledManifests, compileManifests } from '../compile-manifests.ts';
import { hintDiagnostics } from '../diagnostics-hint.ts';
import * as exitStatus from '../exit-status.ts';
import { explanationJson } from '../explanation-json.ts';
import { addManifestOptions, collect, type ManifestOptions } from '../manifest-options.ts';
import { readText } from '../manifests.ts';
import type { CommandSpec } from './command-spec.ts';

interface ExplainOptions extends ManifestOptions {
  readonly request: string;
  readonly header?: readonly string[];
  readonly user?: string;
  readonly clientAddress?: string;
  readonly clientCertificate?: string;
  readonly sni?: string;
  readonly draw?: number;
  readonly authStatus?: number;
  readonly upstreamStatus?: number;
  readonly json?: true;
}

/** `ingresskit explain`: one request, for a person. */
export const explainCommand: CommandSpec = {
  name: 'explain',
  summary: 'say what happens to a request, and why',
  description:
    'Says what happens to a request: first the outcome, then every step with the Ingress, the annotation and the line of the manifest that decided it. Nothing is sent.',
  examples: [
    { line: 'ingresskit explain -f shop/ http://shop.example.com/cart', about: 'where does it go?' },
    { line: `ingresskit explain -f shop/ -H 'x-canary: always' https://shop.example.com/`, about: 'with a header' },
    { line: 'ingresskit explain -f shop/ --client-address 203.0.113.7 -X POST http://shop.example.com/admin', about: 'from elsewhere' },
    { line: 'ingresskit explain -f shop/ -u alice:secret --json http://shop.example.com/admin', about: 'with a password, for a program' },
  ],
  declare(command: Command) {
    command.argument('<url>', 'absolute URL; http:// is added where it has no scheme');
    addManifestOptions(
      command
        .option('-X, --request <method>', 'the method', 'GET')
        .option('-H, --header <line>', `a header, 'name: value'; repeatable`, collect)
        .option('-u, --user <name:password>', 'credentials for basic authentication'),
    )
      .option('--client-address <ip>', 'address of the client (default: 127.0.0.1)')
      .option('--sni <name>', 'server name of the TLS handshake (default: the host of the URL)')
      .option('--client-certificate <file>', 'certificate of the client, PEM')
      .option('--draw <number>', 'the random number of weight draws, from 0 to below 1', draw)
      .option('--auth-status <status>', 'what the external authentication service answers', status('--auth-status'))
      .option('--upstream-status <status>', 'what the backend answers', status('--upstream-status'))
      .option('--json', 'print JSON');
  },
  async run(given, [url = ''], io) {
    const options = given as unknown as ExplainOptions;
    const request = await requestOf(url, options, io);
    const compiled = await compileManifests(options, io);
    const explanation = explain(compiled.table, request);
    const text =
      options.json === true
        ? `${JSON.stringify(explanationJson(explanation, compiled.spanOf), undefined, 2)}\n`
        : formatExplanation(explanation, { paint: explanationPaint(io, io.stdout), spanOf: compiled.spanOf });
    await io.stdout.write(text);
    await hint(compiled, options, io);
    return exitStatus.done;
  },
};

async function hint(compiled: CompiledManifests, { file = [] }: ExplainOptions, io: CommandIo): Promise<void> {
  await hintDiagnostics(compiled, file, summarize(compiled.diagnostics), io);
}

async function requestOf(url: string, options: ExplainOptions, io: CommandIo): Promise<RequestInput> {
  const { clientAddress, sni, draw: number, authStatus, upstreamStatus } = options;
  const headers = headersOf(options);
  const certificate = options.clientCertificate === undefined ? undefined : await readText(options.clientCertificate, io);
  return {
    method: options.request,
    url: /^[a-z][a-z0-9+.-]*:\/\//i.test(url) ? url : `http://${url}`,
    ...(Object.keys(headers).length === 0 ? {} : { headers }),
    ...(clientAddress === undefined ? {} : { clientAddress }),
    ...(sni === undefined ? {} : { sni }),
    ...(certificate === undefined ? {} : { clientCertificate: certificate }),
    ...(number === undefined ? {} : { draw: number }),
    ...(authStatus === undefined ? {} : { auth: { status: authStatus } }),
    ...(upstreamStatus === undefined ? {} : { upstream: { status: upstreamStatus } }),
  };
}

function headersOf({ header = [], user }: ExplainOptions): Record<string, string | string[]> {
  const values = new Map<string, string[]>();
  if (user !== undefined) values.set('authorization', [`Basic ${Buffer.from(user, 'utf8').toString('base64')}`]);
  for (const line of header) {
    const [, name = '', value = ''] = /^([!#$%&'*+.^_`|~0-9A-Za-z-]+):[ \t]*(.*?)[ \t]*$/s.exec(line) ?? [];
    if (name === '') throw new UnusableInput(`--header must be 'name: value', and is "${line}"`);
    const key = name.toLowerCase();
    values.set(key, [...(values.get(key) ?? []), value]);
  }
  return Object.fromEntries([...values].map(([name, list]) => [name, list.length === 1 ? (list[0] ?? '') : list]));
}

function draw(text: string): number {
  const number = Number(text);
  if (text.trim() === '' || !(number >= 0 && number < 1))
    throw new UnusableInput(`--draw must be a number from 0 to below 1, and is "${text}"`);
  return number;
}

function status(option: string): (text: string) => number {
  return (text) => {
    if (!/^[1-5]\d\d$/.test(text)) throw new UnusableInput(`${option} must be a status from 100 to 599, and is "${text}"`);
    return Number(text);
  };
}
