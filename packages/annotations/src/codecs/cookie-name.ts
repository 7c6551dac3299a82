import type { Codec } from '../codec.ts';
import { invalid, parsed } from '../codec.ts';
import { isToken } from '../request/characters.ts';

const codec: Codec<string> = {
  grammar: 'cookie name',
  parse(text) {
    const name = text.trim();
    if (name.length > 256) return invalid('is longer than 256 characters', 'Shorten it.');
    return isToken(name)
      ? parsed(name)
      : invalid('is not a cookie name', 'Cookie names have letters, digits, "-" and "_", no blanks, "=" or ";".');
  },
};

/** The name of a cookie: an HTTP token, with its case (RFC 6265 §4.1.1). */
export function cookieName(): Codec<string> {
  return codec;
}
