import { KubernetesError } from './errors.ts';

/** 16 MiB: an etcd value is at most 1.5 MiB, and JSON escapes at most sextuple it. */
export const maxLineBytes: number = 16 * 1024 * 1024;

const newline = 10;

/**
 * Splits a byte stream into lines of text. A last line without its newline is half a line of a broken connection and is dropped. Lines above the
 * limit reject with `kubernetes/line-too-long` before they are kept in memory.
 */
export async function* readLines(
  body: AsyncIterable<Uint8Array>,
  action: string,
  limit: number = maxLineBytes,
): AsyncGenerator<string, undefined, undefined> {
  const decoder = new TextDecoder();
  let parts: Uint8Array[] = [];
  let pending = 0;
  for await (const chunk of body) {
    let start = 0;
    for (let end = chunk.indexOf(newline); end >= 0; end = chunk.indexOf(newline, start)) {
      const piece = chunk.subarray(start, end);
      start = end + 1;
      if (pending + piece.byteLength > limit) throw tooLong(action, limit);
      const line = pending === 0 ? decoder.decode(piece) : decoder.decode(Buffer.concat([...parts, piece]));
      parts = [];
      pending = 0;
      if (line !== '' && line !== '\r') yield line;
    }
    if (start < chunk.byteLength) {
      pending += chunk.byteLength - start;
      if (pending > limit) throw tooLong(action, limit);
      parts.push(chunk.subarray(start));
    }
  }
}

function tooLong(action: string, limit: number): KubernetesError {
  return new KubernetesError('kubernetes/line-too-long', `${action}: one event is longer than ${limit} bytes.`);
}
