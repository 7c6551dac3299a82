import { isAddress } from '@ingresskit/annotations';

/** What the first flight of a TLS client says about the name it wants. */
export type HelloName = { readonly name: string | undefined };

/** Longest beginning that is looked at: one full record. Real ClientHellos have less than 2 KiB, with post-quantum keys less than 4. */
export const maxHello: number = 16_389;

/**
 * Reads the server name out of a ClientHello (RFC 8446 §4.1.2, RFC 6066 §3) without any of the handshake: only to choose whose terms the handshake
 * is made under, or who makes it. The message may be spread over records. `undefined` while bytes are missing. Whatever is malformed in any way has no
 * name; the TLS library, which reads the same bytes, will refuse it.
 */
export function readHelloName(bytes: Buffer): HelloName | undefined {
  const message = firstMessage(bytes);
  if (message === undefined) return bytes.length < maxHello ? undefined : nameless;
  if (message === null) return nameless;
  const name = nameOf(message);
  return name === undefined ? nameless : { name };
}

const nameless: HelloName = { name: undefined };
const handshakeRecord = 22;
const recordHeader = 5;
const longestFragment = 16_384;
const clientHello = 1;
const messageHeader = 4;

/** The body of the ClientHello at the beginning; `null` when there is none, `undefined` while that cannot be told. */
function firstMessage(bytes: Buffer): Buffer | null | undefined {
  const fragments: Buffer[] = [];
  let length = 0;
  let whole: number | undefined;
  for (let at = 0; at < bytes.length; ) {
    // A handshake record of any version of TLS; other protocols show themselves by their first byte.
    if (bytes[at] !== handshakeRecord || (bytes.length > at + 1 && bytes[at + 1] !== 3)) return null;
    if (bytes.length < at + recordHeader) return undefined;
    const size = bytes.readUInt16BE(at + 3);
    // Empty fragments of handshake messages are forbidden (RFC 8446 §5.1).
    if (size === 0 || size > longestFragment) return null;
    const end = at + recordHeader + size;
    const fragment = bytes.subarray(at + recordHeader, end);
    fragments.push(fragment);
    length += fragment.length;
    if (whole === undefined && length >= messageHeader) {
      const message = Buffer.concat(fragments);
      whole = messageHeader + message.readUIntBE(1, 3);
      if (message[0] !== clientHello || whole > maxHello - recordHeader) return null;
    }
    if (whole !== undefined && length >= whole) return Buffer.concat(fragments).subarray(messageHeader, whole);
    if (bytes.length < end) return undefined;
    at = end;
  }
  return undefined;
}

function nameOf(hello: Buffer): string | undefined {
  const reader = new Reader(hello);
  // Version and random, then the session.
  reader.skip(2 + 32);
  reader.skip(reader.uint8());
  const suites = reader.take(reader.uint16());
  const compressions = reader.take(reader.uint8());
  if (suites.length % 2 !== 0 || compressions.length === 0 || reader.uint16() !== reader.left) return undefined;
  let name: string | undefined;
  while (!reader.failed && reader.left > 0) {
    const type = reader.uint16();
    const extension = reader.take(reader.uint16());
    if (type !== 0) continue;
    // A second list of names would let two readers take different ones.
    if (name !== undefined) return undefined;
    name = hostNameOf(extension);
    if (name === undefined) return undefined;
  }
  return reader.failed ? undefined : name;
}

/** The one host name of a server_name extension, as OpenSSL takes it: a list of exactly one. Addresses are not allowed there. */
function hostNameOf(extension: Buffer): string | undefined {
  const reader = new Reader(extension);
  if (reader.uint16() !== reader.left || reader.uint8() !== 0 || reader.uint16() !== reader.left) return undefined;
  const name = reader.take(reader.left).toString('latin1');
  if (reader.failed || name.length > 253 || !/^[\w-]+(?:\.[\w-]+)*$/.test(name) || isAddress(name)) return undefined;
  return name.toLowerCase();
}

/** Reads beyond the end yield nothing and are remembered. */
class Reader {
  failed = false;
  #at = 0;
  readonly #bytes: Buffer;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  get left(): number {
    return this.#bytes.length - this.#at;
  }

  skip(count: number): void {
    this.failed ||= count > this.left;
    this.#at = Math.min(this.#at + count, this.#bytes.length);
  }

  take(count: number): Buffer {
    const start = this.#at;
    this.skip(count);
    return this.#bytes.subarray(start, this.#at);
  }

  uint8(): number {
    const value = this.#bytes[this.#at] ?? 0;
    this.skip(1);
    return value;
  }

  uint16(): number {
    return this.uint8() * 256 + this.uint8();
  }
}
