import {
  type ClientHttp2Session,
  type ClientHttp2Stream,
  constants,
  type IncomingHttpHeaders,
  type IncomingHttpStatusHeader,
  type OutgoingHttpHeaders,
} from 'node:http2';
import type { Readable } from 'node:stream';
import { BodyError } from '../client/request-body.ts';
import { isRepeatRefusal, toFields, withoutPseudo, withoutRepeats } from '../http2-fields.ts';
import type { Call, CallFailure, CallSink, Outgoing } from './call.ts';
import { maxInformational } from './call.ts';

/** A call over HTTP/2, gRPC among them: both directions stream, trailers come last. */
export class Http2Call implements Call {
  readonly #sink: CallSink;
  #stream: ClientHttp2Stream | undefined;
  /** The stream is gone and its place is free. */
  onClosed: (() => void) | undefined;
  #over = false;
  #answered = false;
  #informational = 0;
  #trailers: readonly string[] = none;

  constructor(sink: CallSink) {
    this.#sink = sink;
  }

  start(session: ClientHttp2Session, outgoing: Outgoing, scheme: 'http' | 'https'): void {
    if (this.#over) {
      queueMicrotask(() => this.onClosed?.());
      return;
    }
    const { method, path, host, body } = outgoing;
    const headers = requestHeaders(outgoing);
    headers[':method'] = method;
    headers[':path'] = path;
    headers[':scheme'] = scheme;
    headers[':authority'] = host;
    const stream = this.#request(session, headers, body === undefined);
    if (stream === undefined) {
      queueMicrotask(() => this.onClosed?.());
      return;
    }
    this.#stream = stream;
    this.#sink.onConnected();
    stream.on('headers', (interim, _flags, ...rest) => this.#onInformational(interim, rawOf(rest)));
    stream.on('response', (answer, flags, ...rest) => this.#onResponse(answer, flags, rawOf(rest)));
    stream.on('trailers', (_trailers, _flags, ...rest) => {
      this.#trailers = withoutPseudo(rawOf(rest));
    });
    stream.on('data', (chunk: Buffer) => {
      if (!this.#over && !this.#sink.onData(chunk)) stream.pause();
    });
    stream.on('end', () => {
      // A reset stream ends as well; only 'close' knows whether it was one.
      if (stream.aborted) return;
      queueMicrotask(() => this.#finish());
    });
    stream.on('error', ignore);
    stream.on('close', () => this.#onClose(stream));
    if (body instanceof Uint8Array) stream.end(body);
    else if (body !== undefined) this.#send(body, stream);
  }

  resume(): void {
    this.#stream?.resume();
  }

  cancel(): void {
    if (this.#over) return;
    this.#over = true;
    this.#stream?.close(constants.NGHTTP2_CANCEL);
  }

  /** Ends the call before it had a stream. */
  fail(failure: CallFailure): void {
    if (this.#over) return;
    this.#over = true;
    this.#sink.onFailure(failure);
  }

  /** A stream for the request; `undefined` when there is none, which is told already. */
  #request(session: ClientHttp2Session, headers: OutgoingHttpHeaders, endStream: boolean): ClientHttp2Stream | undefined {
    if (session.closed || session.destroyed) {
      this.fail({ kind: 'unprocessed', code: 'H2_CLOSED' });
      return undefined;
    }
    try {
      try {
        return session.request(headers, { endStream });
      } catch (error) {
        if (!isRepeatRefusal(error)) throw error;
        return session.request(withoutRepeats(headers), { endStream });
      }
    } catch (error) {
      const code = codeOf(error);
      this.fail({ kind: code === 'ERR_HTTP2_OUT_OF_STREAMS' ? 'unprocessed' : 'unsendable', code });
      return undefined;
    }
  }

  #send(body: Readable, stream: ClientHttp2Stream): void {
    body.on('data', (chunk: Buffer) => {
      if (!stream.destroyed && !stream.write(chunk)) body.pause();
    });
    stream.on('drain', () => body.resume());
    body.once('end', () => stream.end());
    body.once('error', (error) => {
      stream.close(constants.NGHTTP2_CANCEL);
      this.fail({ kind: 'body', code: error instanceof BodyError ? error.code : codeOf(error) });
    });
  }

  #onInformational(headers: IncomingHttpStatusHeader, raw: readonly string[]): void {
    if (this.#over) return;
    if (++this.#informational > maxInformational) {
      this.#stream?.close(constants.NGHTTP2_CANCEL);
      this.fail({ kind: 'protocol', code: 'TOO_MANY_INTERIM' });
    } else if (headers[':status'] !== 100) this.#sink.onInformational(headers[':status'] ?? 103, withoutPseudo(raw));
  }

  #onResponse(headers: IncomingHttpHeaders & IncomingHttpStatusHeader, flags: number, raw: readonly string[]): void {
    if (this.#over) return;
    this.#answered = true;
    const isWhole = (flags & constants.NGHTTP2_FLAG_END_STREAM) !== 0;
    const length = isWhole ? 0 : headers['content-length'];
    if (!this.#sink.onHead(headers[':status'] ?? 502, withoutPseudo(raw), length === undefined ? undefined : Number(length)))
      this.#stream?.pause();
  }

  #finish(): void {
    if (this.#over || !this.#answered) return;
    this.#over = true;
    this.#sink.onEnd(this.#trailers);
  }

  #onClose(stream: ClientHttp2Stream): void {
    const { rstCode } = stream;
    this.onClosed?.();
    if (this.#over) return;
    if (rstCode === constants.NGHTTP2_NO_ERROR && this.#answered && stream.readableEnded) this.#finish();
    else if (rstCode === constants.NGHTTP2_REFUSED_STREAM) this.fail({ kind: 'unprocessed', code: 'REFUSED_STREAM' });
    else this.fail({ kind: rstCode === constants.NGHTTP2_PROTOCOL_ERROR ? 'protocol' : 'reset', code: `H2_${rstCode ?? 'CLOSED'}` });
  }
}

const none: readonly string[] = Object.freeze([]);

function ignore(): void {}

function codeOf(error: unknown): string {
  const code = (error as { readonly code?: unknown } | null)?.code;
  return typeof code === 'string' ? code : 'ERROR';
}

function requestHeaders({ headers, length }: Outgoing): OutgoingHttpHeaders {
  const fields = toFields(headers);
  fields['te'] = 'trailers';
  if (length !== undefined && length > 0) fields['content-length'] = String(length);
  return fields;
}

/** Node gives the raw list to every listener of headers; its types leave it out. */
function rawOf([raw]: readonly unknown[]): readonly string[] {
  return raw as readonly string[];
}
