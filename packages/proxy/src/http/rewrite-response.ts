import type { CookieRewrite } from './cookie-rewrite.ts';
import { rewriteSetCookie } from './cookie-rewrite.ts';
import type { RedirectRewrite } from './redirect-rewrite.ts';
import { rewriteLocation, rewriteRefresh } from './redirect-rewrite.ts';

/** What a route changes in the headers of a backend's answer beyond setting and removing. */
export interface ResponseRewrite {
  readonly cookies?: CookieRewrite;
  readonly redirects?: RedirectRewrite;
}

/** A backend's headers after the rewrite: names and values one after the other. The same array when nothing applies. */
export function rewriteResponseHeaders(headers: readonly string[], { cookies, redirects }: ResponseRewrite): readonly string[] {
  let result: string[] | undefined;
  for (let index = 0; index < headers.length; index += 2) {
    const value = headers[index + 1] as string;
    const next = rewriteValue((headers[index] as string).toLowerCase(), value, cookies, redirects);
    if (next === value) continue;
    result ??= [...headers];
    result[index + 1] = next;
  }
  return result ?? headers;
}

function rewriteValue(name: string, value: string, cookies: CookieRewrite | undefined, redirects: RedirectRewrite | undefined): string {
  if (name === 'set-cookie') return cookies === undefined ? value : rewriteSetCookie(value, cookies);
  if (redirects === undefined) return value;
  if (name === 'location') return rewriteLocation(value, redirects);
  return name === 'refresh' ? rewriteRefresh(value, redirects) : value;
}
