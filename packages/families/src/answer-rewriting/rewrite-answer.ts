import type { Replacement } from './operands.ts';

/** A Set-Cookie line with another Domain. Domains are compared in any case and without a dot in front, as in nginx. */
export function withDomain(cookie: string, replacement: Replacement | undefined): string {
  if (replacement === undefined || replacement === 'off') return cookie;
  const wanted = bare(replacement.from);
  return editAttribute(cookie, 'domain', (value) => (bare(value) === wanted ? replacement.to : value));
}

/** A Set-Cookie line with another beginning of its Path. */
export function withPath(cookie: string, replacement: Replacement | undefined): string {
  if (replacement === undefined || replacement === 'off') return cookie;
  const { from, to } = replacement;
  return editAttribute(cookie, 'path', (value) => (value.startsWith(from) ? to + value.slice(from.length) : value));
}

/** A Location, or the URL of a Refresh, with another beginning. */
export function withBeginning(url: string, { from, to }: { readonly from: string; readonly to: string }): string {
  return url.startsWith(from) ? to + url.slice(from.length) : url;
}

/** A Refresh with another beginning of its URL. */
export function refreshWithBeginning(refresh: string, redirect: { readonly from: string; readonly to: string }): string {
  const [, head = '', url = ''] = /^(.*?url=)(.*)$/i.exec(refresh) ?? [];
  return head === '' ? refresh : head + withBeginning(url, redirect);
}

function bare(domain: string): string {
  return (domain.startsWith('.') ? domain.slice(1) : domain).toLowerCase();
}

/** The first part of the line is the cookie itself, whatever it is called. */
function editAttribute(cookie: string, name: string, edit: (value: string) => string): string {
  const [pair = '', ...attributes] = cookie.split(';');
  const edited = attributes.map((attribute) => {
    const equals = attribute.indexOf('=');
    if (equals < 0 || attribute.slice(0, equals).trim().toLowerCase() !== name) return attribute;
    return `${attribute.slice(0, equals + 1)}${edit(attribute.slice(equals + 1).trim())}`;
  });
  return [pair, ...edited].join(';');
}
