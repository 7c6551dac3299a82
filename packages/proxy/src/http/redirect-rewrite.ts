/** What becomes of the places a backend sends clients to (`proxy-redirect-from`, `proxy-redirect-to`). */
export interface RedirectRewrite {
  readonly from: string;
  readonly to: string;
}

/** A Location after the rewrite: one that begins with `from` begins with `to` instead. */
export function rewriteLocation(location: string, { from, to }: RedirectRewrite): string {
  if (!location.startsWith(from)) return location;
  const rewritten = to + location.slice(from.length);
  // `//host` and `/\host` leave the site in every browser; a rewrite must not make one (reliability.md §2.4).
  return /^[/\\]{2}/.test(rewritten) && !/^[/\\]{2}/.test(location) ? location : rewritten;
}

/** A Refresh header after the rewrite of the URL in it: `5; url=http://…`. */
export function rewriteRefresh(value: string, rewrite: RedirectRewrite): string {
  const start = value.toLowerCase().indexOf('url=');
  if (start < 0) return value;
  const quote = /^["']/.exec(value.slice(start + 4))?.[0] ?? '';
  const at = start + 4 + quote.length;
  return value.slice(0, at) + rewriteLocation(value.slice(at), rewrite);
}
