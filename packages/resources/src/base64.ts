const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

// Hand-written because the core knows neither Node's Buffer nor a browser's btoa.
const values: Int8Array = new Int8Array(128).fill(-1);
for (let i = 0; i < alphabet.length; i += 1) values[alphabet.charCodeAt(i)] = i;

/** Bytes as standard base64 with padding (RFC 4648 section 4). */
export function encodeBase64(bytes: Uint8Array): string {
  let text = '';
  for (let i = 0; i < bytes.length; i += 3) {
    const [a = 0, b = 0, c = 0] = bytes.subarray(i, i + 3);
    const group = (a << 16) | (b << 8) | c;
    text += digit(group >> 18) + digit(group >> 12);
    text += i + 1 < bytes.length ? digit(group >> 6) : '=';
    text += i + 2 < bytes.length ? digit(group) : '=';
  }
  return text;
}

function digit(group: number): string {
  return alphabet.charAt(group & 63);
}

/** The bytes of standard base64 with padding, line breaks ignored, or `undefined`: the reading of Go's decoder, which the API server uses. */
export function decodeBase64(text: string): Uint8Array | undefined {
  const compact = text.replaceAll(/[\r\n]/g, '');
  const padding = compact.endsWith('==') ? 2 : compact.endsWith('=') ? 1 : 0;
  const digits = compact.length - padding;
  if (compact.length % 4 !== 0) return undefined;
  const bytes = new Uint8Array((compact.length / 4) * 3 - padding);
  let group = 0;
  let size = 0;
  for (let i = 0; i < digits; i += 1) {
    const code = compact.charCodeAt(i);
    const value = code < 128 ? (values[code] ?? -1) : -1;
    if (value < 0) return undefined;
    group = ((group << 6) | value) & 0xffffff;
    if (i % 4 === 0) continue;
    if (size < bytes.length) bytes[size] = (group >> (i % 4 === 1 ? 4 : i % 4 === 2 ? 2 : 0)) & 255;
    size += 1;
  }
  return bytes;
}

/** True when `decodeBase64` would succeed, without decoding. */
export function isBase64(text: string): boolean {
  const compact = text.replaceAll(/[\r\n]/g, '');
  return compact.length % 4 === 0 && /^[A-Za-z0-9+/]*={0,2}$/.test(compact);
}

/** The UTF-8 bytes of a text. A lone surrogate becomes U+FFFD. */
export function encodeUtf8(text: string): Uint8Array {
  const bytes: number[] = [];
  for (const character of text) {
    const code = character.codePointAt(0) ?? 0xfffd;
    const point = code >= 0xd800 && code <= 0xdfff ? 0xfffd : code;
    if (point < 0x80) bytes.push(point);
    else if (point < 0x800) bytes.push(0xc0 | (point >> 6), 0x80 | (point & 63));
    else if (point < 0x10000) bytes.push(0xe0 | (point >> 12), 0x80 | ((point >> 6) & 63), 0x80 | (point & 63));
    else bytes.push(0xf0 | (point >> 18), 0x80 | ((point >> 12) & 63), 0x80 | ((point >> 6) & 63), 0x80 | (point & 63));
  }
  return Uint8Array.from(bytes);
}

/** The text of UTF-8 bytes. Each byte that cannot be part of a character becomes U+FFFD. */
export function decodeUtf8(bytes: Uint8Array): string {
  let text = '';
  let i = 0;
  while (i < bytes.length) {
    const lead = bytes[i] ?? 0;
    const length =
      lead < 0x80 ? 1 : lead >= 0xc2 && lead < 0xe0 ? 2 : lead >= 0xe0 && lead < 0xf0 ? 3 : lead >= 0xf0 && lead < 0xf5 ? 4 : 0;
    const point = length === 0 ? undefined : codePoint(bytes, i, length);
    text += point === undefined ? '\ufffd' : String.fromCodePoint(point);
    i += point === undefined ? 1 : length;
  }
  return text;
}

const smallest: readonly number[] = [0, 0, 0x80, 0x800, 0x10000];

function codePoint(bytes: Uint8Array, at: number, length: number): number | undefined {
  let point = (bytes[at] ?? 0) & (length === 1 ? 0x7f : 0xff >> (length + 1));
  for (let i = at + 1; i < at + length; i += 1) {
    const byte = bytes[i] ?? 0;
    if ((byte & 0xc0) !== 0x80) return undefined;
    point = (point << 6) | (byte & 63);
  }
  // Overlong forms, surrogates and what lies past Unicode are no characters.
  if (point < (smallest[length] ?? 0) || (point >= 0xd800 && point <= 0xdfff) || point > 0x10ffff) return undefined;
  return point;
}
