import { type AddressSet, isAddress } from '@ingresskit/annotations';
import { plainAddress } from './raw-request.ts';

/** Hops that are looked at: a longer list is cut, so that its length costs nothing. */
const maxHops = 100;

/**
 * The address of the client behind trusted proxies: going from the right, the first hop that is no trusted proxy (reliability.md A26). A hop that
 * is no address ends the search at the hop before it, since nothing to the left of it can be believed.
 */
export function clientAddress(peer: string, forwardedFor: string | undefined, trusted: AddressSet): string {
  if (forwardedFor === undefined || !trusted.has(peer)) return peer;
  let address = peer;
  let end = forwardedFor.length;
  for (let hop = 0; hop < maxHops && end >= 0; hop++) {
    const comma = forwardedFor.lastIndexOf(',', end - 1);
    const text = plainAddress(withoutPort(forwardedFor.slice(comma + 1, end).trim()));
    if (!isAddress(text)) return address;
    address = text;
    if (!trusted.has(text) || comma < 0) return address;
    end = comma;
  }
  return address;
}

/** Some proxies add the port: `192.0.2.1:1234`, `[2001:db8::1]:1234`. */
function withoutPort(text: string): string {
  if (text.startsWith('[')) {
    const close = text.indexOf(']');
    return close < 0 ? text : text.slice(1, close);
  }
  const colon = text.indexOf(':');
  return colon >= 0 && colon === text.lastIndexOf(':') ? text.slice(0, colon) : text;
}
