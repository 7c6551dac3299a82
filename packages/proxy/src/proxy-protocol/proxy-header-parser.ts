import type { ProxyHeaderProgress } from './proxy-header.ts';
import { readVersion1, version1Start } from './version-1.ts';
import { readVersion2, version2Start } from './version-2.ts';

/** The longest binary header by default: room for addresses, names and certificates' subjects, not for a flood. */
const defaultLongest = 4_096;

/**
 * Reads the PROXY protocol header at the beginning of a connection, versions 1 and 2, from pieces of any size. Bytes that cannot become a header are
 * refused as soon as that is clear, and no more than the longest header is ever kept.
 */
export class ProxyHeaderParser {
  readonly #longest: number;
  #bytes: Buffer = Buffer.alloc(0);

  /** @param longest the longest binary header that is accepted, in bytes */
  constructor(longest: number = defaultLongest) {
    this.#longest = longest;
  }

  /** Takes the next bytes. Do not call it again once it has said `done` or `invalid`. */
  push(piece: Buffer): ProxyHeaderProgress {
    this.#bytes = this.#bytes.length === 0 ? piece : Buffer.concat([this.#bytes, piece]);
    const bytes = this.#bytes;
    if (beginsLike(bytes, version1Start)) return bytes.length < version1Start.length ? { kind: 'more' } : readVersion1(bytes);
    if (beginsLike(bytes, version2Start))
      return bytes.length < version2Start.length ? { kind: 'more' } : readVersion2(bytes, this.#longest);
    return { kind: 'invalid', problem: 'the connection does not begin with a PROXY protocol header' };
  }
}

/** Whether the bytes are the start of something that begins with `start`. */
function beginsLike(bytes: Buffer, start: Buffer): boolean {
  const length = Math.min(bytes.length, start.length);
  return bytes.compare(start, 0, length, 0, length) === 0;
}
