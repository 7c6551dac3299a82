const mark = '[redacted]';

/** Names of parameters and headers that carry credentials, without regard to case, hyphens, underscores and brackets. */
const secretNames: ReadonlySet<string> = new Set([
  'auth',
  'code',
  'hmac',
  'key',
  'otp',
  'pass',
  'pwd',
  'session',
  'sid',
  'sig',
  'ticket',
  'xauth',
]);

/** Ends of such names: `access_token` and `X-Token`, `client_secret`, `X-Amz-Signature`, `OSSAccessKeyId`, `PHPSESSID`, `user[password]`. */
const secretEnds =
  /(?:accesskey|accesskeyid|apikey|assertion|authkey|authorization|bearer|cookie|credentials?|jwt|passcode|passphrase|passwd|password|privatekey|secret|secretkey|sessid|sessionid|signature|subscriptionkey|token)$/;

/** Headers whose names do not say it. */
const secretHeaders: ReadonlySet<string> = new Set(['proxyauthenticate', 'wwwauthenticate']);

/** Headers whose values are URLs. */
const urlHeaders: ReadonlySet<string> = new Set([
  'contentlocation',
  'location',
  'origin',
  'referer',
  'xforwardeduri',
  'xoriginalurl',
  'xrewriteurl',
]);

/** Whether a header's value must not be shown, whatever the case of its name. */
export function isSecretHeader(name: string): boolean {
  const plain = plainName(name);
  return secretHeaders.has(plain) || isSecretName(plain);
}

/** Raw headers for a log: names and values one after the other, secrets replaced, also those inside of URLs. */
export function redactHeaders(headers: readonly string[]): string[] {
  return headers.map((text, index) => {
    if (index % 2 === 0) return text;
    const name = headers[index - 1] as string;
    if (isSecretHeader(name)) return mark;
    return urlHeaders.has(plainName(name)) ? redactTarget(text) : text;
  });
}

/** A host without the user and the password that may stand before it. */
export function redactAuthority(authority: string): string {
  const at = authority.lastIndexOf('@');
  return at < 0 ? authority : `${mark}${authority.slice(at)}`;
}

/** A request target or a URL whose secret parameters keep their names and lose their values, in its path, its query and its fragment. */
export function redactTarget(target: string): string {
  const end = target.search(/[?#]/);
  const before = redactPath(end < 0 ? target : target.slice(0, end));
  return end < 0 ? before : before + target.charAt(end) + redactQuery(target.slice(end + 1));
}

/** A path without the values of secret parameters (`;jsessionid=…`), and without user and password where it is a URL's beginning. */
export function redactPath(path: string): string {
  const named = path.includes('@')
    ? path.replace(/^([a-z][a-z0-9+.-]*:)?\/\/([^/]*)/i, (_, scheme = '', authority = '') => `${scheme}//${redactAuthority(authority)}`)
    : path;
  return named.includes(';') ? named.replaceAll(/[^/]+/g, redactPair) : named;
}

/** A query without the values of secret parameters. */
export function redactQuery(query: string): string {
  return query.replaceAll(/[^&#]+/g, redactPair);
}

/**
 * What stands between two `&`. Some backends end a parameter at `;` as well and others do not, so a secret one is looked for behind each, and whatever follows
 * its name goes.
 */
function redactPair(pair: string): string {
  for (let from = 0; from < pair.length; ) {
    const semicolon = pair.indexOf(';', from);
    const end = semicolon < 0 ? pair.length : semicolon;
    const equals = pair.indexOf('=', from);
    if (equals >= 0 && equals < end && isSecretParameter(pair.slice(from, equals))) return `${pair.slice(0, equals + 1)}${mark}`;
    from = end + 1;
  }
  return pair;
}

function isSecretParameter(name: string): boolean {
  if (!name.includes('%')) return isSecretName(plainName(name));
  try {
    return isSecretName(plainName(decodeURIComponent(name)));
  } catch {
    // Half a percent triplet: nobody can say what the backend takes it for.
    return true;
  }
}

function isSecretName(plain: string): boolean {
  return secretNames.has(plain) || secretEnds.test(plain);
}

function plainName(name: string): string {
  return name.toLowerCase().replaceAll(/[^a-z0-9]/g, '');
}
