import ipaddr from 'ipaddr.js';
import { parseIpv4 } from './ipv4.ts';

/** An IPv6 address as four unsigned 32-bit numbers, the highest first. */
export type Ipv6Words = readonly [number, number, number, number];

const shape = /^[0-9a-f:]{2,39}$/i;

/** The words of an IPv6 address, or `undefined`. Strict: no zone, no brackets, at most four digits a group; a dotted tail must be strict IPv4. */
export function parseIpv6(text: string): Ipv6Words | undefined {
  if (text.length < 2 || text.length > 45) return undefined;
  let hexadecimal = text;
  if (text.includes('.')) {
    const colon = text.lastIndexOf(':');
    const tail = colon < 0 ? -1 : parseIpv4(text, colon + 1);
    // `::a.b.c.d` is a deprecated form that some readers (ipaddr.js) take for `::ffff:a.b.c.d`.
    if (tail < 0 || (colon === 1 && text.startsWith('::'))) return undefined;
    hexadecimal = `${text.slice(0, colon + 1)}${(tail >>> 16).toString(16)}:${(tail & 0xffff).toString(16)}`;
  }
  if (!shape.test(hexadecimal)) return undefined;
  try {
    if (!ipaddr.IPv6.isValid(hexadecimal)) return undefined;
    const { parts } = ipaddr.IPv6.parse(hexadecimal);
    return [join(parts, 0), join(parts, 2), join(parts, 4), join(parts, 6)];
  } catch {
    return undefined;
  }
}

function join(parts: readonly number[], index: number): number {
  return (((parts[index] ?? 0) << 16) | (parts[index + 1] ?? 0)) >>> 0;
}

/** RFC 5952 text. */
export function formatIpv6(words: Ipv6Words): string {
  return new ipaddr.IPv6(words.flatMap((word) => [word >>> 16, word & 0xffff])).toRFC5952String();
}

/** Whether it is an IPv4 address in IPv6 clothes, `::ffff:a.b.c.d`. Sockets that accept both kinds report IPv4 peers so. */
export function isMapped(words: Ipv6Words): boolean {
  return words[0] === 0 && words[1] === 0 && words[2] === 0xffff;
}

/** Whether the text is a strict IPv6 address, without brackets. */
export function isIpv6(text: string): boolean {
  return parseIpv6(text) !== undefined;
}
