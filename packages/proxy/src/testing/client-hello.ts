import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { connect } from 'node:tls';

/** What a ClientHello is made of; absent parts are as most clients have them. */
export interface HelloParts {
  /** Entries of the server_name list: type and bytes. Default: none, and no extension. */
  readonly names?: readonly (readonly [type: number, name: string])[];
  /** Further extensions: type and bytes. */
  readonly extensions?: readonly (readonly [type: number, body: Buffer])[];
}

function uint16(value: number): Buffer {
  return Buffer.from([value >> 8, value & 0xff]);
}

/** A ClientHello message without its record. Names are written byte for byte (latin1). */
export function helloMessage({ names, extensions = [] }: HelloParts): Buffer {
  const list = Buffer.concat(
    (names ?? []).flatMap(([type, name]) => [Buffer.from([type]), uint16(name.length), Buffer.from(name, 'latin1')]),
  );
  const all = [...(names === undefined ? [] : [[0, Buffer.concat([uint16(list.length), list])] as const]), ...extensions];
  const block = Buffer.concat(all.flatMap(([type, body]) => [uint16(type), uint16(body.length), body]));
  const body = Buffer.concat([
    Buffer.from([3, 3]),
    Buffer.alloc(32, 7),
    Buffer.from([32]),
    Buffer.alloc(32, 9),
    uint16(4),
    Buffer.from([0x13, 0x01, 0x13, 0x02]),
    Buffer.from([1, 0]),
    uint16(block.length),
    block,
  ]);
  return Buffer.concat([Buffer.from([1, 0]), uint16(body.length), body]);
}

/** A handshake message in records, cut at the given places. */
export function inRecords(message: Buffer, ...cuts: readonly number[]): Buffer {
  const places = [0, ...[...cuts].sort((a, b) => a - b), message.length];
  return Buffer.concat(
    places.slice(1).flatMap((end, index) => {
      const fragment = message.subarray(places[index], end);
      return [Buffer.from([22, 3, 1]), uint16(fragment.length), fragment];
    }),
  );
}

/** The ClientHello for one name, in one record. */
export function helloFor(name: string): Buffer {
  return inRecords(helloMessage({ names: [[0, name]], extensions: [[43, Buffer.from([2, 3, 4])]] }));
}

/** The first message of a handshake as Node's own client sends it, which a server goes on with. */
export async function nodeHello(servername: string): Promise<Buffer> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const client = connect({ port: (server.address() as AddressInfo).port, host: '127.0.0.1', servername });
  client.on('error', () => undefined);
  const [socket] = (await once(server, 'connection')) as [Socket];
  const [hello] = (await once(socket, 'data')) as [Buffer];
  client.destroy();
  socket.destroy();
  server.close();
  return hello;
}
