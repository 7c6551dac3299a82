/// <reference path="./unix-crypt-td-js.d.ts" />
import unixCrypt from 'unix-crypt-td-js';

/**
 * Traditional crypt(3), as `htpasswd -d` writes it: DES with two characters of salt. Only the first eight bytes of a password count, and of each only
 * seven bits.
 *
 * @param salt two characters of `./0-9A-Za-z`.
 */
export function desCrypt(salt: string, password: Uint8Array): string {
  return unixCrypt([...password.subarray(0, 8)], salt);
}
