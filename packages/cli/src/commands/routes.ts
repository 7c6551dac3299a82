import { summarize } from '@ingresskit/resources';
import type { Command } from 'commander';
import { formatTable, toJSON } from 'ingresskit';
import { compileManifests } from '../compile-manifests.ts';
import { hintDiagnostics } from '../diagnostics-hint.ts';
import * as exitStatus from '../exit-status.ts';
import { addManifestOptions, type ManifestOptions } from '../manifest-options.ts';
import type { CommandSpec } from './command-spec.ts';

interface RoutesOptions extends ManifestOptions {
  readonly host?: string;
  readonly json?: true;
}

/** `ingresskit routes`: the compiled table. */
export const routesCommand: CommandSpec = {
  name: 'routes',
  summary: 'print the routes of every host, in the order they are tried',
  description:
    'Compiles the manifests and prints the route table: each host with its routes in the order in which they are tried, where they lead, which policies act on them and which Ingress they come from.',
  examples: [
    { line: 'ingresskit routes -f shop/', about: 'the whole table' },
    { line: `ingresskit routes -f shop/ --host '*.example.com'`, about: 'one host' },
    { line: 'ingresskit routes -f shop/ --json > table.json', about: 'the table as data; credentials are left out' },
  ],
  declare(command: Command) {
    addManifestOptions(command)
      .option('--host <name>', 'only this host, as the table names it (* for the routes of every host)')
      .option('--json', 'print JSON');
  },
  async run(given, _operands, io) {
    const options = given as unknown as RoutesOptions;
    const { host } = options;
    const compiled = await compileManifests(options, io);
    if (options.json === true) {
      const table = toJSON(compiled.table);
      const shown = host === undefined ? table : { ...table, hosts: table.hosts.filter((virtualHost) => virtualHost.host === host) };
      await io.stdout.write(`${JSON.stringify(shown, undefined, 2)}\n`);
    } else {
      await io.stdout.write(formatTable(compiled.table, host === undefined ? {} : { host }));
    }
    await hintDiagnostics(compiled, options.file ?? [], summarize(compiled.diagnostics), io);
    return exitStatus.done;
  },
};
