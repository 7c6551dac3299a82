import { fastCgiVersion, recordHeadLength, recordTypes, requestId } from './record.ts';

/** What comes next of a backend's records: a piece of its output or errors, the end of the request, or something that is no FastCGI. */
export type RecordEvent = 'stdout' | 'stderr' | 'end' | 'malformed';

/** Bytes of what ends a request. */
const endLength = 8;

/**
 * Takes the records of one request apart, wherever pieces of them begin and end. It is asked rather than told, so that whoever reads can stop between two
 * events; the content of records is never copied.
 */
export class RecordParser {
  /** The bytes of the last `stdout` or `stderr`. */
  piece: Buffer = nothing;
  /** How the request ended. */
  protocolStatus = 0;
  /** What is wrong, after `malformed`. */
  problem = '';
  #chunk: Buffer = nothing;
  #at = 0;
  readonly #head = Buffer.alloc(recordHeadLength);
  #headLength = 0;
  #left = 0;
  #padding = 0;
  readonly #end = Buffer.alloc(endLength);
  readonly #ended = new Set<number>();

  /** Takes the next bytes, once the ones before are used up. */
  push(chunk: Buffer): void {
    this.#chunk = chunk;
    this.#at = 0;
  }

  /** The next event; `undefined` when more bytes are needed. */
  next(): RecordEvent | undefined {
    for (;;) {
      if (this.#headLength < recordHeadLength) {
        if (!this.#readHead()) return undefined;
        const problem = this.#problemOfHead();
        if (problem !== undefined) {
          this.problem = problem;
          return 'malformed';
        }
      }
      if (this.#left > 0) return this.#readContent();
      const skipped = Math.min(this.#padding, this.#chunk.length - this.#at);
      this.#at += skipped;
      this.#padding -= skipped;
      if (this.#padding > 0) return undefined;
      this.#headLength = 0;
    }
  }

  #readHead(): boolean {
    const copied = this.#chunk.copy(this.#head, this.#headLength, this.#at);
    this.#at += copied;
    this.#headLength += copied;
    return this.#headLength === recordHeadLength;
  }

  #problemOfHead(): string | undefined {
    const head = this.#head;
    if (head[0] !== fastCgiVersion) return 'FCGI_VERSION';
    if (head.readUInt16BE(2) !== requestId) return 'FCGI_REQUEST_ID';
    const type = head[1] as number;
    this.#left = head.readUInt16BE(4);
    this.#padding = head[6] as number;
    if (type === recordTypes.endRequest) return this.#left === endLength ? undefined : 'FCGI_END_LENGTH';
    if (type !== recordTypes.stdout && type !== recordTypes.stderr) return 'FCGI_RECORD_TYPE';
    // A record without content ends its stream. Nothing may follow, least of all more records without content, which would go on for ever.
    if (this.#ended.has(type)) return 'FCGI_STREAM_ENDED';
    if (this.#left === 0) this.#ended.add(type);
    return undefined;
  }

  #readContent(): RecordEvent | undefined {
    const taken = Math.min(this.#left, this.#chunk.length - this.#at);
    if (taken === 0) return undefined;
    const piece = this.#chunk.subarray(this.#at, this.#at + taken);
    this.#at += taken;
    const type = this.#head[1];
    if (type === recordTypes.endRequest) {
      piece.copy(this.#end, endLength - this.#left);
      this.#left -= taken;
      if (this.#left > 0) return undefined;
      this.protocolStatus = this.#end[4] as number;
      return 'end';
    }
    this.#left -= taken;
    this.piece = piece;
    return type === recordTypes.stdout ? 'stdout' : 'stderr';
  }
}

const nothing: Buffer = Buffer.alloc(0);
