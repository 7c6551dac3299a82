import type { Socket } from 'node:net';
import type { AddressSet } from '@ingresskit/annotations';
import type { ProxyHeader } from './proxy-header.ts';
import { ProxyHeaderParser } from './proxy-header-parser.ts';
import { canonicalAddress } from './version-1.ts';

/** Who may say where a connection comes from, and how long that may take. */
export interface ProxyProtocolOptions {
  /**
   * Peers whose connections begin with a header, and must. The protocol forbids guessing, so those of others are served as they are: a header from
   * them is not understood, and no client can lie about its address.
   */
  readonly trusted: AddressSet;
  /** Time for the whole header. Default 5 000. */
  readonly timeoutMs?: number;
  /** The longest version 2 header, in bytes. Default 4 096. */
  readonly longestHeader?: number;
  /** Hears about connections that are closed for want of a valid header. */
  readonly onRefused?: (problem: string, peer: string) => void;
}

/** Takes a header off a new connection and hands the connection on, for example with `server.emit('connection', socket)`. */
export function acceptProxied(socket: Socket, options: ProxyProtocolOptions, next: (header: ProxyHeader) => void): void {
  const peer = canonicalAddress(socket.remoteAddress ?? '');
  if (!options.trusted.has(peer)) {
    next({ kind: 'direct' });
    return;
  }
  const parser = new ProxyHeaderParser(options.longestHeader);
  const finish = (): void => {
    clearTimeout(timer);
    socket.off('readable', read);
    socket.off('end', cutShort);
    socket.off('close', finish);
    socket.off('error', fail);
  };
  const refuse = (problem: string): void => {
    finish();
    // A reset that arrives late must not become an uncaught error.
    socket.on('error', ignore);
    socket.destroy();
    options.onRefused?.(problem, peer);
  };
  const cutShort = (): void => refuse('the connection ended within the header');
  const fail = (): void => refuse('the connection failed within the header');
  const read = (): void => {
    for (let piece = socket.read() as Buffer | null; piece !== null; piece = socket.read() as Buffer | null) {
      const progress = parser.push(piece);
      if (progress.kind === 'invalid') {
        refuse(progress.problem);
        return;
      }
      if (progress.kind === 'more') continue;
      finish();
      if (progress.rest.length > 0) socket.unshift(progress.rest);
      next(progress.header);
      return;
    }
  };
  const timer = setTimeout(() => refuse('the header did not arrive in time'), options.timeoutMs ?? 5_000);
  socket.on('readable', read);
  socket.on('end', cutShort);
  socket.on('close', finish);
  socket.on('error', fail);
}

function ignore(): void {}
