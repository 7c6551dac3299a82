import type { Diagnostic, DiagnosticCounts, Severity } from '@ingresskit/resources';
import { formatDiagnostics, formatDiagnosticsGitHub, summarize } from '@ingresskit/resources';
import { type Command, Option } from 'commander';
import { diagnosticPaint, emphasis } from '../colors.ts';
import type { CommandIo } from '../command-io.ts';
import { type CompiledManifests, compileManifests, isUnreadable } from '../compile-manifests.ts';
import * as exitStatus from '../exit-status.ts';
import { addManifestOptions, type ManifestOptions } from '../manifest-options.ts';
import type { CommandSpec } from './command-spec.ts';

interface CheckOptions extends ManifestOptions {
  readonly format: 'text' | 'json' | 'github';
  readonly failOn: Severity | 'never';
  readonly info?: true;
}

/** `ingresskit check`: everything that is wrong with the manifests. */
export const checkCommand: CommandSpec = {
  name: 'check',
  summary: 'list everything that is wrong with the manifests',
  description:
    'Compiles the manifests and lists what is wrong with them: what was found, what was done about it, and what to do next. Exit status 0 when nothing at or above --fail-on was found, 1 when something was, 2 when a manifest cannot be read.',
  examples: [
    { line: 'ingresskit check -f shop/', about: 'a folder' },
    { line: 'helm template shop | ingresskit check -f -', about: 'what a chart renders' },
    { line: 'ingresskit check -f shop/ --format github --fail-on warning', about: 'marks the lines of a pull request, in GitHub Actions' },
  ],
  declare(command: Command) {
    addManifestOptions(command)
      .addOption(new Option('--format <format>', 'how to print').choices(['text', 'json', 'github']).default('text'))
      .addOption(
        new Option('--fail-on <severity>', 'the least severity that makes the exit status 1')
          .choices(['error', 'warning', 'info', 'never'])
          .default('error'),
      )
      .option('--info', 'also print what is only for the record');
  },
  async run(given, _operands, io) {
    const options = given as unknown as CheckOptions;
    const compiled = await compileManifests(options, io, true);
    const counts = summarize(compiled.diagnostics);
    await io.stdout.write(formatted(compiled, options, io));
    const summary = `${summaryOf(compiled, counts, options)}\n`;
    // Programs read standard output, so there the summary would be in their way.
    if (options.format === 'text')
      await io.stdout.write(`${compiled.diagnostics.some((one) => isShown(one, options)) ? '\n' : ''}${emphasis(io, io.stdout)(summary)}`);
    else await io.stderr.write(summary);
    if (compiled.diagnostics.some(isUnreadable)) return exitStatus.unusable;
    return compiled.diagnostics.some(({ severity }) => reaches(severity, options.failOn)) ? exitStatus.found : exitStatus.done;
  },
};

const ranks: Readonly<Record<Severity | 'never', number>> = { info: 0, warning: 1, error: 2, never: 3 };

function reaches(severity: Severity, threshold: Severity | 'never'): boolean {
  return ranks[severity] >= ranks[threshold];
}

function isShown({ severity }: Diagnostic, { info, failOn }: CheckOptions): boolean {
  return severity !== 'info' || info === true || failOn === 'info';
}

function formatted({ diagnostics, manifests }: CompiledManifests, options: CheckOptions, io: CommandIo): string {
  const showInfo = options.info === true || options.failOn === 'info';
  switch (options.format) {
    case 'json':
      return diagnostics.map((diagnostic) => `${JSON.stringify(diagnostic)}\n`).join('');
    case 'github':
      return formatDiagnosticsGitHub(diagnostics, { showInfo });
    case 'text':
      return formatDiagnostics(diagnostics, {
        sources: manifests.sources,
        color: diagnosticPaint(io, io.stdout),
        showInfo,
        ...(io.stdout.columns === undefined ? {} : { width: io.stdout.columns }),
      });
  }
}

function summaryOf({ manifests }: CompiledManifests, counts: DiagnosticCounts, options: CheckOptions): string {
  const ingresses = manifests.resources.filter(({ kind }) => kind === 'Ingress').length;
  const checked = `${count(manifests.sources.size, 'file')}, ${count(ingresses, 'Ingress', 'Ingresses')}`;
  const hidden = counts.info > 0 && !isShown({ severity: 'info' } as Diagnostic, options) && options.format !== 'json';
  const findings = [count(counts.error, 'error'), count(counts.warning, 'warning')];
  return `${checked}: ${findings.join(', ')}${counts.info === 0 ? '' : `, ${count(counts.info, 'note')}${hidden ? ' (--info shows them)' : ''}`}`;
}

function count(number: number, noun: string, nouns: string = `${noun}s`): string {
  return `${number} ${number === 1 ? noun : nouns}`;
}
