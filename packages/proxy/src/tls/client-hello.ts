/** What the first flight of a TLS client says about the name it wants. */
export type HelloName = { readonly name: string | undefined };

/** Longest ClientHello that is looked at; real ones have less than 2 KiB, with post-quantum keys less than 4. */
export const maxHello: number = 16_389;

/**
 * Reads the server name out of a ClientHello (RFC 8446 §4.1.2, RFC 6066 §3) without any of the handshake: only to choose whose terms the handshake
 * is made under. `undefined` while bytes are missing. What is malformed has no name; the TLS library will refuse it.
 */
export function readHelloName(bytes: Buffer): HelloName | undefined {
  if (bytes.length < 5) return undefined;
  // A handshake record of any TLS version.
  if (bytes[0] !== 22 || bytes[1] !== 3) return nameless;
  const end = 5 + bytes.readUInt16BE(3);
  if (end > maxHello) return nameless;
  if (bytes.length < end) return undefined;
  return { name: nameOf(bytes.subarray(5, end)) };
}

const nameless: HelloName = { name: undefined };

function nameOf(hello: Buffer): string | undefined {
  const reader = new Reader(hello);
  if (reader.uint8() !== 1) return undefined;
  reader.skip(3 + 2 + 32);
  reader.skip(reader.uint8());
  reader.skip(reader.uint16());
  reader.skip(reader.uint8());
  const extensionsEnd = reader.uint16() + reader.at;
  while (!reader.failed && reader.at < extensionsEnd) {
    const type = reader.uint16();
    const length = reader.uint16();
    if (type !== 0) {
      reader.skip(length);
      continue;
    }
    reader.skip(2);
    if (reader.uint8() !== 0) return undefined;
    const name = reader.text(reader.uint16());
    return reader.failed || !/^[\w.-]{1,253}$/.test(name) ? undefined : name.toLowerCase();
  }
  return undefined;
}

/** Reads beyond the end yield nothing and are remembered. */
class Reader {
  at = 0;
  failed = false;
  readonly #bytes: Buffer;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  skip(count: number): void {
    this.at += count;
    if (this.at > this.#bytes.length) this.failed = true;
  }

  uint8(): number {
    this.skip(1);
    return this.failed ? 0 : (this.#bytes[this.at - 1] as number);
  }

  uint16(): number {
    return this.uint8() * 256 + this.uint8();
  }

  text(length: number): string {
    this.skip(length);
    return this.failed ? '' : this.#bytes.toString('latin1', this.at - length, this.at);
  }
}
