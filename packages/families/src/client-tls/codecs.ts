import type { Codec } from '@ingresskit/annotations';
import { compilePattern, invalid, parsed, url } from '@ingresskit/annotations';

/** A pattern of the subject, which must begin with `CN=`. The value is the pattern's text, that beginning included. */
export const subjectPattern: Codec<string> = {
  grammar: 'CN= and an RE2 pattern',
  parse(raw) {
    const text = raw.trim();
    if (/[\0-\x1f\x7f]/.test(text)) return invalid('has a line break or control character in it', 'Write it on one line.');
    if (!text.startsWith('CN=') || text.length === 3)
      return invalid('does not begin with "CN=" and a pattern', 'Write "CN=" and a pattern, for example "CN=^client$".');
    const compiled = compilePattern(text);
    return compiled.ok ? parsed(text) : { ok: false, problem: compiled.problem };
  },
};

/** Where clients go whose certificate is refused. */
export type ErrorPage = { readonly kind: 'url'; readonly href: string } | { readonly kind: 'inside'; readonly name: string };

const pages = url({ allowRelative: true });

/** A URL, or a place inside nginx: a named location or a path of the host. */
export const errorPage: Codec<ErrorPage> = {
  grammar: `${pages.grammar}, or @name of a named location; no query`,
  parse(raw) {
    const text = raw.trim();
    if (/^@[A-Za-z0-9_-]{1,256}$/.test(text)) return parsed({ kind: 'inside', name: text });
    const read = pages.parse(text);
    if (!read.ok) return read;
    if (/[?#]/.test(read.value.href)) return invalid('has a query or fragment', 'Remove what begins with "?" or "#".');
    return parsed(read.value.scheme === undefined ? { kind: 'inside', name: read.value.href } : { kind: 'url', href: read.value.href });
  },
};
