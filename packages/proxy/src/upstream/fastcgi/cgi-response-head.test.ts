import fc from 'fast-check';
import { expect, test } from 'vitest';
import { CgiResponseHead } from './cgi-response-head.ts';

interface Read {
  readonly status?: number;
  readonly headers?: readonly string[];
  readonly length?: number | undefined;
  readonly body?: string;
  readonly problem?: string;
}

function read(pieces: readonly Buffer[]): Read | undefined {
  const head = new CgiResponseHead();
  for (const [index, piece] of pieces.entries()) {
    const state = head.push(piece);
    if (state === 'malformed') return { problem: head.problem };
    if (state === 'more') continue;
    const body = Buffer.concat([piece.subarray(head.consumed), ...pieces.slice(index + 1)]).toString('latin1');
    return { status: head.status, headers: head.headers, length: head.length, body };
  }
  return undefined;
}

const whole = (text: string): Read | undefined => read([Buffer.from(text, 'latin1')]);

test.each<readonly [string, Read]>([
  ['X: 1\r\n\r\nbody', { status: 200, headers: ['X', '1'], length: undefined, body: 'body' }],
  ['X: 1\n\nbody\n\n', { status: 200, headers: ['X', '1'], length: undefined, body: 'body\n\n' }],
  ['Status: 404 Not Found\r\nX:  a b \t\r\n\r\n', { status: 404, headers: ['X', 'a b'], length: undefined, body: '' }],
  ['status:500\r\nX:\r\n\r\n', { status: 500, headers: ['X', ''], length: undefined, body: '' }],
  ['Location: /a\r\n\r\n', { status: 302, headers: ['Location', '/a'], length: undefined, body: '' }],
  ['Location: /a\r\nStatus: 201\r\n\r\n', { status: 201, headers: ['Location', '/a'], length: undefined, body: '' }],
  ['Content-Length: 2\r\n\r\nok', { status: 200, headers: ['Content-Length', '2'], length: 2, body: 'ok' }],
  [
    'Set-Cookie: a=1\r\nSet-Cookie: b=\xe4\r\n\r\n',
    { status: 200, headers: ['Set-Cookie', 'a=1', 'Set-Cookie', 'b=\xe4'], length: undefined, body: '' },
  ],
])('%j is read', (text, expected) => {
  expect(whole(text)).toEqual(expected);
  // One piece in front of every byte.
  expect(read(Array.from(Buffer.from(text, 'latin1'), (byte) => Buffer.from([byte])))).toEqual(expected);
});

test.each([
  ['\r\nbody', 'FCGI_HEAD_EMPTY'],
  ['\nbody', 'FCGI_HEAD_EMPTY'],
  ['HTTP/1.1 200 OK\r\n\r\n', 'FCGI_HEADER_NAME'],
  ['nonsense\r\n\r\n', 'FCGI_HEADER_NAME'],
  [': x\r\n\r\n', 'FCGI_HEADER_NAME'],
  ['X : y\r\n\r\n', 'FCGI_HEADER_NAME'],
  ['X: a\r\n b\r\n\r\n', 'FCGI_HEADER_NAME'],
  ['X\xe4: y\r\n\r\n', 'FCGI_HEADER_NAME'],
  ['X: a\0b\r\n\r\n', 'FCGI_HEADER_VALUE'],
  ['X: a\rY: b\r\n\r\n', 'FCGI_HEADER_VALUE'],
  ['Status: 99\r\n\r\n', 'FCGI_STATUS'],
  ['Status: 100\r\n\r\n', 'FCGI_STATUS'],
  ['Status: 103 Early Hints\r\n\r\n', 'FCGI_STATUS'],
  ['Status: 1000\r\n\r\n', 'FCGI_STATUS'],
  ['Status: OK\r\n\r\n', 'FCGI_STATUS'],
  ['Status:\r\n\r\n', 'FCGI_STATUS'],
  ['Status: 200\r\nStatus: 404\r\n\r\n', 'FCGI_STATUS'],
  ['Content-Length: 2\r\nContent-Length: 2\r\n\r\n', 'FCGI_CONTENT_LENGTH'],
  ['Content-Length: -1\r\n\r\n', 'FCGI_CONTENT_LENGTH'],
  ['Content-Length: 1, 1\r\n\r\n', 'FCGI_CONTENT_LENGTH'],
])('%j is refused', (text, problem) => {
  expect(whole(text)).toEqual({ problem });
});

test('a head has an end: 64 KiB', () => {
  const line = `X: ${'y'.repeat(8_188)}\n`;
  expect(whole(`${line.repeat(7)}\n`)).toMatchObject({ status: 200 });
  expect(whole(line.repeat(9))).toEqual({ problem: 'FCGI_HEAD_TOO_LONG' });
  expect(read(Array.from({ length: 70_000 }, () => Buffer.from('x')))).toEqual({ problem: 'FCGI_HEAD_TOO_LONG' });
});

test('anything at all is read without a fault, and the same in one piece and in many', () => {
  const text = fc.array(fc.constantFrom('a', ':', ' ', '\r', '\n', 'Status', '\0', '200', '\xff'), { maxLength: 30 });
  fc.assert(
    fc.property(text, (parts) => {
      const bytes = Buffer.from(parts.join(''), 'latin1');
      const split = read(Array.from(bytes, (byte) => Buffer.from([byte])));
      expect(split).toEqual(read([bytes]));
    }),
  );
});
