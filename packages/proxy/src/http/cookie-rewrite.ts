/** What becomes of cookies that a backend sets (`proxy-cookie-domain`, `proxy-cookie-path`). */
export interface CookieRewrite {
  /** A Domain that equals `from`, whatever its case and with or without a leading dot, becomes `to`. */
  readonly domain?: { readonly from: string; readonly to: string };
  /** A Path that begins with `from` begins with `to` instead. */
  readonly path?: { readonly from: string; readonly to: string };
}

/** The value of a Set-Cookie header after the rewrite. The cookie itself, its other attributes and the spelling of each stay as they are. */
export function rewriteSetCookie(value: string, rewrite: CookieRewrite): string {
  if (rewrite.domain === undefined && rewrite.path === undefined) return value;
  const [cookie, ...attributes] = value.split(';');
  return [cookie, ...attributes.map((attribute) => rewriteAttribute(attribute, rewrite))].join(';');
}

function rewriteAttribute(attribute: string, { domain, path }: CookieRewrite): string {
  const equals = attribute.indexOf('=');
  if (equals < 0) return attribute;
  const old = attribute.slice(equals + 1).trim();
  const withValue = (next: string): string => `${attribute.slice(0, equals + 1)}${next}`;
  switch (attribute.slice(0, equals).trim().toLowerCase()) {
    case 'domain':
      return domain !== undefined && isSameDomain(old, domain.from) ? withValue(domain.to) : attribute;
    case 'path':
      return path !== undefined && old.startsWith(path.from) ? withValue(path.to + old.slice(path.from.length)) : attribute;
    default:
      return attribute;
  }
}

function isSameDomain(one: string, other: string): boolean {
  return bareDomain(one) === bareDomain(other);
}

function bareDomain(domain: string): string {
  return domain.replace(/^\./, '').toLowerCase();
}
