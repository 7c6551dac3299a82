import { CommanderError } from 'commander';
import { wantsColor } from './colors.ts';
import { BrokenPipe, type CommandIo, UnusableInput } from './command-io.ts';
import * as exitStatus from './exit-status.ts';
import { createProgram } from './program.ts';

/**
 * Runs the command.
 *
 * @param argv the words after the command's own name.
 * @returns the exit status: 0 done, 1 `check` found something, 2 unusable arguments or input, 70 a fault in the command itself.
 */
export async function run(argv: readonly string[], io: CommandIo): Promise<number> {
  try {
    return await dispatch(argv, io);
  } catch (error) {
    if (error instanceof BrokenPipe) return exitStatus.done;
    if (error instanceof UnusableInput) {
      await io.stderr.write(`ingresskit: ${error.message}\n`);
      return exitStatus.unusable;
    }
    await io.stderr.write(`ingresskit: internal error, please report it: ${error instanceof Error ? error.stack : String(error)}\n`);
    return exitStatus.internal;
  }
}

async function dispatch(argv: readonly string[], io: CommandIo): Promise<number> {
  // The parser writes at once and cannot wait for a slow reader, so its texts are kept until it is done.
  let help = '';
  let complaint = '';
  let status: number = exitStatus.done;
  const program = createProgram(io.version, async (spec, options, operands) => {
    status = await spec.run(options, operands, io);
  });
  for (const command of [program, ...program.commands]) {
    command.exitOverride().configureOutput({
      writeOut: (text) => void (help += text),
      writeErr: (text) => void (help += text),
      outputError: (text) => void (complaint += text),
      getOutHelpWidth: () => io.stdout.columns ?? 100,
      getErrHelpWidth: () => io.stderr.columns ?? 100,
      getOutHasColors: () => wantsColor(io, io.stdout),
      getErrHasColors: () => wantsColor(io, io.stderr),
    });
  }
  try {
    await program.parseAsync(argv, { from: 'user' });
    return status;
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (complaint !== '')
      throw new UnusableInput(
        `${sentence(complaint)}${hintOf(error)}; see: ${helpLine(
          argv,
          program.commands.map((command) => command.name()),
        )}`,
      );
    // Help and version that were asked for; without any argument help is what a newcomer needs, but it is no success.
    await (error.exitCode === 0 ? io.stdout : io.stderr).write(help);
    return error.exitCode === 0 ? exitStatus.done : exitStatus.unusable;
  }
}

/** The parser's complaint on one line, without its `error:`. */
function sentence(complaint: string): string {
  return complaint
    .replace(/^error: /, '')
    .trim()
    .replaceAll(/\s*\n\s*/g, ' ');
}

/** The mistake that nearly everybody makes once. */
function hintOf({ code }: CommanderError): string {
  return code === 'commander.excessArguments' ? ' Manifests are named with -f' : '';
}

function helpLine(argv: readonly string[], names: readonly string[]): string {
  const command = names.find((name) => name === argv[0]);
  return command === undefined ? 'ingresskit --help' : `ingresskit ${command} --help`;
}
