import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { ProxyHeaderProgress } from './proxy-header.ts';
import { ProxyHeaderParser } from './proxy-header-parser.ts';

const bytes = (text: string): Buffer => Buffer.from(text, 'latin1');
const start = bytes('\r\n\r\n\0\r\nQUIT\n');

function version2(versionAndCommand: number, family: number, body: Buffer, length: number = body.length): Buffer {
  return Buffer.concat([start, Buffer.from([versionAndCommand, family, length >> 8, length & 0xff]), body]);
}

const tcp4 = Buffer.from([192, 0, 2, 1, 198, 51, 100, 7, 0x30, 0x39, 0x01, 0xbb]);
const tcp6 = Buffer.concat([
  bytes('\x20\x01\x0d\xb8'),
  Buffer.alloc(11),
  Buffer.from([1]),
  Buffer.alloc(15),
  Buffer.from([1, 0, 80, 0x1f, 0x90]),
]);

/** The whole input at once. */
const parse = (input: Buffer): ProxyHeaderProgress => new ProxyHeaderParser().push(input);

const proxied = (from: string, fromPort: number, to: string, toPort: number): object => ({
  kind: 'proxied',
  source: { address: from, port: fromPort },
  destination: { address: to, port: toPort },
});

const accepted: [string, Buffer, object][] = [
  ['TCP4', bytes('PROXY TCP4 192.0.2.1 198.51.100.7 12345 443\r\n'), proxied('192.0.2.1', 12345, '198.51.100.7', 443)],
  ['TCP6', bytes('PROXY TCP6 2001:DB8:0::1 ::1 65535 0\r\n'), proxied('2001:db8::1', 65535, '::1', 0)],
  ['UNKNOWN', bytes('PROXY UNKNOWN\r\n'), { kind: 'direct' }],
  ['UNKNOWN with more', bytes('PROXY UNKNOWN ff:: :: 1 rubbish here\r\n'), { kind: 'direct' }],
  ['v2 TCP4', version2(0x21, 0x11, tcp4), proxied('192.0.2.1', 12345, '198.51.100.7', 443)],
  [
    'v2 TCP4 with extensions',
    version2(0x21, 0x11, Buffer.concat([tcp4, bytes('\x01\x00\x02h2')])),
    proxied('192.0.2.1', 12345, '198.51.100.7', 443),
  ],
  ['v2 TCP6', version2(0x21, 0x21, tcp6), proxied('2001:db8::1', 80, '::1', 8080)],
  ['v2 LOCAL', version2(0x20, 0x00, Buffer.alloc(0)), { kind: 'direct' }],
  ['v2 LOCAL with addresses', version2(0x20, 0x11, tcp4), { kind: 'direct' }],
  ['v2 UNSPEC', version2(0x21, 0x00, Buffer.alloc(5)), { kind: 'direct' }],
  ['v2 UDP', version2(0x21, 0x12, tcp4), { kind: 'direct' }],
  ['v2 Unix', version2(0x21, 0x31, Buffer.alloc(216)), { kind: 'direct' }],
];

const refused: [string, Buffer][] = [
  ['plain HTTP', bytes('GET / HTTP/1.1\r\n')],
  ['TLS', Buffer.from([0x16, 3, 1])],
  ['lower case', bytes('proxy TCP4')],
  ['another family', bytes('PROXY TCP5 1.1.1.1 1.1.1.1 1 1\r\n')],
  ['an IPv6 address in TCP4', bytes('PROXY TCP4 ::1 1.1.1.1 1 1\r\n')],
  ['an IPv4 address in TCP6', bytes('PROXY TCP6 1.1.1.1 ::1 1 1\r\n')],
  ['a port above 65535', bytes('PROXY TCP4 1.1.1.1 1.1.1.1 65536 1\r\n')],
  ['a port with leading zeros', bytes('PROXY TCP4 1.1.1.1 1.1.1.1 080 1\r\n')],
  ['a signed port', bytes('PROXY TCP4 1.1.1.1 1.1.1.1 +1 1\r\n')],
  ['octal addresses', bytes('PROXY TCP4 01.1.1.1 1.1.1.1 1 1\r\n')],
  ['double blanks', bytes('PROXY TCP4  1.1.1.1 1.1.1.1 1 1\r\n')],
  ['a blank at the end', bytes('PROXY TCP4 1.1.1.1 1.1.1.1 1 1 \r\n')],
  ['a bare LF', bytes('PROXY TCP4 1.1.1.1 1.1.1.1 1 1\n')],
  ['a bare CR', bytes('PROXY TCP4 1.1.1.1 1.1.1.1 1 1\rX')],
  ['two CR', bytes('PROXY UNKNOWN\r\r\n')],
  ['a NUL', bytes('PROXY TCP4 1.1.1.1\0')],
  ['an endless line', bytes(`PROXY UNKNOWN ${'x'.repeat(200)}`)],
  ['a line of 108 bytes', bytes(`PROXY UNKNOWN ${'x'.repeat(92)}\r\n`)],
  ['v2 version 1', version2(0x11, 0x11, tcp4)],
  ['v2 another command', version2(0x22, 0x11, tcp4)],
  ['v2 another family', version2(0x21, 0x41, tcp4)],
  ['v2 another transport', version2(0x21, 0x13, tcp4)],
  ['v2 too short for TCP4', version2(0x21, 0x11, tcp4.subarray(0, 11))],
  ['v2 too short for TCP6', version2(0x21, 0x21, tcp4)],
  ['v2 too long, before it has arrived', version2(0x21, 0x11, Buffer.alloc(0), 65_535)],
];

describe('PROXY protocol', () => {
  test.each(accepted)('reads %s', (_, input, header) => {
    expect(parse(Buffer.concat([input, bytes('GET /')]))).toMatchObject({ kind: 'done', header, rest: bytes('GET /') });
  });

  test.each(refused)('refuses %s', (_, input) => {
    expect(parse(input).kind).toBe('invalid');
  });

  test('the longest line there is passes', () => {
    const line = bytes('PROXY UNKNOWN ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff 65535 65535\r\n');
    expect(line.length).toBe(107);
    expect(parse(line).kind).toBe('done');
  });

  test('law: any cutting into pieces gives the same', () => {
    const inputs = [...accepted.map(([, input]) => Buffer.concat([input, bytes('rest')])), ...refused.map(([, input]) => input)];
    fc.assert(
      fc.property(fc.constantFrom(...inputs), fc.array(fc.integer({ min: 1, max: 40 }), { maxLength: 20 }), (input, sizes) => {
        expect(parseInPieces(input, sizes)).toEqual(parse(input));
      }),
      { numRuns: 1_000 },
    );
  });

  test('law: arbitrary bytes never throw, and never ask for more than the longest header', () => {
    const bodies = fc.uint8Array({ maxLength: 300 }).map((array) => Buffer.from(array));
    const begun = fc.tuple(fc.constantFrom(start, bytes('PROXY TCP4 '), bytes('PROXY ')), bodies).map((parts) => Buffer.concat(parts));
    fc.assert(
      fc.property(fc.oneof(bodies, begun), (input) => {
        const parser = new ProxyHeaderParser(128);
        const progress = parser.push(input);
        expect(['more', 'done', 'invalid']).toContain(progress.kind);
        if (progress.kind === 'more') expect(input.length).toBeLessThan(128);
      }),
      { numRuns: 2_000 },
    );
  });
});

/** As a server would: the rest of the pieces behind a finished header belongs to the connection. */
function parseInPieces(input: Buffer, sizes: readonly number[]): ProxyHeaderProgress {
  const parser = new ProxyHeaderParser();
  let progress: ProxyHeaderProgress = { kind: 'more' };
  let at = 0;
  for (const size of [...sizes, input.length]) {
    progress = parser.push(input.subarray(at, at + size));
    at = Math.min(input.length, at + size);
    if (progress.kind !== 'more' || at === input.length) break;
  }
  return progress.kind === 'done' ? { ...progress, rest: Buffer.concat([progress.rest, input.subarray(at)]) } : progress;
}
