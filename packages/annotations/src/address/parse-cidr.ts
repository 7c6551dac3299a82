import type { Problem } from '../codec.ts';
import { formatIpv4, parseIpv4 } from './ipv4.ts';
import type { Ipv6Words } from './ipv6.ts';
import { formatIpv6, isMapped, parseIpv6 } from './ipv6.ts';

/** A block of addresses of one kind: everything that has the first `length` bits of `base`. */
export type Block =
  | { readonly kind: 4; readonly base: number; readonly length: number }
  | { readonly kind: 6; readonly base: Ipv6Words; readonly length: number };

/** A range in canonical text, or why the text is not one. */
export type ParsedCidr =
  | { readonly ok: true; readonly value: string; readonly note?: string }
  | { readonly ok: false; readonly problem: Problem };

/**
 * Reads an address or a CIDR range into canonical text: dotted decimal or RFC 5952, the prefix length left out for a single address.
 *
 * - Bits below the prefix are cleared, as nginx and Envoy do, and a note says so: `10.1.2.3/8` is `10.0.0.0/8`.
 * - `::ffff:10.0.0.1` is the IPv4 address, because that is how such a client is compared. A mapped range wider than `/96` is refused:
 *   it would be meant for IPv4 clients and never meet one.
 * - Otherwise the kinds stay apart: `::/0` holds no IPv4 address.
 */
export function parseCidr(text: string): ParsedCidr {
  const read = readBlock(text);
  if ('message' in read) return { ok: false, problem: read };
  const cidr = formatBlock(read.block);
  return read.masked
    ? { ok: true, value: cidr, note: `has bits set below its prefix length and means ${cidr}` }
    : { ok: true, value: cidr };
}

/** The block a text stands for, or `undefined`. */
export function parseBlock(text: string): Block | undefined {
  const read = readBlock(text);
  return 'message' in read ? undefined : read.block;
}

function readBlock(text: string): { readonly block: Block; readonly masked: boolean } | Problem {
  // The longest address has 45 characters, its prefix length four more.
  if (text.length > 64) return notAnAddress;
  const slash = text.indexOf('/');
  const address = slash < 0 ? text : text.slice(0, slash);
  let length = -1;
  if (slash >= 0) {
    const digits = text.slice(slash + 1);
    if (!/^(0|[1-9][0-9]{0,2})$/.test(digits)) return badLength;
    length = Number(digits);
  }
  const four = parseIpv4(address);
  if (four >= 0) {
    if (length > 32) return { message: 'has a prefix length above 32', help: 'IPv4 ranges end in /0 to /32.' };
    return block4(four, length < 0 ? 32 : length);
  }
  const six = parseIpv6(address);
  if (six === undefined) return addressProblem(address);
  if (length > 128) return { message: 'has a prefix length above 128', help: 'IPv6 ranges end in /0 to /128.' };
  if (length < 0) length = 128;
  if (!isMapped(six)) return block6(six, length);
  if (length < 96)
    return { message: 'is an IPv4-mapped range wider than IPv4', help: 'Write the IPv4 range itself, for example 10.0.0.0/8.' };
  return block4(six[3], length - 96);
}

function block4(address: number, length: number): { readonly block: Block; readonly masked: boolean } {
  const base = (address & maskOf(length)) >>> 0;
  return { block: { kind: 4, base, length }, masked: base !== address };
}

function block6(address: Ipv6Words, length: number): { readonly block: Block; readonly masked: boolean } {
  const word = (index: 0 | 1 | 2 | 3): number => (address[index] & maskOf(Math.min(32, Math.max(0, length - 32 * index)))) >>> 0;
  const base: Ipv6Words = [word(0), word(1), word(2), word(3)];
  return { block: { kind: 6, base, length }, masked: base.some((part, index) => part !== address[index]) };
}

/** The mask of a prefix of 0 to 32 bits, as an unsigned number. */
export function maskOf(length: number): number {
  return length === 0 ? 0 : (0xffffffff << (32 - length)) >>> 0;
}

function formatBlock(block: Block): string {
  if (block.kind === 4) return block.length === 32 ? formatIpv4(block.base) : `${formatIpv4(block.base)}/${block.length}`;
  return block.length === 128 ? formatIpv6(block.base) : `${formatIpv6(block.base)}/${block.length}`;
}

const notAnAddress: Problem = {
  message: 'is not an IP address or CIDR range',
  help: 'Write an address such as 192.0.2.1 or a range such as 10.0.0.0/8 or 2001:db8::/32.',
};

const badLength: Problem = {
  message: 'has a prefix length that is not a plain number',
  help: 'Write the length as decimal digits without leading zeros, for example 10.0.0.0/8. Netmasks such as /255.0.0.0 are not accepted.',
};

function addressProblem(address: string): Problem {
  if (address.includes('%'))
    return { message: 'has an IPv6 zone, which means nothing to a gateway', help: 'Leave out "%" and what follows it.' };
  if (address.trim() !== address) return { message: 'has blanks around it', help: 'Remove the blanks.' };
  if (/^[0-9]+(\.[0-9]+){3}$/.test(address)) {
    return /(^|\.)0[0-9]/.test(address)
      ? { message: 'has leading zeros, which some programs read as octal', help: 'Write each of the four parts without leading zeros.' }
      : { message: 'has a part above 255', help: 'Each of the four parts is a number from 0 to 255.' };
  }
  return notAnAddress;
}
