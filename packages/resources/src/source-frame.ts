import type { Span } from './diagnostic.ts';
import { escapeControls } from './quote.ts';

/** A source line for printing. */
export interface SourceFrame {
  readonly line: string;
  /** Absent where the line is withheld. */
  readonly underline?: { readonly indent: string; readonly carets: string };
}

/**
 * The line a span is on, cut to `width` around the span, and carets to print below. Lines of a document that describes a Secret are withheld: the
 * reason for the message may stand next to a password. `undefined` when the text has no such line, for example because it changed.
 */
export function sourceFrame(text: string, span: Span, width: number): SourceFrame | undefined {
  const range = lineRange(text, span.line);
  if (range === undefined) return undefined;
  if (describesSecret(text, range.start)) return { line: '(not shown: this document describes a Secret)' };
  const line = text.slice(range.start, range.end);
  const column = Math.min(span.column - 1, line.length);
  // Keep some of the line before the span, and at least the span's start in view.
  const from = line.length <= width ? 0 : Math.max(0, Math.min(column - Math.floor(width / 3), line.length - width));
  const visible = line.slice(from, from + width);
  const before = show(visible.slice(0, column - from));
  const marked = show(visible.slice(column - from, column - from + span.length));
  const after = show(visible.slice(column - from + span.length));
  const lead = from > 0 ? '…' : '';
  const tail = from + width < line.length ? '…' : '';
  return {
    line: `${lead}${before}${marked}${after}${tail}`,
    underline: { indent: ' '.repeat(lead.length + before.length), carets: '^'.repeat(Math.max(1, marked.length)) },
  };
}

// A tab as one space, or carets would stand wrong; any other control character could act on the terminal.
function show(text: string): string {
  return escapeControls(text.replaceAll('\t', ' '));
}

function lineRange(text: string, line: number): { readonly start: number; readonly end: number } | undefined {
  let start = text.startsWith('\uFEFF') ? 1 : 0;
  for (let number = 1; number < line; number += 1) {
    const newline = text.indexOf('\n', start);
    if (newline < 0) return undefined;
    start = newline + 1;
  }
  const newline = text.indexOf('\n', start);
  const end = newline < 0 ? text.length : newline;
  return { start, end: text[end - 1] === '\r' ? end - 1 : end };
}

/** Whether the document around an offset says anywhere that it is, or holds, a Secret. Broken documents count too, so this looks at text alone. */
function describesSecret(text: string, offset: number): boolean {
  const before = text.lastIndexOf('\n---', offset);
  const after = text.indexOf('\n---', offset);
  const document = text.slice(Math.max(0, before), after < 0 ? text.length : after);
  return /\bkind\b[\s\S]{0,80}?\bSecret\b|\bstringData\b/.test(document);
}
