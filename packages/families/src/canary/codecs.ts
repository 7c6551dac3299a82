import type { Codec } from '@ingresskit/annotations';
import { compilePattern, invalid, parsed } from '@ingresskit/annotations';

const token = /^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,256}$/;
const queryKey = /^[^\s&=#\u0000-\u001f\u007f]{1,256}$/;
const printable = /^[^\u0000-\u001f\u007f]{1,4096}$/;

/** The name of a request header (RFC 9110 §5.1), in lower case, since names have no case. */
export const headerName: Codec<string> = {
  grammar: 'the name of a header',
  parse(text) {
    const name = text.trim();
    return token.test(name) ? parsed(name.toLowerCase()) : invalid('is not the name of a header');
  },
};

/** The name of a query parameter, as it stands in the URL: names are compared before decoding. */
export const queryName: Codec<string> = {
  grammar: 'the name of a query parameter, encoded as in the URL',
  parse(text) {
    const name = text.trim();
    return queryKey.test(name) ? parsed(name) : invalid('is not the name of a query parameter');
  },
};

/** What a header, parameter or cookie must hold. Space around it is dropped, since a header never has any. */
export const value: Codec<string> = {
  grammar: 'text on one line, at most 4096 characters',
  parse(text) {
    const trimmed = text.trim();
    return printable.test(trimmed) ? parsed(trimmed) : invalid('is not text on one line of at most 4096 characters');
  },
};

/** RE2 text that must match somewhere in the value. */
export const pattern: Codec<string> = {
  grammar: 'an RE2 pattern',
  parse(text) {
    const trimmed = text.trim();
    const compiled = compilePattern(trimmed, { end: 'search' });
    return compiled.ok ? parsed(trimmed) : { ok: false, problem: compiled.problem };
  },
};
