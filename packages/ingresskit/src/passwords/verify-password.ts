import { decodeBase64, encodeUtf8 } from '@ingresskit/resources';
import { sha1 } from '@noble/hashes/legacy.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { compareSync } from 'bcryptjs';
import { desCrypt } from './des-crypt.ts';
import type { Md5CryptMark } from './md5-crypt.ts';
import { md5Crypt } from './md5-crypt.ts';
import { shaCrypt } from './sha-crypt.ts';

/** The password schemes of htpasswd files that can be verified. */
export type PasswordScheme =
  | 'bcrypt'
  | 'apr1'
  | 'md5-crypt'
  | 'sha256-crypt'
  | 'sha512-crypt'
  | 'sha1'
  | 'salted-sha1'
  | 'plain'
  | 'des-crypt';

// A check runs on the thread that serves requests, so what a Secret may demand of it is bounded: about a quarter of a second each.
const highestBcryptCost = 12;
const mostShaRounds = 20_000;
// Both bounds are those of crypt(3): fewer rounds and longer passwords are refused there too.
const fewestShaRounds = 1000;
const longestPassword = 511;

const patterns: Readonly<Record<PasswordScheme, RegExp>> = {
  bcrypt: /^\$2[aby]\$(\d\d)\$[./A-Za-z0-9]{53}$/,
  apr1: /^(\$apr1\$)([!-#%-9;-~]{0,8})\$([./A-Za-z0-9]{22})$/,
  'md5-crypt': /^(\$1\$)([!-#%-9;-~]{0,8})\$([./A-Za-z0-9]{22})$/,
  'sha256-crypt': /^\$5\$(?:rounds=([1-9]\d{0,8})\$)?([!-#%-9;-~]{0,16})\$([./A-Za-z0-9]{43})$/,
  'sha512-crypt': /^\$6\$(?:rounds=([1-9]\d{0,8})\$)?([!-#%-9;-~]{0,16})\$([./A-Za-z0-9]{86})$/,
  sha1: /^\{SHA\}([A-Za-z0-9+/]{27}=)$/,
  'salted-sha1': /^\{SSHA\}([A-Za-z0-9+/]{28,}={0,2})$/,
  plain: /^\{PLAIN\}(.*)$/s,
  'des-crypt': /^([./A-Za-z0-9]{2})([./A-Za-z0-9]{11})$/,
};
const schemes: readonly PasswordScheme[] = Object.keys(patterns) as PasswordScheme[];

/**
 * The scheme of an htpasswd hash, or `undefined` where it cannot be verified here:
 * bcrypt above cost 12, SHA-crypt above 20 000 rounds, text without a scheme, and whatever is malformed.
 */
export function passwordScheme(hash: string): PasswordScheme | undefined {
  const scheme = schemes.find((candidate) => patterns[candidate].test(hash));
  if (scheme === 'bcrypt') {
    const cost = Number(hash.slice(4, 6));
    return cost >= 4 && cost <= highestBcryptCost ? scheme : undefined;
  }
  if (scheme === 'sha256-crypt' || scheme === 'sha512-crypt') {
    const rounds = roundsOf(patterns[scheme].exec(hash)?.[1]);
    return rounds >= fewestShaRounds && rounds <= mostShaRounds ? scheme : undefined;
  }
  return scheme;
}

/**
 * Whether the password belongs to the hash: the schemes of htpasswd and crypt(3) that `passwordScheme` names. Never throws; a hash of an
 * unknown scheme, a password with a NUL, and one longer than 511 bytes of UTF-8 do not match anything. Compares in constant time.
 */
export function verifyPassword(hash: string, password: string): boolean {
  const scheme = passwordScheme(hash);
  if (scheme === undefined || password.includes('\0') || password.length > longestPassword) return false;
  const bytes = encodeUtf8(password);
  if (bytes.length > longestPassword) return false;
  const [, first = '', salt = '', checksum = ''] = patterns[scheme].exec(hash) ?? [];
  switch (scheme) {
    case 'bcrypt':
      return compareSync(password, hash);
    case 'apr1':
    case 'md5-crypt':
      return equalBytes(encodeUtf8(md5Crypt(first as Md5CryptMark, salt, password)), encodeUtf8(checksum));
    case 'sha256-crypt':
      return equalBytes(encodeUtf8(shaCrypt(256, roundsOf(first), salt, password)), encodeUtf8(checksum));
    case 'sha512-crypt':
      return equalBytes(encodeUtf8(shaCrypt(512, roundsOf(first), salt, password)), encodeUtf8(checksum));
    case 'sha1':
      return equalBytes(sha1(bytes), decodeBase64(first));
    case 'salted-sha1': {
      const stored = decodeBase64(first);
      if (stored === undefined) return false;
      const digest = sha1.create().update(bytes).update(stored.subarray(20)).digest();
      return equalBytes(digest, stored.subarray(0, 20));
    }
    case 'des-crypt':
      return equalBytes(encodeUtf8(desCrypt(first, bytes)), encodeUtf8(hash));
    case 'plain':
      // Digests of equal length, so that the time says nothing of how long the password is.
      return equalBytes(sha256(bytes), sha256(encodeUtf8(first)));
  }
}

function roundsOf(text: string | undefined): number {
  return text === undefined || text === '' ? 5000 : Number(text);
}

/** Equality whose duration depends on the lengths alone. */
function equalBytes(a: Uint8Array, b: Uint8Array | undefined): boolean {
  if (b === undefined || a.length !== b.length) return false;
  let difference = 0;
  for (let i = 0; i < a.length; i += 1) difference |= (a[i] ?? 0) ^ (b[i] ?? 0);
  return difference === 0;
}
