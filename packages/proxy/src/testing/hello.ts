function sized(length: number, ...parts: readonly Buffer[]): Buffer {
  const body = Buffer.concat(parts);
  const head = Buffer.alloc(length);
  head.writeUIntBE(body.length, 0, length);
  return Buffer.concat([head, body]);
}

function extension(type: number, body: Buffer): Buffer {
  return Buffer.concat([Buffer.from([type >> 8, type & 255]), sized(2, body)]);
}

/** A ClientHello of TLS 1.2, whose answer shows the certificate in clear. No TLS library writes the names that tests ask for. */
export function clientHello(name: Buffer | string | undefined): Buffer {
  const asked = typeof name === 'string' ? Buffer.from(name, 'latin1') : name;
  const extensions = [
    ...(asked === undefined ? [] : [extension(0, sized(2, Buffer.from([0]), sized(2, asked)))]),
    // The groups and signatures of the curve P-256, and of RSA.
    extension(10, sized(2, Buffer.from([0, 29, 0, 23]))),
    extension(11, sized(1, Buffer.from([0]))),
    extension(13, sized(2, Buffer.from([4, 3, 8, 4, 4, 1]))),
  ];
  const hello = Buffer.concat([
    Buffer.from([3, 3]),
    Buffer.alloc(32, 7),
    Buffer.from([0]),
    sized(2, Buffer.from([0xc0, 0x2b, 0xc0, 0x2f])),
    Buffer.from([1, 0]),
    sized(2, ...extensions),
  ]);
  return Buffer.concat([Buffer.from([22, 3, 1]), sized(2, Buffer.from([1]), sized(3, hello))]);
}
