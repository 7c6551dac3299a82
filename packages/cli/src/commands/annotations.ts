import { type Command, Option } from 'commander';
import { type AnnotationDescription, type AnnotationVerdict, knownAnnotations, profiles } from 'ingresskit';
import { emphasis } from '../colors.ts';
import { UnusableInput } from '../command-io.ts';
import * as exitStatus from '../exit-status.ts';
import { verdictWords } from '../verdict-words.ts';
import type { CommandSpec } from './command-spec.ts';

interface AnnotationsOptions {
  readonly profile?: readonly string[];
  readonly verdict?: readonly AnnotationVerdict[];
  readonly family?: string;
  readonly json?: true;
}

/** `ingresskit annotations`: what every known name does on every gateway. */
export const annotationsCommand: CommandSpec = {
  name: 'annotations',
  summary: 'list the annotations and what each gateway does with them',
  description:
    'Lists every annotation name that a modelled gateway knows, with its verdict on each of them: acts, acts with a limit, no effect, planned, unsupported, not listed, or unknown (-).',
  examples: [
    { line: 'ingresskit annotations', about: 'all of them' },
    { line: 'ingresskit annotations --profile mse --verdict planned,unsupported', about: 'what MSE gateways do not do' },
    { line: 'ingresskit annotations --family canary --json', about: 'one family, as data' },
  ],
  declare(command: Command) {
    command
      .addOption(new Option('--profile <names>', 'only these gateways (separate with commas)').argParser(listOf))
      .addOption(
        new Option(
          '--verdict <verdicts>',
          `only names with one of these verdicts on a shown gateway: ${Object.keys(verdictWords).join(', ')}`,
        ).argParser(listOf),
      )
      .option('--family <name>', 'only the annotations of one family')
      .option('--json', 'print JSON');
  },
  async run(given, _operands, io) {
    const options = given as AnnotationsOptions;
    const shown = profilesOf(options);
    const rows = knownAnnotations().filter((row) => isWanted(row, shown, options));
    if (options.json === true) {
      const data = rows.map((row) => ({ ...row, profiles: Object.fromEntries(shown.map((name) => [name, row.profiles[name]])) }));
      await io.stdout.write(`${JSON.stringify(data, undefined, 2)}\n`);
    } else await io.stdout.write(textOf(rows, shown, emphasis(io, io.stdout)));
    return exitStatus.done;
  },
};

function profilesOf({ profile, verdict = [] }: AnnotationsOptions): readonly string[] {
  const known = Object.keys(profiles);
  for (const name of profile ?? []) {
    if (!known.includes(name)) throw new UnusableInput(`there is no profile "${name}"; available: ${known.join(', ')}`);
  }
  for (const word of verdict) {
    if (!Object.hasOwn(verdictWords, word))
      throw new UnusableInput(`there is no verdict "${word}"; there are: ${Object.keys(verdictWords).join(', ')}`);
  }
  return profile ?? known;
}

function isWanted(row: AnnotationDescription, shown: readonly string[], { profile, verdict, family }: AnnotationsOptions): boolean {
  if (family !== undefined && row.family !== family) return false;
  const verdicts = shown.map((name) => row.profiles[name]?.verdict ?? 'unknown');
  if (verdict !== undefined) return verdicts.some((word) => verdict.includes(word));
  return profile === undefined || verdicts.some((word) => word !== 'unknown');
}

function textOf(rows: readonly AnnotationDescription[], shown: readonly string[], bold: (text: string) => string): string {
  if (rows.length === 0) return 'No annotation is like that.\n';
  const cells = rows.map((row) => [
    row.name,
    row.family ?? '-',
    ...shown.map((name) => verdictWords[row.profiles[name]?.verdict ?? 'unknown']),
  ]);
  const head = ['annotation', 'family', ...shown];
  const widths = head.map((title, column) => Math.max(title.length, ...cells.map((line) => line[column]?.length ?? 0)));
  const line = (words: readonly string[]): string =>
    words
      .map((word, column) => word.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd();
  return `${bold(line(head))}\n${cells.map(line).join('\n')}\n`;
}

function listOf(text: string): readonly string[] {
  return text
    .split(',')
    .map((word) => word.trim())
    .filter((word) => word !== '');
}
