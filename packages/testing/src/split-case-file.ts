import { type Document, LineCounter, parseDocument } from 'yaml';

/** One document of a case file that says `kind: Case`. */
export interface CaseDocument {
  /** Parsed alone, so its offsets count from `start`. */
  readonly document: Document.Parsed;
  readonly text: string;
  /** Offset of the document in the file. */
  readonly start: number;
  /** Line of the document's first line, counted from 1. */
  readonly line: number;
  /** Line and column in the file of an offset in the document. */
  place(offset: number): { readonly line: number; readonly column: number };
}

/** A case file in its two parts. */
export interface SplitCaseFile {
  /** The whole text with the cases blanked out, so that every manifest stays on its line. */
  readonly manifests: string;
  readonly cases: readonly CaseDocument[];
}

/**
 * Tells the cases of a file from its manifests, by the lines alone: broken manifests are material for cases too, and must not take the cases with them.
 */
export function splitCaseFile(text: string): SplitCaseFile {
  const cases: CaseDocument[] = [];
  let manifests = '';
  for (const { start, end } of documentRanges(text)) {
    const part = text.slice(start, end);
    if (!/^kind:[ \t]*['"]?Case['"]?[ \t]*(#.*)?$/m.test(part)) {
      manifests += part;
      continue;
    }
    manifests += part.replaceAll(/[^\n]/g, ' ');
    cases.push(readDocument(part, start, text.slice(0, start).split('\n').length));
  }
  return { manifests, cases };
}

/** Ranges from one line `---` to the next, the line itself with the document it opens. */
function documentRanges(text: string): readonly { readonly start: number; readonly end: number }[] {
  const starts = [0];
  for (const { index } of text.matchAll(/^---(?=[ \t\r\n]|$)/gm)) if (index > 0) starts.push(index);
  return starts.map((start, position) => ({ start, end: starts[position + 1] ?? text.length }));
}

function readDocument(text: string, start: number, line: number): CaseDocument {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  return {
    document,
    text,
    start,
    line,
    place(offset) {
      const { line: within, col } = lines.linePos(offset);
      return { line: line + within - 1, column: col };
    },
  };
}
