/**
 * What the gate does with a header, by its lower-case name. Names that are not listed are end-to-end and pass.
 *
 * - `hop`: belongs to one connection and is never forwarded (RFC 9110 §7.6.1);
 * - `forwarded`: says where a request came from; only trusted proxies may send it;
 * - the others have rules of their own.
 */
export type HeaderKind =
  | 'host'
  | 'content-length'
  | 'transfer-encoding'
  | 'connection'
  | 'upgrade'
  | 'expect'
  | 'cookie'
  | 'hop'
  | 'forwarded'
  | 'forwarded-for'
  | 'forwarded-host'
  | 'forwarded-port'
  | 'real-ip'
  | 'forwarded-proto'
  | 'request-id';

const kinds: ReadonlyMap<string, HeaderKind> = new Map<string, HeaderKind>([
  ['host', 'host'],
  ['content-length', 'content-length'],
  ['transfer-encoding', 'transfer-encoding'],
  ['connection', 'connection'],
  ['upgrade', 'upgrade'],
  ['expect', 'expect'],
  ['cookie', 'cookie'],
  ['te', 'hop'],
  ['keep-alive', 'hop'],
  ['proxy-connection', 'hop'],
  ['proxy-authenticate', 'hop'],
  ['proxy-authorization', 'hop'],
  ['trailer', 'hop'],
  ['http2-settings', 'hop'],
  ['forwarded', 'forwarded'],
  ['x-real-ip', 'real-ip'],
  ['x-forwarded-host', 'forwarded-host'],
  ['x-forwarded-port', 'forwarded-port'],
  ['x-original-uri', 'forwarded'],
  ['x-original-url', 'forwarded'],
  ['x-original-forwarded-for', 'forwarded'],
  ['x-scheme', 'forwarded'],
  ['x-forwarded-for', 'forwarded-for'],
  ['x-forwarded-proto', 'forwarded-proto'],
  ['x-request-id', 'request-id'],
]);

/** What is known of a header by its name alone. */
export interface HeaderName {
  /** In lower case. */
  readonly name: string;
  readonly kind: HeaderKind | undefined;
  /** Whether programs with CGI-like variables would read it as another one's name. */
  readonly folds: boolean;
}

/** Names that most requests have, as browsers and HTTP/2 write them. Names of requests are new strings each time, so spelling one anew costs more than this look. */
const common: ReadonlyMap<string, HeaderName> = new Map(
  [
    ...kinds.keys(),
    'accept',
    'accept-encoding',
    'accept-language',
    'authorization',
    'cache-control',
    'content-type',
    'dnt',
    'grpc-timeout',
    'if-match',
    'if-modified-since',
    'if-none-match',
    'origin',
    'pragma',
    'priority',
    'range',
    'referer',
    'sec-ch-ua',
    'sec-ch-ua-mobile',
    'sec-ch-ua-platform',
    'sec-fetch-dest',
    'sec-fetch-mode',
    'sec-fetch-site',
    'sec-fetch-user',
    'sec-websocket-extensions',
    'sec-websocket-key',
    'sec-websocket-protocol',
    'sec-websocket-version',
    'traceparent',
    'tracestate',
    'upgrade-insecure-requests',
    'user-agent',
    'x-requested-with',
  ].flatMap((name) => {
    const known = describe(name);
    const title = name.replace(/(^|-)[a-z]/g, (letters) => letters.toUpperCase());
    return [
      [name, known],
      [title, known],
    ] as const;
  }),
);

/** Looks a header up by its name in any case. */
export function headerName(spelled: string): HeaderName {
  return common.get(spelled) ?? describe(spelled.toLowerCase());
}

function describe(name: string): HeaderName {
  return { name, kind: kindOf(name), folds: name.includes('_') || name.includes('.') };
}

/** The kind of a header; `undefined` for ordinary ones. */
export function kindOf(name: string): HeaderKind | undefined {
  const kind = kinds.get(name);
  if (kind !== undefined) return kind;
  return name.startsWith('x-forwarded-') || name.startsWith('x-envoy-') ? 'forwarded' : undefined;
}

/** The spelling that programs with CGI-like variables fold a name to: `X_Real.Ip` and `x-real-ip` are one there (reliability.md §2.5). */
export function foldedName(name: string): string {
  return name.replaceAll(/[._]/g, '-');
}

/** Headers that a `Connection` header cannot remove: policies rely on them (CVE-2024-45410). */
export function isProtected(name: string): boolean {
  const kind = kindOf(name);
  if (kind !== undefined) return kind !== 'hop' && kind !== 'upgrade';
  return (
    name === 'authorization' || name === 'origin' || name === 'traceparent' || name === 'x-client-certificate' || name.startsWith('x-auth-')
  );
}
