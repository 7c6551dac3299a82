import { isAddress, parseCidr } from '@ingresskit/annotations';
import type { Place, ProxyHeader, ProxyHeaderProgress } from './proxy-header.ts';

/** The longest line, its CRLF included (PROXY protocol, §2.1). */
const longest = 107;

/** The first bytes of every line. */
export const version1Start: Buffer = Buffer.from('PROXY ', 'latin1');

/** Reads a text header. `bytes` begin with `version1Start`. */
export function readVersion1(bytes: Buffer): ProxyHeaderProgress {
  const end = bytes.indexOf('\r\n', 0, 'latin1');
  if (end < 0 ? bytes.length >= longest : end + 2 > longest) return invalid('the line is longer than 107 bytes');
  const line = bytes.toString('latin1', 0, end < 0 ? bytes.length : end);
  // The last byte may be the CR of a line end that is still to come.
  if (!/^[ -~]*\r?$/.test(line) || (end >= 0 && line.endsWith('\r'))) return invalid('the line has bytes that no header has');
  if (end < 0) return { kind: 'more' };
  const header = parseLine(line);
  return header === undefined ? invalid('the line is malformed') : { kind: 'done', header, rest: bytes.subarray(end + 2) };
}

function parseLine(line: string): ProxyHeader | undefined {
  const [, family, from, to, fromPort, toPort, ...more] = line.split(' ');
  // Whatever follows UNKNOWN is to be ignored.
  if (family === 'UNKNOWN') return { kind: 'direct' };
  if ((family !== 'TCP4' && family !== 'TCP6') || more.length > 0) return undefined;
  const source = readPlace(from, fromPort, family);
  const destination = readPlace(to, toPort, family);
  return source === undefined || destination === undefined ? undefined : { kind: 'proxied', source, destination };
}

function readPlace(address = '', port = '', family: 'TCP4' | 'TCP6'): Place | undefined {
  if (!isAddress(address) || address.includes(':') !== (family === 'TCP6')) return undefined;
  if (!/^(0|[1-9][0-9]{0,4})$/.test(port) || Number(port) > 65_535) return undefined;
  return { address: canonicalAddress(address), port: Number(port) };
}

/** One spelling for an address: RFC 5952, and IPv4 for IPv4-mapped ones. */
export function canonicalAddress(address: string): string {
  const parsed = parseCidr(address);
  return parsed.ok ? parsed.value : address;
}

function invalid(problem: string): ProxyHeaderProgress {
  return { kind: 'invalid', problem };
}
