import { Command } from 'commander';
import type { CommandSpec } from './commands/command-spec.ts';
import { commands } from './commands/index.ts';

/** Runs the chosen subcommand: its options, and the words that are no options. */
export type Dispatch = (spec: CommandSpec, options: Readonly<Record<string, unknown>>, operands: readonly string[]) => Promise<void>;

/** The whole command line, without anything of the process in it. */
export function createProgram(version: string, dispatch: Dispatch): Command {
  const program = new Command('ingresskit')
    .description('Says what an Ingress gateway would do with a request, and why: from manifests, without a cluster.')
    .version(version, '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print help')
    .helpCommand('help [command]', 'print the help of a command')
    .showSuggestionAfterError(true)
    .addHelpText('after', exampleText(commands.flatMap(({ examples }) => examples.slice(0, 1))));
  for (const spec of commands) {
    // `addCommand` would not hand on the settings of the program.
    const command = program.command(spec.name).summary(spec.summary).description(spec.description).helpOption('-h, --help', 'print help');
    spec.declare(command);
    command.addHelpText('after', exampleText(spec.examples));
    command.action(() => dispatch(spec, command.opts(), command.args));
  }
  return program;
}

function exampleText(examples: CommandSpec['examples']): string {
  return `\nExamples:\n${examples.map(({ line, about }) => `  # ${about}\n  ${line}\n`).join('')}`.trimEnd();
}
