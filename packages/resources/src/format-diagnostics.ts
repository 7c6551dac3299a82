import { compareDiagnostics, type Diagnostic, type RelatedInformation, type Severity, type Span } from './diagnostic.ts';
import { formatPath } from './field-path.ts';
import { escapeControls } from './quote.ts';
import { formatRef, type ObjectRef } from './ref.ts';
import { sourceFrame } from './source-frame.ts';

/** Functions that colour text. Passed in, so that this package needs no colour library and prints plain text by default. */
export type DiagnosticPaint = Readonly<Partial<Record<Severity | 'code' | 'place' | 'help' | 'frame', (text: string) => string>>>;

/** How to print diagnostics for people. */
export interface FormatOptions {
  /** The texts of files, for printing the line at fault. Lines of Secrets are never printed. */
  readonly sources?: ReadonlyMap<string, string>;
  readonly color?: DiagnosticPaint;
  /** Columns of the screen; positions are set flush right to it. Default 100. */
  readonly width?: number;
  /** Whether to print diagnostics of severity `info`. Default false. */
  readonly showInfo?: boolean;
}

/** How many diagnostics there are of each severity. */
export type DiagnosticCounts = Readonly<Record<Severity, number>>;

// Messages quote values that are cut already; this bounds what else may be in them.
const maxMessage = 1000;
const plain = (text: string): string => text;

/**
 * Diagnostics as text for a terminal or a log, errors first, a blank line between them:
 *
 * ```
 * warning  cors/invalid-max-age                                        shop.yaml:14:7
 *   Ingress default/shop · metadata.annotations["nginx.ingress.kubernetes.io/cors-max-age"]
 *   "soon" is not a whole number of seconds; the default 1728000 is used.
 *   help: write the value in seconds, for example "600".
 * ```
 *
 * Control characters of names and messages are escaped. Ends with a line break unless there is nothing to print.
 */
export function formatDiagnostics(diagnostics: Iterable<Diagnostic>, options: FormatOptions = {}): string {
  const shown = [...diagnostics].filter(({ severity }) => severity !== 'info' || options.showInfo === true).sort(compareDiagnostics);
  return shown.map((diagnostic) => `${formatOne(diagnostic, options)}\n`).join('\n');
}

function formatOne(diagnostic: Diagnostic, options: FormatOptions): string {
  const paint = options.color ?? {};
  const { severity, code, message, help, object, path, span, related } = diagnostic;
  const lines = [heading(severity, safe(code), span === undefined ? '' : formatPlace(span), options)];
  const where = formatWhere(object, path);
  if (where !== '') lines.push(`  ${(paint.place ?? plain)(where)}`);
  lines.push(`  ${safe(message)}`);
  if (span !== undefined) lines.push(...frameLines(span, options, paint[severity] ?? plain));
  if (help !== undefined) lines.push(`  ${(paint.help ?? plain)('help:')} ${safe(help)}`);
  for (const information of related ?? []) lines.push(formatRelated(information));
  return lines.join('\n');
}

function heading(severity: Severity, code: string, place: string, { color = {}, width = 100 }: FormatOptions): string {
  const left = `${severity.padEnd(7)}  ${code}`;
  const gap = ' '.repeat(Math.max(2, width - left.length - place.length));
  const painted = `${(color[severity] ?? plain)(severity)}${' '.repeat(7 - severity.length)}  ${(color.code ?? plain)(code)}`;
  return place === '' ? painted : `${painted}${gap}${(color.place ?? plain)(place)}`;
}

function formatWhere(object: ObjectRef | undefined, path: Diagnostic['path']): string {
  const ref = object === undefined ? '' : `${safe(object.kind)} ${safe(formatRef(object))}`;
  const field = path === undefined ? '' : formatPath(path);
  return [ref, field].filter((part) => part !== '').join(' · ');
}

function formatRelated({ object, path, span, message }: RelatedInformation): string {
  const where = formatWhere(object, path);
  return `  related: ${where}${span === undefined ? '' : ` (${formatPlace(span)})`}: ${safe(message)}`;
}

function frameLines(span: Span, options: FormatOptions, paint: (text: string) => string): string[] {
  const text = options.sources?.get(span.file);
  const frame = text === undefined ? undefined : sourceFrame(text, span, options.width ?? 100);
  if (frame === undefined) return [];
  const gutter = String(span.line);
  const bar = options.color?.frame ?? plain;
  const blank = ' '.repeat(gutter.length);
  const underline =
    frame.underline === undefined ? [] : [`  ${bar(`${blank} |`)} ${frame.underline.indent}${paint(frame.underline.carets)}`];
  return [`  ${bar(`${gutter} |`)} ${frame.line}`, ...underline];
}

function formatPlace({ file, line, column }: Span): string {
  return `${safe(file)}:${line}:${column}`;
}

function safe(text: string): string {
  return escapeControls(text.length > maxMessage ? `${text.slice(0, maxMessage)}…` : text);
}

const githubLevels: Readonly<Record<Severity, string>> = { error: 'error', warning: 'warning', info: 'notice' };

/**
 * Diagnostics as workflow commands of GitHub Actions, one a line: `::error file=shop.yaml,line=14,col=7,…::message`. With them a check marks the
 * lines of a pull request. Those without a position name their object in the message.
 */
export function formatDiagnosticsGitHub(diagnostics: Iterable<Diagnostic>, options: Pick<FormatOptions, 'showInfo'> = {}): string {
  const shown = [...diagnostics].filter(({ severity }) => severity !== 'info' || options.showInfo === true).sort(compareDiagnostics);
  return shown.map(formatCommand).join('');
}

function formatCommand({ severity, code, message, help, object, path, span }: Diagnostic): string {
  const properties: string[] = [];
  if (span !== undefined) {
    properties.push(
      `file=${escapeProperty(span.file)}`,
      `line=${span.line}`,
      `col=${span.column}`,
      `endColumn=${span.column + span.length}`,
    );
  }
  properties.push(`title=${escapeProperty(code)}`);
  const where = formatWhere(object, path);
  const text = [where === '' ? safe(message) : `${where}: ${safe(message)}`, ...(help === undefined ? [] : [`help: ${safe(help)}`])].join(
    '\n',
  );
  return `::${githubLevels[severity]} ${properties.join(',')}::${escapeData(text)}\n`;
}

// The runner reads a command up to the line's end and decodes these, and only these, sequences.
function escapeData(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

function escapeProperty(text: string): string {
  return escapeData(escapeControls(text)).replaceAll(':', '%3A').replaceAll(',', '%2C');
}

/** Counts diagnostics by severity. */
export function summarize(diagnostics: Iterable<Diagnostic>): DiagnosticCounts {
  const counts = { error: 0, warning: 0, info: 0 };
  for (const { severity } of diagnostics) counts[severity] += 1;
  return counts;
}
