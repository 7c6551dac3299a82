import type { Command } from 'commander';
import type { CommandIo } from '../command-io.ts';

/** One subcommand: what it is called, what its help says, and what it does. */
export interface CommandSpec {
  readonly name: string;
  /** One line for the list of commands. */
  readonly summary: string;
  /** The first paragraph of its help. */
  readonly description: string;
  /** Whole command lines, with a few words on each. */
  readonly examples: readonly CommandExample[];
  /** Adds arguments and options. */
  declare(command: Command): void;
  /** Does the work and returns the exit status. `operands` are the words that are no options. */
  run(options: Readonly<Record<string, unknown>>, operands: readonly string[], io: CommandIo): Promise<number>;
}

/** A command line that works, and what it is for. */
export interface CommandExample {
  readonly line: string;
  readonly about: string;
}
