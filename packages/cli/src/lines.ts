/** One line of a text, counted from 1, without its line break. */
export interface TextLine {
  readonly number: number;
  readonly text: string;
}

/**
 * The lines of a stream, in batches: each batch holds the lines that one chunk completed, so that what depends on them can be passed on before the next
 * chunk comes. Blank lines are left out, as is a byte order mark.
 */
export async function* lineBatches(source: AsyncIterable<Uint8Array | string>): AsyncGenerator<readonly TextLine[], undefined, undefined> {
  const decoder = new TextDecoder();
  // Pieces of a line that is not complete yet: joined once, or a long line in small chunks would cost its square.
  let pieces: string[] = [];
  let number = 0;
  const take = (parts: readonly string[]): TextLine[] => {
    const batch: TextLine[] = [];
    for (const part of parts) {
      number += 1;
      const text = pieces.length === 0 ? part : pieces.join('') + part;
      pieces = [];
      if (text.trim() !== '') batch.push({ number, text });
    }
    return batch;
  };
  let isFirst = true;
  for await (const chunk of source) {
    let text = typeof chunk === 'string' ? chunk : decoder.decode(chunk, { stream: true });
    if (isFirst && text !== '') {
      isFirst = false;
      if (text.startsWith('\uFEFF')) text = text.slice(1);
    }
    const parts = text.split('\n');
    const rest = parts.pop() ?? '';
    const batch = take(parts);
    if (rest !== '') pieces.push(rest);
    if (batch.length > 0) yield batch;
  }
  const last = take([decoder.decode()]);
  if (last.length > 0) yield last;
}
