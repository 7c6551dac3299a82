import { encodeUtf8 } from '@ingresskit/resources';
import { md5 } from '@noble/hashes/legacy.js';
import { toCryptBase64 } from './crypt-base64.ts';

/** What sets the two dialects of the scheme apart: crypt(3)'s own mark, and the one of Apache's htpasswd. */
export type Md5CryptMark = '$1$' | '$apr1$';

const order: readonly (readonly number[])[] = [[0, 6, 12], [1, 7, 13], [2, 8, 14], [3, 9, 15], [4, 10, 5], [11]];
const rounds = 1000;

/** The checksum part of an MD5-based crypt(3) hash, without mark and salt. */
export function md5Crypt(mark: Md5CryptMark, salt: string, password: string): string {
  const key = encodeUtf8(password);
  const saltBytes = encodeUtf8(salt);
  const inner = md5.create().update(key).update(saltBytes).update(key).digest();
  const first = md5.create().update(key).update(encodeUtf8(mark)).update(saltBytes);
  for (let left = key.length; left > 0; left -= inner.length) first.update(inner.subarray(0, Math.min(left, inner.length)));
  // One byte for each binary digit of the length: a zero for a one, the password's first byte for a zero.
  for (let bits = key.length; bits > 0; bits >>= 1) first.update((bits & 1) === 1 ? zero : key.subarray(0, 1));
  let digest = first.digest();
  for (let round = 0; round < rounds; round += 1) {
    const hash = md5.create().update(round % 2 === 1 ? key : digest);
    if (round % 3 !== 0) hash.update(saltBytes);
    if (round % 7 !== 0) hash.update(key);
    digest = hash.update(round % 2 === 1 ? digest : key).digest();
  }
  return toCryptBase64(digest, order);
}

const zero: Uint8Array = new Uint8Array(1);
