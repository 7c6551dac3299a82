/** Headers that belong to one connection (RFC 9110 §7.6.1), and those between a client and a proxy of its own choice. */
const hopByHop: ReadonlySet<string> = new Set([
  'connection',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'transfer-encoding',
  'upgrade',
  'http2-settings',
]);

/** What a `Connection` header may not name away: framing, security and identity depend on them (CVE-2024-45410). */
const kept: ReadonlySet<string> = new Set([
  'authorization',
  'cache-control',
  'content-encoding',
  'content-length',
  'content-security-policy',
  'content-type',
  'cookie',
  'forwarded',
  'host',
  'location',
  'origin',
  'set-cookie',
  'strict-transport-security',
  'traceparent',
  'vary',
  'www-authenticate',
  'x-real-ip',
  'x-request-id',
]);

/** The end-to-end headers among some: names and values one after the other, as `rawHeaders` are. Order and spelling stay. */
export function withoutHopByHop(headers: readonly string[]): string[] {
  const nominated = nominatedBy(headers);
  const result: string[] = [];
  for (let index = 0; index < headers.length; index += 2) {
    const name = (headers[index] as string).toLowerCase();
    if (hopByHop.has(name) || nominated?.has(name) === true) continue;
    result.push(headers[index] as string, headers[index + 1] as string);
  }
  return result;
}

/** The names that `Connection` headers list, without those that are kept. */
function nominatedBy(headers: readonly string[]): ReadonlySet<string> | undefined {
  let names: Set<string> | undefined;
  for (let index = 0; index < headers.length; index += 2) {
    if ((headers[index] as string).toLowerCase() !== 'connection') continue;
    for (const token of (headers[index + 1] as string).split(',')) {
      const name = token.trim().toLowerCase();
      if (name !== '' && !kept.has(name) && !name.startsWith('x-forwarded-') && !name.startsWith('access-control-'))
        (names ??= new Set()).add(name);
    }
  }
  return names;
}
