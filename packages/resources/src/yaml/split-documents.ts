/** One document of a YAML stream, as offsets into its text. */
export interface DocumentRange {
  readonly start: number;
  readonly end: number;
}

/** A `%…` line, which stands before a document. */
export interface DirectiveLine extends DocumentRange {
  readonly directive: true;
}

/**
 * Splits a stream at its `---` and `...` lines. YAML forbids both at the start of a line within any scalar, so this is exact, and a document that
 * cannot be parsed never takes the next one with it. Documents of blanks and comments only are left out.
 */
export function* splitDocuments(text: string): Generator<DocumentRange | DirectiveLine, undefined, undefined> {
  // No multiline flag: its `^` would also match after U+2028, which is no line break in YAML.
  const marker = /(?<=^|\n)\uFEFF?(?:---|\.\.\.)(?=[ \t\r\n]|$)/g;
  let start = 0;
  for (let match = marker.exec(text); match !== null; match = marker.exec(text)) {
    yield* documentsIn(text, start, match.index);
    const at = match.index + (match[0].startsWith('\uFEFF') ? 1 : 0);
    // A document starts with its own `---` line, which may carry content; `...` ends the one before and carries nothing.
    start = match[0].endsWith('---') ? at : at + 3;
  }
  yield* documentsIn(text, start, text.length);
}

function* documentsIn(text: string, start: number, end: number): Generator<DocumentRange | DirectiveLine, undefined, undefined> {
  let at = start;
  let atContent = text.startsWith('---', start);
  if (atContent) at += 3;
  const directives: DirectiveLine[] = [];
  while (at < end) {
    const newline = text.indexOf('\n', at);
    const lineEnd = newline < 0 || newline >= end ? end : newline;
    const line = text.slice(at, lineEnd).replace('\uFEFF', '').trim();
    if (!atContent && line.startsWith('%')) directives.push({ directive: true, start: at, end: lineEnd });
    else if (line !== '' && !line.startsWith('#')) {
      // Directives before content without `---` are no YAML; the parser is to say so, and it sees them all.
      yield { start, end };
      return;
    }
    at = lineEnd + 1;
    if (line !== '' && !line.startsWith('%') && !line.startsWith('#')) atContent = true;
  }
  yield* directives;
}
