const alphabet = './0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';

/**
 * Writes bytes in the base64 of crypt(3), which is not RFC 4648's: another alphabet, and of each group of three bytes the six lowest bits come
 * first. `groups` lists the bytes' positions in the order in which each scheme mixes them, most significant byte first; a shorter group gives
 * as many digits as its bits need.
 */
export function toCryptBase64(bytes: Uint8Array, groups: readonly (readonly number[])[]): string {
  let text = '';
  for (const group of groups) {
    let bits = 0;
    for (const position of group) bits = (bits << 8) | (bytes[position] ?? 0);
    for (let digit = 0; digit <= group.length; digit += 1) {
      text += alphabet.charAt(bits & 63);
      bits >>= 6;
    }
  }
  return text;
}
