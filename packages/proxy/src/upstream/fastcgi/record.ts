/** Types of records that a responder sends or gets (FastCGI 1.0 §8). */
export const recordTypes = {
  beginRequest: 1,
  endRequest: 3,
  params: 4,
  stdin: 5,
  stdout: 6,
  stderr: 7,
} as const;

/** Bytes in front of the content of a record. */
export const recordHeadLength = 8;
export const fastCgiVersion = 1;
/** A connection carries one request, so its number is always the same. */
export const requestId = 1;
/** What the length of a record can say. */
export const maxRecordLength = 65_535;

const responderRole = 1;

/** The head of a record. It is not padded: the protocol only recommends that, and nobody here maps records onto memory. */
export function recordHead(type: number, length: number): Buffer {
  const head = Buffer.alloc(recordHeadLength);
  writeHead(head, 0, type, length);
  return head;
}

/** The records before the body: the request for a responder, on a connection that ends with it, and its parameters. */
export function encodeRequestHead(params: readonly FastCgiParam[]): Buffer {
  const pairs = encodePairs(params);
  const records = Math.ceil(pairs.length / maxRecordLength);
  const bytes = Buffer.alloc(2 * recordHeadLength + pairs.length + (records + 1) * recordHeadLength);
  writeHead(bytes, 0, recordTypes.beginRequest, 8);
  bytes[recordHeadLength + 1] = responderRole;
  let at = 2 * recordHeadLength;
  for (let start = 0; start < pairs.length; start += maxRecordLength) {
    const length = Math.min(maxRecordLength, pairs.length - start);
    writeHead(bytes, at, recordTypes.params, length);
    pairs.copy(bytes, at + recordHeadLength, start, start + length);
    at += recordHeadLength + length;
  }
  writeHead(bytes, at, recordTypes.params, 0);
  return bytes;
}

/** A parameter. The characters of both texts are bytes, as those of headers are. */
export type FastCgiParam = readonly [name: string, value: string];

function encodePairs(params: readonly FastCgiParam[]): Buffer {
  let size = 0;
  for (const [name, value] of params) size += sizeOfLength(name.length) + sizeOfLength(value.length) + name.length + value.length;
  const bytes = Buffer.allocUnsafe(size);
  let at = 0;
  for (const [name, value] of params) {
    at = writeLength(bytes, at, name.length);
    at = writeLength(bytes, at, value.length);
    at += bytes.write(name, at, 'latin1');
    at += bytes.write(value, at, 'latin1');
  }
  return bytes;
}

function sizeOfLength(length: number): number {
  return length < 128 ? 1 : 4;
}

/** Short lengths are one byte, others four with the highest bit set (FastCGI 1.0 §3.4). */
function writeLength(bytes: Buffer, at: number, length: number): number {
  return length < 128 ? bytes.writeUInt8(length, at) : bytes.writeUInt32BE((length | 0x80000000) >>> 0, at);
}

function writeHead(bytes: Buffer, at: number, type: number, length: number): void {
  bytes[at] = fastCgiVersion;
  bytes[at + 1] = type;
  bytes.writeUInt16BE(requestId, at + 2);
  bytes.writeUInt16BE(length, at + 4);
}
