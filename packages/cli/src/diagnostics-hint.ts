import type { DiagnosticCounts } from '@ingresskit/resources';
import { formatDiagnostics } from '@ingresskit/resources';
import { diagnosticPaint } from './colors.ts';
import type { CommandIo } from './command-io.ts';
import type { CompiledManifests } from './compile-manifests.ts';

/**
 * For commands whose answer is about something else: errors in full on standard error, because they change the answer, and how many warnings there are.
 */
export async function hintDiagnostics(
  { diagnostics, manifests }: CompiledManifests,
  files: readonly string[],
  counts: DiagnosticCounts,
  io: CommandIo,
): Promise<void> {
  const errors = diagnostics.filter(({ severity }) => severity === 'error');
  const text = formatDiagnostics(errors, {
    sources: manifests.sources,
    color: diagnosticPaint(io, io.stderr),
    ...(io.stderr.columns === undefined ? {} : { width: io.stderr.columns }),
  });
  if (text !== '') await io.stderr.write(`\n${text}`);
  if (counts.warning > 0) {
    const command = `ingresskit check ${files.length === 0 ? '--kubeconfig' : files.map((file) => `-f ${file}`).join(' ')}`;
    await io.stderr.write(`\n${counts.warning} ${counts.warning === 1 ? 'warning' : 'warnings'}; see them with: ${command}\n`);
  }
}
