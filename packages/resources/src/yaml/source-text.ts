import type { Span } from '../diagnostic.ts';

/** The text of one file, and where its lines start. */
export class SourceText {
  readonly file: string;
  readonly text: string;
  #lineStarts: readonly number[] | undefined;

  constructor(file: string, text: string) {
    this.file = file;
    this.text = text;
  }

  /** The span from one offset to another, or to the end of the first line when the second lies further down. At least one unit long. */
  spanOf(start: number, end: number): Span {
    const at = Math.min(Math.max(start, 0), this.text.length);
    const line = this.#lineAt(at);
    const newline = this.text.indexOf('\n', at);
    const lineEnd = newline < 0 ? this.text.length : newline;
    const length = this.text.slice(at, Math.min(end, lineEnd)).trimEnd().length;
    return { file: this.file, line: line + 1, column: at - (this.#starts()[line] ?? 0) + 1, length: Math.max(1, length) };
  }

  /** Whether two offsets are on one line. */
  isOneLine(start: number, end: number): boolean {
    const newline = this.text.indexOf('\n', start);
    return newline < 0 || newline >= end;
  }

  #lineAt(offset: number): number {
    const starts = this.#starts();
    let low = 0;
    let high = starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((starts[middle] ?? 0) <= offset) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  #starts(): readonly number[] {
    if (this.#lineStarts === undefined) {
      const starts = [0];
      for (let at = this.text.indexOf('\n'); at >= 0; at = this.text.indexOf('\n', at + 1)) starts.push(at + 1);
      this.#lineStarts = starts;
    }
    return this.#lineStarts;
  }
}
