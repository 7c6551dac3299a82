const mark = '[redacted]';

/** Headers whose values are credentials or carry them. */
const secretHeaders: ReadonlySet<string> = new Set([
  'authorization',
  'cookie',
  'proxy-authorization',
  'set-cookie',
  'www-authenticate',
  'x-amz-security-token',
  'x-api-key',
  'x-auth-token',
  'x-csrf-token',
]);

/** Query parameters that carry signatures and tokens; the first four are OpenTelemetry's list. */
const secretParameters: ReadonlySet<string> = new Set([
  'awsaccesskeyid',
  'signature',
  'sig',
  'x-goog-signature',
  'access_key',
  'access_token',
  'api_key',
  'apikey',
  'auth',
  'client_secret',
  'code',
  'id_token',
  'jwt',
  'key',
  'passwd',
  'password',
  'refresh_token',
  'secret',
  'session',
  'sessionid',
  'token',
  'x-amz-credential',
  'x-amz-security-token',
  'x-amz-signature',
  'x-oss-signature',
  'ossaccesskeyid',
]);

/** Whether a header's value must not be shown, whatever the case of its name. */
export function isSecretHeader(name: string): boolean {
  return secretHeaders.has(name.toLowerCase());
}

/** A path with query whose secret parameters keep their names and lose their values. */
export function redactTarget(target: string): string {
  const question = target.indexOf('?');
  return question < 0 ? target : target.slice(0, question + 1) + redactQuery(target.slice(question + 1));
}

/** A query without the values of secret parameters. */
export function redactQuery(query: string): string {
  return query
    .split('&')
    .map((pair) => {
      const equals = pair.indexOf('=');
      return equals >= 0 && isSecretParameter(pair.slice(0, equals)) ? `${pair.slice(0, equals)}=${mark}` : pair;
    })
    .join('&');
}

function isSecretParameter(name: string): boolean {
  const plain = name.toLowerCase();
  if (secretParameters.has(plain)) return true;
  if (!plain.includes('%')) return false;
  try {
    return secretParameters.has(decodeURIComponent(plain).toLowerCase());
  } catch {
    // Half a percent triplet: nobody can say what the backend takes it for.
    return true;
  }
}

/** Raw headers for a log: names and values one after the other, secrets replaced. */
export function redactHeaders(headers: readonly string[]): string[] {
  return headers.map((text, index) => (index % 2 === 1 && isSecretHeader(headers[index - 1] as string) ? mark : text));
}
