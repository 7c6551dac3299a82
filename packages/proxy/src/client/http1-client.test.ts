import { once } from 'node:events';
import { afterEach, expect, it } from 'vitest';
import { Stage } from '../testing/stage.ts';

const stage = new Stage();
afterEach(() => stage.close());

/** All values of a byte, again and again. */
const bytesOf = (length: number): Buffer => Buffer.from(Array.from({ length }, (_, index) => (index * 7 + (index >> 8)) & 0xff));

it.each([0, 1, 256, 8_191, 8_192, 8_193, 70_000])(
  'a body of %i bytes arrives byte for byte, beside header values that are not ASCII',
  async (length) => {
    const body = bytesOf(length);
    const { endpoint } = await stage.backend((_request, response) => {
      response.writeHead(200, { 'x-name': Buffer.from('Zoë', 'utf8').toString('latin1'), 'content-length': length }).end(body);
    });
    const { port } = await stage.serve({ endpoints: { 'default/web:80': [endpoint] } });
    const socket = stage.connect(port);
    const pieces: Buffer[] = [];
    socket.on('data', (piece: Buffer) => pieces.push(piece));
    socket.write('GET / HTTP/1.1\r\nHost: a.example\r\nConnection: close\r\n\r\n');
    await once(socket, 'close');
    const all = Buffer.concat(pieces);
    const start = all.indexOf('\r\n\r\n');
    expect(all.subarray(0, start).toString('utf8')).toContain('x-name: Zoë');
    expect(all.subarray(start + 4).equals(body)).toBe(true);
  },
);
