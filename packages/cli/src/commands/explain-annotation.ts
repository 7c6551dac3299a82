import { nearestName } from '@ingresskit/resources';
import type { Command } from 'commander';
import { type AnnotationDescription, knownAnnotations } from 'ingresskit';
import { emphasis } from '../colors.ts';
import { UnusableInput } from '../command-io.ts';
import * as exitStatus from '../exit-status.ts';
import { verdictWords } from '../verdict-words.ts';
import type { CommandSpec } from './command-spec.ts';

/** `ingresskit explain-annotation`: one name on every gateway. */
export const explainAnnotationCommand: CommandSpec = {
  name: 'explain-annotation',
  summary: 'say what one annotation does on each gateway',
  description:
    'Says what an annotation does: its value, its default, what a bad value does, how far it reaches, and what each gateway makes of it. The name may have its prefix or not.',
  examples: [
    { line: 'ingresskit explain-annotation cors-max-age', about: 'by its name' },
    { line: 'ingresskit explain-annotation nginx.ingress.kubernetes.io/auth-url', about: 'by its full key' },
    { line: 'ingresskit explain-annotation canary-by-header --json', about: 'as data' },
  ],
  declare(command: Command) {
    command.argument('<name>', 'the annotation, with or without its prefix').option('--json', 'print JSON');
  },
  async run(options, [name = ''], io) {
    const rows = rowsOf(name);
    const text =
      options['json'] === true
        ? `${JSON.stringify(rows, undefined, 2)}\n`
        : rows.map((row) => textOf(row, emphasis(io, io.stdout))).join('\n');
    await io.stdout.write(text);
    return exitStatus.done;
  },
};

/** The rows a name or full key means: several where two dialects have one name. */
function rowsOf(written: string): readonly AnnotationDescription[] {
  const all = knownAnnotations();
  const slash = written.indexOf('/');
  const name = slash < 0 ? written : written.slice(slash + 1);
  const named = all.filter((row) => isName(row, name));
  const keyed =
    slash < 0
      ? named
      : named.filter((row) =>
          Object.values(row.profiles).some(({ keys }) => keys.some((key) => key.startsWith(written.slice(0, slash + 1)))),
        );
  const found = keyed.length > 0 ? keyed : named;
  if (found.length > 0) return found;
  const near = nearestName(
    name,
    all.flatMap((row) => [row.name, ...row.aliases]),
  );
  throw new UnusableInput(
    `no gateway modelled here knows an annotation "${written}"${near === undefined ? '' : `; did you mean "${near}"?`}`,
  );
}

function isName({ name, aliases }: AnnotationDescription, written: string): boolean {
  if (name === written || aliases.includes(written)) return true;
  const free = name.endsWith('<name>') ? name.slice(0, -'<name>'.length) : undefined;
  return free !== undefined && written.startsWith(free) && written.length > free.length;
}

function textOf(row: AnnotationDescription, bold: (text: string) => string): string {
  const { name, family, doc, grammar, example, badExample, scope, risk, since, aliases, restricting, profiles } = row;
  const facts: readonly (readonly [string, string | undefined])[] = [
    ['family', family],
    ['value', grammar],
    ['example', example],
    ['not', badExample],
    [
      'reaches',
      scope === undefined
        ? undefined
        : { ingress: 'the paths of its Ingress', host: 'every path of the host', service: 'every route to the Service' }[scope],
    ],
    ['risk', risk],
    ['since', since],
    ['also', aliases.length === 0 ? undefined : aliases.join(', ')],
    ['gate', restricting ? 'yes: what cannot be read closes, never opens' : undefined],
  ];
  const gateways = Object.entries(profiles).flatMap(([profile, { verdict, keys, default: fallback, onInvalid, limit, instead }]) => [
    `  ${profile}: ${verdictWords[verdict]}`,
    ...(keys.length === 0 ? [] : [`      read as      ${keys.join(', ')}`]),
    ...(fallback === undefined ? [] : [`      default      ${JSON.stringify(fallback)}`]),
    ...(onInvalid === undefined ? [] : [`      a bad value  ${onInvalid}`]),
    ...(limit === undefined ? [] : [`      limit        ${limit}`]),
    ...(instead === undefined ? [] : [`      instead      ${instead}`]),
  ]);
  const known = facts.flatMap(([title, value]) => (value === undefined || value === '' ? [] : [`  ${title.padEnd(8)} ${oneLine(value)}`]));
  return `${[bold(name), ...(doc === undefined ? [] : [`  ${doc}`]), ...known, '', ...gateways].join('\n')}\n`;
}

function oneLine(text: string): string {
  return text.includes('\n') ? JSON.stringify(text) : text;
}
