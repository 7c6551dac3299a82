import type { CommandExample } from './commands/command-spec.ts';
import { commands } from './commands/index.ts';
import { createProgram } from './program.ts';

/** What the reference page says of one subcommand. */
export interface CommandReference {
  readonly name: string;
  /** The whole command line: `ingresskit explain [options] <url>`. */
  readonly usage: string;
  readonly description: string;
  readonly arguments: readonly { readonly name: string; readonly description: string }[];
  readonly options: readonly OptionReference[];
  readonly examples: readonly CommandExample[];
}

/** What the reference page says of one option. */
export interface OptionReference {
  /** `-f, --file <path>` */
  readonly flags: string;
  readonly description: string;
  /** The value it has when it is not given. */
  readonly default?: string;
  /** The values it can have, where they are few. */
  readonly choices?: readonly string[];
}

/** The subcommands with their options, as the command itself declares them: material for a reference page. */
export function commandReference(): readonly CommandReference[] {
  const program = createProgram('', () => Promise.resolve());
  return program.commands
    .filter((command) => commands.some(({ name }) => name === command.name()))
    .map((command) => ({
      name: command.name(),
      usage: `${program.name()} ${command.name()} ${command.usage()}`,
      description: command.description(),
      arguments: command.registeredArguments.map((argument) => ({ name: argument.name(), description: argument.description })),
      options: command.options.map(({ flags, description, defaultValue, argChoices }) => ({
        flags,
        description,
        ...(defaultValue === undefined ? {} : { default: String(defaultValue) }),
        ...(argChoices === undefined ? {} : { choices: argChoices }),
      })),
      examples: commands.find(({ name }) => name === command.name())?.examples ?? [],
    }));
}
