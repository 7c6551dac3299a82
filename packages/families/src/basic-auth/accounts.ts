import type { Secret } from '@ingresskit/resources';
import { decodeBase64, decodeUtf8 } from '@ingresskit/resources';
import { hashProblem } from './password-hash.ts';

/** Password hashes by user name. */
export type Accounts = ReadonlyMap<string, string>;

/** An account that cannot be used: where it stands, and why, without a word of its content. */
export interface UnusableAccount {
  /** `line 3` of a file, `key "alice"` of a map. */
  readonly where: string;
  readonly why: string;
}

export interface AccountList {
  readonly accounts: Accounts;
  readonly unusable: readonly UnusableAccount[];
}

/** The text of a Secret's key: `undefined` where the key is missing, `invalid` where its value is not base64. */
export function secretText(secret: Secret, key: string): { readonly text: string } | 'invalid' | undefined {
  const { data } = secret;
  if (data === undefined || !Object.hasOwn(data, key)) return undefined;
  const bytes = decodeBase64(data[key] ?? '');
  return bytes === undefined ? 'invalid' : { text: decodeUtf8(bytes) };
}

/**
 * The accounts of an htpasswd file: `user:hash` on a line, blank lines and lines that begin with `#` left out. A second colon begins a comment,
 * as nginx reads it, except after `{PLAIN}`, where cutting would accept less than the whole password. Of two lines for a user the first holds.
 */
export function readPasswordFile(text: string): AccountList {
  const accounts = new Map<string, string>();
  const unusable: UnusableAccount[] = [];
  text.split('\n').forEach((raw, index) => {
    const line = raw.endsWith('\r') ? raw.slice(0, -1) : raw;
    if (line.trim() === '' || line.startsWith('#')) return;
    const colon = line.indexOf(':');
    const user = line.slice(0, Math.max(colon, 0));
    const rest = line.slice(colon + 1);
    const hash = rest.startsWith('{PLAIN}') ? rest : (rest.split(':', 1)[0] ?? '').trim();
    const why =
      colon < 0
        ? 'it has no colon'
        : user === ''
          ? 'it has no user name'
          : accounts.has(user)
            ? 'an earlier line has the same user'
            : hashProblem(hash);
    if (why === undefined) accounts.set(user, hash);
    else unusable.push({ where: `line ${index + 1}`, why });
  });
  return { accounts, unusable };
}

/** The accounts of a Secret whose keys are the users and whose values are their hashes. */
export function readPasswordMap(secret: Secret): AccountList {
  const accounts = new Map<string, string>();
  const unusable: UnusableAccount[] = [];
  for (const user of Object.keys(secret.data ?? {})) {
    const value = secretText(secret, user);
    const text = value === undefined || value === 'invalid' ? undefined : value.text.replace(/\r?\n$/, '');
    const hash = text?.startsWith('{PLAIN}') === true ? text : text?.trim();
    const why = hash === undefined ? 'its value is not base64' : hashProblem(hash);
    if (hash !== undefined && why === undefined) accounts.set(user, hash);
    else unusable.push({ where: `key "${user}"`, why: why ?? '' });
  }
  return { accounts, unusable };
}
