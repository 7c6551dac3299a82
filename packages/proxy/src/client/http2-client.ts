import {
  constants,
  type IncomingHttpHeaders,
  type OutgoingHttpHeaders,
  type ServerHttp2Stream,
  type ServerStreamResponseOptions,
} from 'node:http2';
import type { Readable } from 'node:stream';
import type { Peer, RawRequest } from '../gate/raw-request.ts';
import { isRepeatRefusal, toFields, withoutPseudo, withoutRepeats } from '../http2-fields.ts';
import type { ClientOwner, ClientSide } from './client-side.ts';
import { type BodyMeter, RequestBody } from './request-body.ts';

/** Who is told what goes through a stream. */
export interface StreamMeter extends BodyMeter {
  sent(bytes: number): void;
}

/** A stream of HTTP/2. */
export class Http2Client implements ClientSide {
  readonly raw: RawRequest;
  readonly mayHaveBody: boolean;
  bytesSent = 0;
  owner: ClientOwner | undefined;
  readonly #stream: ServerHttp2Stream;
  readonly #meter: StreamMeter;
  #body: RequestBody | undefined;
  #waitsForContinue: boolean;
  #trailers: OutgoingHttpHeaders | undefined;
  #ended = false;

  constructor(
    stream: ServerHttp2Stream,
    headers: IncomingHttpHeaders,
    rawHeaders: readonly string[],
    flags: number,
    peer: Peer,
    meter: StreamMeter,
  ) {
    this.#stream = stream;
    this.#meter = meter;
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

  get unsent(): number {
    return this.#stream.writableLength;
  }

  openBody(): RequestBody {
    if (this.#waitsForContinue) this.informational(100, none);
    this.#waitsForContinue = false;
    this.#body = new RequestBody(this.#stream, isGone, this.#meter);
    return this.#body;
  }

  discardBody(): void {
    this.#body?.destroy();
    if (!this.#stream.destroyed) this.#drop();
  }

  informational(status: number, headers: readonly string[]): void {
    const stream = this.#stream;
    if (stream.destroyed || stream.closed || stream.headersSent || status === 101) return;
    const fields = toFields(headers);
    fields[':status'] = status;
    // One that cannot be written is left out: the answer is what counts.
    for (const choice of [fields, withoutRepeats(fields)]) {
      try {
        stream.additionalHeaders(choice);
        return;
      } catch {
        // With less of it, then.
      }
    }
  }

  head(status: number, headers: readonly string[], length: number | undefined): void {
    const stream = this.#stream;
    if (stream.destroyed || stream.closed || stream.headersSent) return;
    const fields = toFields(headers);
    fields[':status'] = status;
    if (length === 0) {
      // Without a body the head is the end: what gRPC calls trailers-only must stay that.
      this.#ended = true;
      respond(stream, fields, trailersOnly);
      this.#dismissBody();
      return;
    }
    respond(stream, fields, withTrailers);
    stream.once('wantTrailers', () => {
      sendTrailers(stream, this.#trailers);
      if (!stream.destroyed) this.#dismissBody();
    });
  }

  data(chunk: Uint8Array): boolean {
    if (this.#stream.destroyed) return true;
    this.bytesSent += chunk.length;
    this.#meter.sent(chunk.length);
    return this.#stream.write(chunk);
  }

  end(trailers?: readonly string[]): void {
    if (this.#stream.destroyed || this.#ended) return;
    if (trailers !== undefined && trailers.length > 0) this.#trailers = toFields(trailers);
    this.#ended = true;
    this.#stream.end();
  }

  /** A client that still sends is told that nobody reads, once it has the whole response (RFC 9113 §8.1). */
  #dismissBody(): void {
    const stream = this.#stream;
    this.#drop();
    if (this.mayHaveBody && !stream.readableEnded) setImmediate(closeUnread, stream);
  }

  /** Reads on for nobody. */
  #drop(): void {
    const stream = this.#stream;
    if (this.mayHaveBody && !stream.readableEnded) stream.on('data', (chunk: Buffer) => this.#meter.received(chunk.length));
    stream.resume();
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

const none: readonly string[] = Object.freeze([]);
const trailersOnly: ServerStreamResponseOptions = Object.freeze({ endStream: true });
const withTrailers: ServerStreamResponseOptions = Object.freeze({ waitForTrailers: true });

function ignore(): void {}

function isGone(stream: Readable): boolean {
  return (stream as ServerHttp2Stream).aborted || stream.destroyed;
}

function respond(stream: ServerHttp2Stream, fields: OutgoingHttpHeaders, options: ServerStreamResponseOptions): void {
  try {
    stream.respond(fields, options);
  } catch (error) {
    if (!isRepeatRefusal(error)) throw error;
    stream.respond(withoutRepeats(fields), options);
  }
}

/** Nobody could catch what is thrown here. Without trailers, an empty list among them, the stream would stay open. */
function sendTrailers(stream: ServerHttp2Stream, trailers: OutgoingHttpHeaders | undefined): void {
  const choices = trailers === undefined ? [{}] : [trailers, withoutRepeats(trailers), {}];
  for (const fields of choices) {
    if (stream.destroyed || stream.closed) return;
    try {
      stream.sendTrailers(fields);
      return;
    } catch {
      // With less of it, then.
    }
  }
}
