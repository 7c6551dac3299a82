/** Character classes of HTTP as one table over ASCII: a bit for each class. */

/** RFC 9110 `tchar`: methods, header names, cookie names. */
export const tokenBit = 1;
/** Lower-case token: a header name that needs no folding. */
export const lowerTokenBit = 2;
/** Stands for itself in a canonical path: visible ASCII except what the path scan must look at (`%`, `\`, `?`, `#`, `/`, `.`). */
export const plainPathBit = 4;
/** May stand in a host name: letters, digits, `-`, `_` (dots are looked at by themselves). */
export const hostBit = 8;
/** RFC 3986 unreserved: percent-encoding it changes nothing. */
export const unreservedBit = 16;

/** The classes of each ASCII code. Codes above 126 have none. */
export const classOf: Uint8Array = /* @__PURE__ */ buildTable();

function buildTable(): Uint8Array {
  const table = new Uint8Array(128);
  for (let code = 33; code < 127; code++) {
    const character = String.fromCharCode(code);
    const letterOrDigit = /[0-9A-Za-z]/.test(character);
    let bits = 0;
    if (letterOrDigit || "!#$%&'*+-.^_`|~".includes(character)) bits |= tokenBit;
    if (bits !== 0 && !/[A-Z]/.test(character)) bits |= lowerTokenBit;
    if (!'%\\?#/.'.includes(character)) bits |= plainPathBit;
    if (letterOrDigit || '-_'.includes(character)) bits |= hostBit;
    if (letterOrDigit || '-._~'.includes(character)) bits |= unreservedBit;
    table[code] = bits;
  }
  return table;
}

/** Whether the text is an HTTP token (RFC 9110 §5.6.2). */
export function isToken(text: string): boolean {
  return text.length > 0 && allHave(text, tokenBit);
}

/** Whether every character of the text has the class. True for empty text. */
export function allHave(text: string, bit: number): boolean {
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if (code > 126 || ((classOf[code] as number) & bit) === 0) return false;
  }
  return true;
}

/**
 * Whether a text can be a header value: no control characters except tab, so no line folding, and nothing above U+00FF, which no byte on
 * the wire can be. Bytes 0x80 to 0xFF pass, as in Envoy; the runtime drops such headers before unless told otherwise (reliability.md §2.2).
 */
export function isFieldValue(text: string): boolean {
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if (code < 32 ? code !== 9 : code === 127 || code > 255) return false;
  }
  return true;
}
