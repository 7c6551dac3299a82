import { encodeUtf8 } from '@ingresskit/resources';
import { sha256, sha512 } from '@noble/hashes/sha2.js';
import { toCryptBase64 } from './crypt-base64.ts';

/** The SHA-2 size that a crypt(3) hash is made with: `$5$` is 256, `$6$` is 512. */
export type ShaCryptBits = 256 | 512;

const hashes = { 256: sha256, 512: sha512 } as const;
const orders: Readonly<Record<ShaCryptBits, readonly (readonly number[])[]>> = {
  256: [...rotations(10, -1), [31, 30]],
  512: [...rotations(21, 1), [63]],
};

/** The checksum part of a SHA-2-based crypt(3) hash, without mark, rounds and salt (Drepper's "Unix crypt using SHA-256 and SHA-512"). */
export function shaCrypt(bits: ShaCryptBits, rounds: number, salt: string, password: string): string {
  const hash = hashes[bits];
  const key = encodeUtf8(password);
  const saltBytes = encodeUtf8(salt);
  const inner = hash.create().update(key).update(saltBytes).update(key).digest();
  const first = hash.create().update(key).update(saltBytes).update(stretch(inner, key.length));
  for (let length = key.length; length > 0; length >>= 1) first.update((length & 1) === 1 ? inner : key);
  let digest = first.digest();

  const keyHash = hash.create();
  for (let i = 0; i < key.length; i += 1) keyHash.update(key);
  const keySequence = stretch(keyHash.digest(), key.length);
  const saltHash = hash.create();
  for (let i = 0; i < 16 + (digest[0] ?? 0); i += 1) saltHash.update(saltBytes);
  const saltSequence = stretch(saltHash.digest(), saltBytes.length);

  for (let round = 0; round < rounds; round += 1) {
    const next = hash.create().update(round % 2 === 1 ? keySequence : digest);
    if (round % 3 !== 0) next.update(saltSequence);
    if (round % 7 !== 0) next.update(keySequence);
    digest = next.update(round % 2 === 1 ? digest : keySequence).digest();
  }
  return toCryptBase64(digest, orders[bits]);
}

/** The bytes repeated, and cut, to a length. */
function stretch(bytes: Uint8Array, length: number): Uint8Array {
  const out = new Uint8Array(length);
  for (let i = 0; i < length; i += 1) out[i] = bytes[i % bytes.length] ?? 0;
  return out;
}

/** Bytes `k`, `k + third`, `k + 2·third` for each `k`, turned by one place more from group to group. */
function rotations(third: number, direction: 1 | -1): number[][] {
  return Array.from({ length: third }, (_, k) => [0, 1, 2].map((place) => k + third * ((((place + direction * k) % 3) + 3) % 3)));
}
