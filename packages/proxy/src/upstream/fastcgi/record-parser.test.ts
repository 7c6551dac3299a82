import fc from 'fast-check';
import { expect, test } from 'vitest';
import { endRequest, record, stderr, stdout } from '../../testing/fastcgi-responder.ts';
import { RecordParser } from './record-parser.ts';

interface Read {
  stdout: string;
  stderr: string;
  end: string;
}

/** Reads chunks to the end of the request, or to what is wrong. */
function read(chunks: readonly Buffer[]): Read {
  const parser = new RecordParser();
  const result: Read = { stdout: '', stderr: '', end: '' };
  for (const chunk of chunks) {
    parser.push(chunk);
    for (let event = parser.next(); event !== undefined; event = parser.next()) {
      if (event === 'end') return { ...result, end: `status ${parser.protocolStatus}` };
      if (event === 'malformed') return { ...result, end: parser.problem };
      result[event] += parser.piece.toString('latin1');
    }
  }
  return result;
}

function cut(bytes: Buffer, places: readonly number[]): Buffer[] {
  const edges = [...new Set(places.map((place) => place % (bytes.length + 1)))].sort((a, b) => a - b);
  return [0, ...edges].map((start, index) => bytes.subarray(start, edges[index] ?? bytes.length));
}

test('records are the same wherever they are cut', () => {
  const content = fc.uint8Array({ minLength: 1, maxLength: 40 }).map((bytes) => Buffer.from(bytes));
  const one = fc.record({ type: fc.constantFrom(6, 7), content, padding: fc.nat(255) });
  fc.assert(
    fc.property(fc.array(one, { maxLength: 6 }), fc.nat(3), fc.array(fc.nat(3_000), { maxLength: 20 }), (records, status, places) => {
      const textOf = (type: number): string =>
        Buffer.concat(records.filter((each) => each.type === type).map((each) => each.content)).toString('latin1');
      const bytes = Buffer.concat([
        ...records.map(({ type, content, padding }) => record(type, content, { padding })),
        stdout(),
        stderr(),
        endRequest(status),
      ]);
      const expected = { stdout: textOf(6), stderr: textOf(7), end: `status ${status}` };
      expect(read([bytes])).toEqual(expected);
      expect(read(cut(bytes, places))).toEqual(expected);
      expect(read(Array.from(bytes, (byte) => Buffer.from([byte])))).toEqual(expected);
    }),
  );
});

test.each([
  ['another version', record(6, 'x', { version: 2 }), 'FCGI_VERSION'],
  ['HTTP', Buffer.from('HTTP/1.1 200 OK\r\n'), 'FCGI_VERSION'],
  ['another request', record(6, 'x', { id: 2 }), 'FCGI_REQUEST_ID'],
  ['a management record', record(10, '', { id: 0 }), 'FCGI_REQUEST_ID'],
  ['a record of a web server', record(5, 'x'), 'FCGI_RECORD_TYPE'],
  ['an unknown record', record(99, 'x'), 'FCGI_RECORD_TYPE'],
  ['a short end', record(3, 'x'), 'FCGI_END_LENGTH'],
  ['a long end', record(3, '123456789'), 'FCGI_END_LENGTH'],
  ['output behind its end', Buffer.concat([stdout(), stdout('x')]), 'FCGI_STREAM_ENDED'],
  ['empty records without end', Buffer.concat([stderr(), stderr()]), 'FCGI_STREAM_ENDED'],
])('%s is malformed', (_, bytes, problem) => {
  expect(read([bytes])).toEqual({ stdout: '', stderr: '', end: problem });
  expect(read(Array.from(bytes, (byte) => Buffer.from([byte])))).toEqual({ stdout: '', stderr: '', end: problem });
});

test('anything at all is read without a fault', () => {
  fc.assert(fc.property(fc.array(fc.uint8Array({ maxLength: 64 })), (chunks) => void read(chunks.map((chunk) => Buffer.from(chunk)))));
});
