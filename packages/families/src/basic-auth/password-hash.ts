// What the password verifier accepts, so that a line nobody can log in with is named when the Secret is read and not at the first login.
const crypted = /^\$(?:apr1|1)\$[!-#%-9;-~]{0,8}\$[./A-Za-z0-9]{22}$/;
const bcrypt = /^\$2[aby]\$(?:0[4-9]|1[0-2])\$[./A-Za-z0-9]{53}$/;
const shaCrypt =
  /^\$(?:5\$(rounds=[1-9][0-9]{0,8}\$)?[!-#%-9;-~]{0,16}\$[./A-Za-z0-9]{43}|6\$(rounds=[1-9][0-9]{0,8}\$)?[!-#%-9;-~]{0,16}\$[./A-Za-z0-9]{86})$/;
/** `htpasswd -d`: text of 13 characters without a scheme is read so by every server that has crypt(3). */
const des = /^[./A-Za-z0-9]{13}$/;
const digest = /^\{(?:SHA\}[A-Za-z0-9+/]{27}=|SSHA\}[A-Za-z0-9+/]{28,}={0,2})$/;

const fewestRounds = 1000;
const mostRounds = 20_000;

/**
 * Why no password can be checked against a hash, or `undefined` where one can: bcrypt up to cost 12, apr1 and MD5 crypt, SHA-crypt up to
 * 20 000 rounds, traditional DES crypt, `{SHA}`, `{SSHA}` and `{PLAIN}`. The bounds keep a Secret from making one login cost seconds. Never quotes the hash.
 */
export function hashProblem(hash: string): string | undefined {
  if (hash === '') return 'it has no password hash';
  if (bcrypt.test(hash) || crypted.test(hash) || digest.test(hash) || des.test(hash) || hash.startsWith('{PLAIN}')) return undefined;
  const sha = shaCrypt.exec(hash);
  if (sha !== null) {
    const rounds = sha[1] ?? sha[2];
    const count = rounds === undefined ? fewestRounds : Number(rounds.slice('rounds='.length, -1));
    return count >= fewestRounds && count <= mostRounds ? undefined : `its rounds are not between ${fewestRounds} and ${mostRounds}`;
  }
  if (/^\$2[aby]\$[0-9]{2}\$/.test(hash)) return 'its bcrypt hash is malformed, or its cost is not between 4 and 12';
  return 'its password hash is of an unknown scheme';
}

/** Whether a hash looks at eight characters of a password only, so that the account should get another one. */
export function isWeakHash(hash: string): boolean {
  return des.test(hash);
}
