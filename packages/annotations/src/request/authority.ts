import { isIpv6 } from '../address/ipv6.ts';
import { classOf, hostBit } from './characters.ts';

/** A host, and a port where one was given. */
export interface Authority {
  /** Lower case, one trailing dot removed. IPv6 addresses keep their brackets. */
  readonly host: string;
  readonly port: number | undefined;
}

/**
 * Reads `host[:port]` of a URL or Host header (RFC 9110 §7.2, without user information), or says what is wrong with it.
 * Stricter than RFC 3986 on purpose: letters, digits, `-`, `_` and dots, or an IPv6 address in brackets. Percent-encoding, empty labels, zones and empty
 * ports have no use here and are read differently by different programs (reliability.md §2.2, A07).
 */
export function parseAuthority(text: string): Authority | string {
  if (text.length === 0) return 'the host is empty';
  // 253 characters of name, a dot, a colon, five digits.
  if (text.length > 260) return 'the host is longer than 253 characters';
  if (text.charCodeAt(0) === 91) return parseBracketed(text);
  let end = text.length;
  let lower = true;
  let previous = 46;
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if (code === 46) {
      if (previous === 46) return 'the host has an empty label';
    } else if (code === 58) {
      end = index;
      break;
    } else if (code > 126 || ((classOf[code] as number) & hostBit) === 0) return wrongCharacter(text, code);
    else if (code > 64 && code < 91) lower = false;
    previous = code;
  }
  if (end === 0) return 'the host is empty';
  const port = end < text.length ? parsePort(text, end + 1) : undefined;
  if (typeof port === 'string') return port;
  const nameEnd = previous === 46 ? end - 1 : end;
  if (nameEnd > 253) return 'the host is longer than 253 characters';
  const name = nameEnd === text.length ? text : text.slice(0, nameEnd);
  return { host: lower ? name : name.toLowerCase(), port };
}

/** The port that begins at `start`, or what is wrong with it. */
function parsePort(text: string, start: number): number | string {
  const digits = text.length - start;
  let port = 0;
  for (let index = start; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if (code < 48 || code > 57) return 'the port is not a number';
    port = port * 10 + (code - 48);
  }
  if (digits === 0) return 'the port is empty';
  return digits > 5 || port < 1 || port > 65535 ? 'the port is not between 1 and 65535' : port;
}

function parseBracketed(text: string): Authority | string {
  const close = text.indexOf(']');
  if (close < 0) return 'the IPv6 address has no closing bracket';
  const address = text.slice(1, close);
  if (address.includes('%')) return 'the IPv6 address has a zone';
  if (!isIpv6(address)) return 'the host in brackets is not an IPv6 address';
  const host = text.slice(0, close + 1).toLowerCase();
  if (close === text.length - 1) return { host, port: undefined };
  if (text.charCodeAt(close + 1) !== 58) return 'something follows the IPv6 address that is not a port';
  const port = parsePort(text, close + 2);
  return typeof port === 'string' ? port : { host, port };
}

function wrongCharacter(text: string, code: number): string {
  if (code === 64 || text.includes('@')) return 'the host has user information before an "@"';
  if (code === 44) return 'there is more than one host';
  if (code > 127) return 'the host has a character outside ASCII; write an internationalised name in its "xn--" form';
  return code <= 32 || code === 127
    ? 'the host has a blank or control character in it'
    : `the host has a character in it that no host name has: "${String.fromCharCode(code)}"`;
}
