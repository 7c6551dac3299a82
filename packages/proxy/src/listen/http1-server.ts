import { createServer, type IncomingMessage, type Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { Http1Client } from '../client/http1-client.ts';
import type { Timeouts } from '../exchange/core.ts';
import { hasToken } from '../gate/gate.ts';
import type { Peer } from '../gate/raw-request.ts';
import type { Sweeper } from '../sweep.ts';
import { Http1Connection } from './http1-connection.ts';

export interface Http1ServerOptions {
  readonly timeouts: Timeouts;
  readonly sweeper: Sweeper;
  onRequest(client: Http1Client): void;
  /** Something that is no HTTP, with the stable name of what is wrong. */
  onMalformed(reason: string): void;
}

/** Bytes of headers that Node's parser takes: the gate's limit of 60 KiB is exact, this only bounds memory. */
const parserLimit = 98_304;

/** HTTP/1 on connections that somebody else accepted. Node's strict parser does the framing; the gate closes what it leaves open. */
export class Http1Server {
  readonly #server: Server;
  readonly #options: Http1ServerOptions;
  readonly #connections = new WeakMap<Duplex, Http1Connection>();
  readonly #sockets = new Set<Socket>();
  #draining = false;

  constructor(options: Http1ServerOptions) {
    this.#options = options;
    const { timeouts } = options;
    this.#server = createServer({
      maxHeaderSize: parserLimit,
      headersTimeout: timeouts.headersMs,
      // Bodies have a deadline of their own, by what arrives rather than in all.
      requestTimeout: 0,
      // Connections see to it by themselves.
      keepAliveTimeout: 0,
      connectionsCheckingInterval: 500,
      requireHostHeader: false,
      insecureHTTPParser: false,
      // Only what can be carried out leaves HTTP; anything else is an ordinary request (RFC 9110 §7.8). Older Node ignores this and asks below.
      shouldUpgradeCallback: ({ headers }: IncomingMessage) => hasToken(headers.upgrade ?? '', 'websocket'),
    });
    this.#server.timeout = 0;
    // Node drops headers beyond this count in silence; the gate counts them instead.
    this.#server.maxHeadersCount = 0;
    // Starts Node's own checks of header and keep-alive times: they belong to a server that listens.
    this.#server.emit('listening');
    this.#server.on('request', (request, response) => this.#begin(request, response, false));
    this.#server.on('checkContinue', (request, response) => this.#begin(request, response, true));
    this.#server.on('checkExpectation', (request, response) => this.#begin(request, response, false));
    this.#server.on('upgrade', (request, socket, head) => this.#upgrade(request, socket, head));
    this.#server.on('connect', (_request, socket) => {
      options.onMalformed('method');
      refuse(socket, '405 Method Not Allowed');
    });
    this.#server.on('clientError', (error: NodeJS.ErrnoException, socket) => this.#malformed(error, socket));
  }

  /** @param waitedMs how long the connection has been open. */
  serve(socket: Socket, peer: Peer, waitedMs = 0): void {
    const { sweeper, timeouts } = this.#options;
    const connection = new Http1Connection(socket, peer, sweeper, timeouts, waitedMs);
    this.#connections.set(socket, connection);
    sweeper.add(connection);
    this.#sockets.add(socket);
    socket.once('close', () => {
      this.#sockets.delete(socket);
      sweeper.delete(connection);
    });
    this.#server.emit('connection', socket);
  }

  /** Connections between requests are closed; the others close after their response. */
  drain(): void {
    this.#draining = true;
    this.#server.closeIdleConnections();
  }

  get connections(): number {
    return this.#sockets.size;
  }

  close(): void {
    this.#server.closeAllConnections();
    for (const socket of this.#sockets) socket.destroy();
    this.#server.close();
  }

  #begin(request: IncomingMessage, response: ServerResponse, waitsForContinue: boolean): void {
    const { socket } = request;
    if (request.httpVersionMajor === 0) {
      // HTTP/0.9 has no status to refuse it with.
      this.#options.onMalformed('version');
      socket.destroy();
      return;
    }
    const connection = this.#connections.get(socket) as Http1Connection;
    if (connection.isLeaving) {
      socket.destroy();
      return;
    }
    const client = new Http1Client(request, response, connection, waitsForContinue);
    if (this.#draining) client.closeAfter();
    this.#options.onRequest(client);
  }

  #upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    socket.on('error', ignore);
    const { headers } = request;
    const isWebSocket = hasToken(headers.upgrade ?? '', 'websocket');
    const hasBody =
      headers['transfer-encoding'] !== undefined || (headers['content-length'] !== undefined && headers['content-length'] !== '0');
    if (!isWebSocket && hasBody) {
      // The parser has let go of the connection, so the body cannot be read any more.
      this.#options.onMalformed('upgrade-with-body');
      refuse(socket, '400 Bad Request');
      return;
    }
    const response = new ServerResponse(request);
    response.shouldKeepAlive = false;
    response.assignSocket(socket as Socket);
    const connection = this.#connections.get(socket) as Http1Connection;
    response.on('finish', () => {
      // A refusal. Node says 'close' of a response when it has one of its own connections back; this one has left Node's server.
      if (response.socket !== null) response.detachSocket(socket as Socket);
      connection.leaveSoon();
      response.emit('close');
    });
    const client = new Http1Client(request, response, connection, false);
    client.upgradeHead = head;
    this.#options.onRequest(client);
  }

  #malformed(error: NodeJS.ErrnoException, socket: Duplex): void {
    const code = error.code ?? '';
    if (code !== 'ECONNRESET' && code !== 'EPIPE') this.#options.onMalformed(code === '' ? 'parser' : code.toLowerCase());
    // What was being answered cannot be finished: its connection says nonsense. The client must not take this answer for that one's.
    if (code === 'ECONNRESET' || !socket.writable || (this.#connections.get(socket)?.busy ?? 0) > 0) {
      socket.destroy();
      return;
    }
    refuse(socket, statuses[code] ?? '400 Bad Request');
  }
}

const statuses: Readonly<Record<string, string>> = {
  HPE_HEADER_OVERFLOW: '431 Request Header Fields Too Large',
  HPE_CHUNK_EXTENSIONS_OVERFLOW: '413 Payload Too Large',
  ERR_HTTP_REQUEST_TIMEOUT: '408 Request Timeout',
};

function refuse(socket: Duplex, status: string): void {
  socket.on('error', ignore);
  socket.end(`HTTP/1.1 ${status}\r\nconnection: close\r\ncontent-length: 0\r\n\r\n`, () => socket.destroy());
}

function ignore(): void {}
