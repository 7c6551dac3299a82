import { type IncomingMessage, type ServerResponse, STATUS_CODES } from 'node:http';
import type { Readable } from 'node:stream';
import { hasToken } from '../gate/gate.ts';
import type { HttpVersion, RawRequest } from '../gate/raw-request.ts';
import type { Http1Connection } from '../listen/http1-connection.ts';
import type { ClientOwner, ClientSide, Tunnel } from './client-side.ts';
import { RequestBody } from './request-body.ts';

/** So much of a body that nobody wants is read and dropped, so that the connection lives on; where more is to come it is closed. */
const drainable = 65_536;

/**
 * A body of up to so many bytes leaves as text of Latin-1, which is the same bytes: Node writes its head and such a text with one call for one string,
 * where a head and a buffer are two pieces to gather, which costs a tenth of a request.
 */
const compact = 8_192;

/** A request of HTTP/1 and its response. */
export class Http1Client implements ClientSide {
  readonly raw: RawRequest;
  readonly mayHaveBody: boolean;
  bytesSent = 0;
  owner: ClientOwner | undefined;
  /** The bytes that came with an upgrade, and whether the connection has left HTTP. */
  upgradeHead: Uint8Array | undefined;
  readonly #request: IncomingMessage;
  readonly #response: ServerResponse;
  readonly #connection: Http1Connection;
  #body: RequestBody | undefined;
  #waitsForContinue: boolean;
  #awaitsDrain = false;
  /** Bytes of the body that are still to come, where its length is known. */
  #left: number | undefined;
  #ended = false;
  #over = false;

  constructor(request: IncomingMessage, response: ServerResponse, connection: Http1Connection, waitsForContinue: boolean) {
    this.#request = request;
    this.#response = response;
    this.#connection = connection;
    this.#waitsForContinue = waitsForContinue;
    const { rawHeaders } = request;
    this.raw = {
      version: request.httpVersion as HttpVersion,
      method: request.method as string,
      target: request.url as string,
      authority: undefined,
      headers: rawHeaders,
      peer: connection.peer,
    };
    this.mayHaveBody = request.headers['content-length'] !== undefined || request.headers['transfer-encoding'] !== undefined;
    connection.enter();
    response.on('close', () => {
      connection.leave();
      this.#over = true;
      this.owner?.clientClosed(response.writableFinished);
    });
    // Errors of the connection arrive as 'close' as well.
    response.on('error', ignore);
    request.on('error', ignore);
  }

  get bytesReceived(): number {
    return this.#body?.received ?? 0;
  }

  get unsent(): number {
    return this.#response.writableLength;
  }

  openBody(): RequestBody {
    if (this.#waitsForContinue && !this.#response.headersSent) this.#response.writeContinue();
    this.#waitsForContinue = false;
    this.#body = new RequestBody(this.#request, isIncomplete);
    return this.#body;
  }

  discardBody(): void {
    if (!this.mayHaveBody || this.#request.readableEnded) return;
    if (this.#isMuchLeft) this.#connection.leaveSoon();
    this.#body?.destroy();
    // Even when all of it has come: the connection stands still for as long as a full buffer is not read.
    this.#request.resume();
  }

  /** Whether more of the body is to come than it is worth reading; one whose length is not known may have no end. */
  get #isMuchLeft(): boolean {
    const { complete, headers } = this.#request;
    if (complete) return false;
    return this.#waitsForContinue || Number(headers['content-length'] ?? Number.POSITIVE_INFINITY) - this.bytesReceived > drainable;
  }

  informational(status: number, headers: readonly string[]): void {
    const { socket, headersSent } = this.#response;
    if (this.#over || headersSent || status === 101 || this.raw.version !== '1.1') return;
    // Node's own way refuses many links that are legal. A response without a socket waits for those before it: an interim one is not worth keeping until then.
    if (socket === null || !socket.writable) return;
    socket.write(`HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}\r\n${linesOf(writable(headers))}\r\n`, 'latin1');
  }

  head(status: number, headers: readonly string[], length: number | undefined): void {
    if (this.#over) return;
    this.#left = length;
    // An answer that overtakes its request most likely ends before it, and then the connection has to end: the client is told while it can be.
    if (this.mayHaveBody && this.#isMuchLeft) this.closeAfter();
    this.#response.writeHead(status, headers as string[]);
  }

  data(chunk: Uint8Array): boolean {
    if (this.#over || this.#ended) return true;
    this.bytesSent += chunk.length;
    if (this.#left !== undefined) {
      this.#left -= chunk.length;
      // Head and body leave in one piece where the last of the body is known for it.
      if (this.#left === 0) {
        this.#ended = true;
        this.discardBody();
        if (chunk.length > compact) this.#response.end(chunk);
        else this.#response.end(asLatin1(chunk), 'latin1');
        return true;
      }
    }
    if (this.#response.write(chunk)) return true;
    if (!this.#awaitsDrain) {
      this.#awaitsDrain = true;
      this.#response.once('drain', () => {
        this.#awaitsDrain = false;
        this.owner?.clientReads();
      });
    }
    return false;
  }

  end(trailers?: readonly string[]): void {
    if (this.#over || this.#ended) return;
    this.#ended = true;
    this.discardBody();
    if (trailers !== undefined && trailers.length > 0 && this.#takesTrailers) this.#response.addTrailers(toEntries(writable(trailers)));
    this.#response.end();
  }

  /** Who has not asked for trailers may not expect them, or merge them into the headers (RFC 9110 §6.5.1). */
  get #takesTrailers(): boolean {
    return this.#response.chunkedEncoding && hasToken(String(this.#request.headers['te'] ?? ''), 'trailers');
  }

  abort(): void {
    this.#response.destroy();
    this.#request.socket.destroy();
  }

  closeAfter(): void {
    this.#response.shouldKeepAlive = false;
  }

  upgrade(headers: readonly string[]): Tunnel | undefined {
    if (this.upgradeHead === undefined || this.#over) return undefined;
    const { socket } = this.#request;
    this.#over = true;
    // What has left HTTP waits for no request.
    this.#connection.enter();
    this.#response.detachSocket(socket);
    socket.write(`HTTP/1.1 101 Switching Protocols\r\n${linesOf(headers)}\r\n`, 'latin1');
    return { socket, head: this.upgradeHead };
  }
}

function ignore(): void {}

function asLatin1(bytes: Uint8Array): string {
  return (Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)).toString('latin1');
}

function isIncomplete(request: Readable): boolean {
  return !(request as IncomingMessage).complete;
}

/** The fields that no writer refuses. */
function writable(pairs: readonly string[]): readonly string[] {
  const kept: string[] = [];
  for (let index = 0; index < pairs.length; index += 2) {
    const name = pairs[index] as string;
    const value = pairs[index + 1] as string;
    if (token.test(name) && !unwritable.test(value)) kept.push(name, value);
  }
  return kept;
}

const token = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;
const unwritable = /[^\t\x20-\x7e\x80-\xff]/;

function linesOf(pairs: readonly string[]): string {
  let text = '';
  for (let index = 0; index < pairs.length; index += 2) text += `${pairs[index]}: ${pairs[index + 1]}\r\n`;
  return text;
}

function toEntries(pairs: readonly string[]): [string, string][] {
  const entries: [string, string][] = [];
  for (let index = 0; index < pairs.length; index += 2) entries.push([pairs[index] as string, pairs[index + 1] as string]);
  return entries;
}
