import type { Place, ProxyHeader, ProxyHeaderProgress } from './proxy-header.ts';
import { canonicalAddress } from './version-1.ts';

/** The first bytes of every binary header: nothing that a client of HTTP or TLS would send. */
export const version2Start: Buffer = Buffer.from('\r\n\r\n\0\r\nQUIT\n', 'latin1');

const fixedLength = 16;

/**
 * Reads a binary header. `bytes` begin with `version2Start`. The extensions behind the addresses are skipped.
 *
 * @param longest the longest header that is accepted, in bytes
 */
export function readVersion2(bytes: Buffer, longest: number): ProxyHeaderProgress {
  if (bytes.length < fixedLength) return { kind: 'more' };
  const [versionAndCommand, familyAndTransport] = [bytes[12] as number, bytes[13] as number];
  const length = fixedLength + bytes.readUInt16BE(14);
  if (versionAndCommand >> 4 !== 2) return invalid('the version is not 2');
  const command = versionAndCommand & 0xf;
  if (command > 1) return invalid('the command is neither LOCAL nor PROXY');
  if (familyAndTransport >> 4 > 3 || (familyAndTransport & 0xf) > 2) return invalid('the address family is unknown');
  if (length > longest) return invalid(`the header is longer than ${longest} bytes`);
  if (bytes.length < length) return { kind: 'more' };
  const header = command === 0 ? direct : readAddresses(familyAndTransport, bytes.subarray(fixedLength, length));
  return header === undefined
    ? invalid('the header is too short for its addresses')
    : { kind: 'done', header, rest: bytes.subarray(length) };
}

const direct: ProxyHeader = { kind: 'direct' };

function readAddresses(familyAndTransport: number, body: Buffer): ProxyHeader | undefined {
  switch (familyAndTransport) {
    case 0x11:
      return body.length < 12 ? undefined : proxied(body, 4, formatIpv4);
    case 0x21:
      return body.length < 36 ? undefined : proxied(body, 16, formatIpv6);
    default:
      // UNSPEC, datagrams and Unix sockets: accepted, and the real peer counts.
      return direct;
  }
}

function proxied(body: Buffer, size: number, format: (bytes: Buffer) => string): ProxyHeader {
  const place = (index: number): Place => ({
    address: format(body.subarray(index * size, (index + 1) * size)),
    port: body.readUInt16BE(2 * size + 2 * index),
  });
  return { kind: 'proxied', source: place(0), destination: place(1) };
}

function formatIpv4(bytes: Buffer): string {
  return bytes.join('.');
}

function formatIpv6(bytes: Buffer): string {
  const groups = Array.from({ length: 8 }, (_, index) => bytes.readUInt16BE(2 * index).toString(16));
  return canonicalAddress(groups.join(':'));
}

function invalid(problem: string): ProxyHeaderProgress {
  return { kind: 'invalid', problem };
}
