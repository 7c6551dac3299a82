import { constants, type IncomingHttpHeaders, type OutgoingHttpHeaders, type ServerHttp2Stream } from 'node:http2';
import type { Readable } from 'node:stream';
import type { Peer, RawRequest } from '../gate/raw-request.ts';
import type { ClientOwner, ClientSide } from './client-side.ts';
import { RequestBody } from './request-body.ts';

/** A stream of HTTP/2. */
export class Http2Client implements ClientSide {
  readonly raw: RawRequest;
  readonly mayHaveBody: boolean;
  bytesSent = 0;
  owner: ClientOwner | undefined;
  readonly #stream: ServerHttp2Stream;
  #body: RequestBody | undefined;
  #waitsForContinue: boolean;
  #trailers: OutgoingHttpHeaders | undefined;
  #ended = false;

  constructor(stream: ServerHttp2Stream, headers: IncomingHttpHeaders, rawHeaders: readonly string[], flags: number, peer: Peer) {
    this.#stream = stream;
    this.mayHaveBody = (flags & constants.NGHTTP2_FLAG_END_STREAM) === 0;
    this.#waitsForContinue = headers['expect'] !== undefined;
    this.raw = {
      version: '2',
      method: headers[':method'] ?? '',
      scheme: headers[':scheme'],
      target: headers[':path'] ?? '',
      authority: headers[':authority'],
      headers: withoutPseudo(rawHeaders),
      peer,
    };
    stream.on('drain', () => this.owner?.clientReads());
    stream.on('error', ignore);
    stream.on('close', () => this.owner?.clientClosed(this.#ended && stream.rstCode === constants.NGHTTP2_NO_ERROR));
  }

  get bytesReceived(): number {
    return this.#body?.received ?? 0;
  }

  openBody(): RequestBody {
    if (this.#waitsForContinue && !this.#stream.headersSent && !this.#stream.destroyed) this.#stream.additionalHeaders({ ':status': 100 });
    this.#waitsForContinue = false;
    this.#body = new RequestBody(this.#stream, isGone);
    return this.#body;
  }

  discardBody(): void {
    this.#body?.destroy();
    if (!this.#stream.destroyed) this.#stream.resume();
  }

  informational(status: number, headers: readonly string[]): void {
    if (this.#stream.destroyed || this.#stream.headersSent || status === 101) return;
    this.#stream.additionalHeaders({ ':status': status, ...toRecord(headers) });
  }

  head(status: number, headers: readonly string[], length: number | undefined): void {
    const stream = this.#stream;
    if (stream.destroyed || stream.headersSent) return;
    const record = toRecord(headers);
    record[':status'] = status;
    if (length === 0) {
      // Without a body the head is the end: what gRPC calls trailers-only must stay that.
      this.#ended = true;
      stream.respond(record, { endStream: true });
      this.#dismissBody();
      return;
    }
    stream.respond(record, { waitForTrailers: true });
    stream.once('wantTrailers', () => {
      // Without this call the stream would stay open; an empty list ends it.
      if (stream.destroyed) return;
      stream.sendTrailers(this.#trailers ?? {});
      this.#dismissBody();
    });
  }

  data(chunk: Uint8Array): boolean {
    if (this.#stream.destroyed) return true;
    this.bytesSent += chunk.length;
    return this.#stream.write(chunk);
  }

  end(trailers?: readonly string[]): void {
    if (this.#stream.destroyed || this.#ended) return;
    if (trailers !== undefined && trailers.length > 0) this.#trailers = toRecord(trailers);
    this.#ended = true;
    this.#stream.end();
  }

  /** A client that still sends is told that nobody reads, once it has the whole response (RFC 9113 §8.1). */
  #dismissBody(): void {
    const stream = this.#stream;
    stream.resume();
    if (this.mayHaveBody && !stream.readableEnded) setImmediate(closeUnread, stream);
  }

  abort(): void {
    this.reset(constants.NGHTTP2_INTERNAL_ERROR);
  }

  /** Resets the stream: the answer to a request that is malformed. */
  reset(code: number): void {
    if (!this.#stream.closed) this.#stream.close(code);
  }

  closeAfter(): void {
    // One stream does not decide about its connection.
  }

  upgrade(): undefined {
    return undefined;
  }
}

/** Called when the end of the response is on its way: a reset overtakes what is still to be sent. */
function closeUnread(stream: ServerHttp2Stream): void {
  const isOpen = !stream.closed && !stream.destroyed && stream.state.state !== constants.NGHTTP2_STREAM_STATE_HALF_CLOSED_REMOTE;
  if (isOpen) stream.close(constants.NGHTTP2_NO_ERROR);
}

function ignore(): void {}

function isGone(stream: Readable): boolean {
  return (stream as ServerHttp2Stream).aborted || stream.destroyed;
}

function withoutPseudo(rawHeaders: readonly string[]): readonly string[] {
  let start = 0;
  while (start < rawHeaders.length && (rawHeaders[start] as string).startsWith(':')) start += 2;
  return start === 0 ? rawHeaders : rawHeaders.slice(start);
}

function toRecord(pairs: readonly string[]): OutgoingHttpHeaders {
  const record: OutgoingHttpHeaders = { __proto__: null } as never;
  for (let index = 0; index < pairs.length; index += 2) {
    const name = (pairs[index] as string).toLowerCase();
    const value = pairs[index + 1] as string;
    const earlier = record[name];
    record[name] = earlier === undefined ? value : Array.isArray(earlier) ? [...earlier, value] : [String(earlier), value];
  }
  return record;
}
