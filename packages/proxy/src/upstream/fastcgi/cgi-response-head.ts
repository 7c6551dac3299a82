/** Most bytes of a response's head: as much as HTTP/1.1 backends may send. */
const maxHeadLength = 65_536;

const newLine = 10;
const carriageReturn = 13;

/**
 * Reads the head of a CGI response (RFC 3875 §6.2): header lines, of which `Status` is the status and goes no further, and an empty line. Lines may end
 * in LF alone. What would be ambiguous or no header over HTTP is refused.
 */
export class CgiResponseHead {
  /** 200 without a status; 302 where there is a `Location` instead, as nginx has it. */
  status = 200;
  /** Names and values, one after the other. */
  readonly headers: string[] = [];
  /** Of the body, where the process says it. */
  length: number | undefined;
  /** What is wrong, after `malformed`. */
  problem = '';
  /** Bytes of the last piece that belonged to the head; the body follows. */
  consumed = 0;
  #bytes = Buffer.allocUnsafe(4096);
  #size = 0;
  #lineStart = 0;

  /** Whether nothing of the head has come yet. */
  get isEmpty(): boolean {
    return this.#size === 0;
  }

  /** Takes the next bytes of the output. */
  push(piece: Uint8Array): 'more' | 'complete' | 'malformed' {
    const before = this.#size;
    this.#append(piece.subarray(0, maxHeadLength - before));
    let from = before;
    for (;;) {
      const end = this.#bytes.subarray(0, this.#size).indexOf(newLine, from);
      if (end < 0) return this.#size >= maxHeadLength ? this.#refuse('FCGI_HEAD_TOO_LONG') : 'more';
      const start = this.#lineStart;
      this.#lineStart = end + 1;
      from = end + 1;
      if (end > start && !(end === start + 1 && this.#bytes[start] === carriageReturn)) continue;
      this.consumed = end + 1 - before;
      return this.#parse(this.#bytes.toString('latin1', 0, start));
    }
  }

  #append(piece: Uint8Array): void {
    const size = this.#size + piece.length;
    if (size > this.#bytes.length) {
      const larger = Buffer.allocUnsafe(Math.max(size, 2 * this.#bytes.length));
      this.#bytes.copy(larger, 0, 0, this.#size);
      this.#bytes = larger;
    }
    this.#bytes.set(piece, this.#size);
    this.#size = size;
  }

  #parse(text: string): 'complete' | 'malformed' {
    if (text === '') return this.#refuse('FCGI_HEAD_EMPTY');
    let status: number | undefined;
    let hasLocation = false;
    for (const ended of text.slice(0, -1).split('\n')) {
      const line = ended.endsWith('\r') ? ended.slice(0, -1) : ended;
      const colon = line.indexOf(':');
      const name = line.slice(0, Math.max(0, colon));
      const value = line.slice(colon + 1).replaceAll(/^[ \t]+|[ \t]+$/g, '');
      if (!token.test(name)) return this.#refuse('FCGI_HEADER_NAME');
      if (control.test(value)) return this.#refuse('FCGI_HEADER_VALUE');
      const lower = name.toLowerCase();
      if (lower === 'status') {
        const code = statusLine.exec(value)?.[1];
        if (code === undefined || status !== undefined) return this.#refuse('FCGI_STATUS');
        status = Number(code);
        continue;
      }
      if (lower === 'content-length') {
        if (!/^\d{1,15}$/.test(value) || this.length !== undefined) return this.#refuse('FCGI_CONTENT_LENGTH');
        this.length = Number(value);
      } else if (lower === 'location') hasLocation = true;
      this.headers.push(name, value);
    }
    this.status = status ?? (hasLocation ? 302 : 200);
    return 'complete';
  }

  #refuse(problem: string): 'malformed' {
    this.problem = problem;
    return 'malformed';
  }
}

const token = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;
const control = /[\0-\x08\x0a-\x1f\x7f]/;
/** Interim answers have no form in CGI, so they would be taken for the final one. */
const statusLine = /^([2-9]\d\d)(?: |$)/;
