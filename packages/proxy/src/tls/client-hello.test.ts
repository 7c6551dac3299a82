import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { connect } from 'node:tls';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { helloFor, helloMessage, inRecords } from '../testing/client-hello.ts';
import { maxHello, readHelloName } from './client-hello.ts';

const seedText = process.env['FUZZ_SEED'];
const seed = seedText === undefined ? (Math.random() * 2 ** 31) | 0 : Number(seedText);
const runs = { seed, numRuns: 2_000 };

const message = helloMessage({ names: [[0, 'Pass.Example']] });
const nameIn = (bytes: Buffer): string | undefined => readHelloName(bytes)?.name;

describe('the name in a ClientHello', () => {
  it('is read once the last byte is there, whatever comes behind it', () => {
    const hello = inRecords(message);
    for (let length = 0; length < hello.length; length++) expect(readHelloName(hello.subarray(0, length)), `${length}`).toBeUndefined();
    expect(nameIn(hello)).toBe('pass.example');
    expect(nameIn(Buffer.concat([hello, Buffer.from('\x14\x03\x03\x00\x01\x01', 'latin1')]))).toBe('pass.example');
  });

  it('is read from two records, cut anywhere, and from one for each byte', () => {
    for (let cut = 1; cut < message.length; cut++) {
      const hello = inRecords(message, cut);
      expect(nameIn(hello), `${cut}`).toBe('pass.example');
      expect(readHelloName(hello.subarray(0, hello.length - 1)), `${cut}`).toBeUndefined();
    }
    expect(nameIn(inRecords(message, ...Array.from({ length: message.length - 1 }, (_, index) => index + 1)))).toBe('pass.example');
  });

  it.each(['TLSv1.2', 'TLSv1.3'] as const)('is read from what a client of %s sends', async (version) => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const client = connect({ port, host: '127.0.0.1', servername: 'real.example', minVersion: version, maxVersion: version });
    client.on('error', () => undefined);
    const [socket] = (await once(server, 'connection')) as [import('node:net').Socket];
    const [hello] = (await once(socket, 'data')) as [Buffer];
    expect(nameIn(hello)).toBe('real.example');
    client.destroy();
    socket.destroy();
    server.close();
  });

  it.each([
    ['two labels and an underscore', 'a_b.c-1', 'a_b.c-1'],
    ['a word of JavaScript', '__proto__', '__proto__'],
    ['as long as a name may be', `${'a'.repeat(249)}.com`, `${'a'.repeat(249)}.com`],
    ['too long', `${'a'.repeat(250)}.com`, undefined],
    ['300 bytes', 'a'.repeat(300), undefined],
    ['empty', '', undefined],
    ['with a NUL', 'pass.example\0.evil.example', undefined],
    ['an IPv4 address', '192.0.2.1', undefined],
    ['an IPv6 address', '::1', undefined],
    ['in brackets', '[::1]', undefined],
    ['with a port', 'pass.example:443', undefined],
    ['with an empty label', 'pass..example', undefined],
    ['with a dot at its end', 'pass.example.', undefined],
    ['not ASCII', 'p\xe4ss.example', undefined],
    ['with a line break', 'pass.example\n', undefined],
    ['with a wildcard', '*.example', undefined],
  ])('%s', (_, name, expected) => {
    expect(readHelloName(helloFor(name))).toEqual({ name: expected });
  });

  it('is none where there is no list, more than one, or more than one name', () => {
    const list = helloMessage({ names: [[0, 'a.example']] });
    const extension = list.subarray(list.length - 14);
    for (const parts of [
      {},
      { names: [] },
      {
        names: [
          [0, 'a.example'],
          [0, 'b.example'],
        ] as const,
      },
      { names: [[1, 'a.example']] as const },
      { names: [[0, 'a.example']] as const, extensions: [[0, extension]] as const },
    ])
      expect(readHelloName(inRecords(helloMessage(parts)))).toEqual({ name: undefined });
  });
});

describe('what is no ClientHello', () => {
  it.each([
    ['HTTP', 'GET'],
    ['HTTP/2', 'PRI * HTTP/2.0'],
    ['SSL 2', '\x80\x2e\x01\x03\x01'],
    ['an alert', '\x15\x03\x01\x00\x02\x02\x28'],
    ['another protocol in its second byte', '\x16\x04'],
    ['an empty record', '\x16\x03\x01\x00\x00'],
    ['a record that is too long', '\x16\x03\x01\x40\x01'],
    ['another handshake message', '\x16\x03\x01\x00\x04\x02\x00\x00\x10'],
    ['a message that is too long', '\x16\x03\x01\x00\x04\x01\x00\x40\x00'],
    ['an alert between two fragments', '\x16\x03\x01\x00\x02\x01\x00\x15'],
  ])('%s has no name, and nobody waits for more', (_, text) => {
    expect(readHelloName(Buffer.from(text, 'latin1'))).toEqual({ name: undefined });
  });

  // Lengths of the message, the session, the ciphers, the compressions, the extensions, the first one, its list and its name; and two types.
  it.each([0, 1, 2, 3, 38, 71, 72, 77, 79, 80, 81, 82, 83, 84, 85, 86, 87, 88, 89])('has no name when its byte %d is another', (at) => {
    for (const change of [1, 255]) {
      const changed = Buffer.from(message);
      changed[at] = ((changed[at] as number) + change) & 0xff;
      expect(readHelloName(Buffer.concat([inRecords(changed), Buffer.alloc(maxHello)]))).toEqual({ name: undefined });
    }
  });
});

describe(`whatever is sent (FUZZ_SEED=${seed})`, () => {
  it('never throws, and is decided about within one record', () => {
    const bytes = fc.uint8Array({ maxLength: 600 }).map((array) => Buffer.from(array));
    const tls = bytes.map((body) => inRecords(Buffer.concat([Buffer.from([1, 0]), Buffer.from([body.length >> 8, body.length]), body])));
    const mutated = fc.tuple(fc.nat(message.length + 4), fc.nat(255)).map(([at, value]) => {
      const hello = inRecords(message);
      hello[at % hello.length] = value;
      return hello;
    });
    fc.assert(
      fc.property(fc.oneof(bytes, tls, mutated), (input) => {
        const found = readHelloName(input);
        expect(found === undefined || found.name === undefined || /^[\w-]+(\.[\w-]+)*$/.test(found.name)).toBe(true);
        expect(readHelloName(Buffer.concat([input, Buffer.alloc(maxHello)]))).toBeDefined();
      }),
      runs,
    );
  });

  it('a name comes out as it was put in, however the message is cut into records', () => {
    const label = fc.stringMatching(/^[a-z][a-z0-9-]{0,20}$/);
    const name = fc.array(label, { minLength: 1, maxLength: 6 }).map((labels) => labels.join('.'));
    const cuts = fc.uniqueArray(fc.integer({ min: 1, max: 90 }), { maxLength: 12 });
    const other = fc.tuple(fc.integer({ min: 1, max: 65_535 }), fc.uint8Array({ maxLength: 64 }));
    fc.assert(
      fc.property(name, cuts, fc.array(other, { maxLength: 4 }), (host, places, others) => {
        const extensions = others.map(([type, body]) => [type, Buffer.from(body)] as const);
        expect(nameIn(inRecords(helloMessage({ names: [[0, host]], extensions }), ...places))).toBe(host);
      }),
      runs,
    );
  });
});
