import type { Codec, Parsed } from '../codec.ts';
import { invalid, parsed } from '../codec.ts';
import { parseAuthority } from '../request/authority.ts';

export interface UrlOptions {
  /** Default http and https. */
  readonly schemes?: readonly string[];
  /** Whether a path on the same host is accepted too: `/new`, never `//host` or `/\host`. Default no. */
  readonly allowRelative?: boolean;
  /** Whether `$name` may stand in the URL, for annotations that know nginx variables. Default no: they would be sent as they are. */
  readonly allowVariables?: boolean;
}

/** A URL taken apart. Plain data: it may stand in a policy. */
export interface UrlValue {
  /** The URL as written, without blanks around it. */
  readonly href: string;
  /** Absent for a path on the same host. */
  readonly scheme?: string;
  /** `host` or `host:port` as written; absent for a path on the same host. */
  readonly authority?: string;
  /** Lower case, without port. */
  readonly host?: string;
  readonly port?: number;
  /** `''` when the URL has none. */
  readonly path: string;
  /** Without the leading `?`. */
  readonly query?: string;
}

/**
 * An absolute URL that is safe to send in a header: ASCII, no control characters, blanks, quotes or backslashes, no user information, a valid host (reliability.md
 * §2.7 A14; ingress-nginx.md §13.3, CVE-2023-5044). Read by hand, because `URL` repairs what should be refused.
 */
export function url(options: UrlOptions = {}): Codec<UrlValue> {
  const { schemes = ['http', 'https'], allowRelative = false, allowVariables = false } = options;
  const forms = [...schemes.map((scheme) => `${scheme}://host[:port][/path][?query]`), ...(allowRelative ? ['/path'] : [])];
  return {
    grammar: forms.join(' or '),
    parse(text) {
      const href = text.trim();
      const problem = characterProblem(href, allowVariables);
      if (problem !== undefined) return problem;
      const scheme = /^([A-Za-z][A-Za-z0-9+.-]*):\/\//.exec(href.slice(0, 32))?.[1]?.toLowerCase();
      if (scheme !== undefined && schemes.includes(scheme)) return absolute(href, scheme);
      if (!allowRelative || !href.startsWith('/'))
        return invalid(allowRelative ? 'is neither a URL nor a path' : 'is not a URL', schemeHelp(href, scheme, schemes));
      if (href.startsWith('//')) return invalid('begins with "//", which names another host', 'Write a path with one "/" or a full URL.');
      return parsed({ href, ...pathParts(href) });
    },
  };
}

/** A path on the same host: `/app`, without query or fragment. What a redirect of `/` or a cookie's scope names. */
export function absolutePath(): Codec<string> {
  return pathCodec;
}

const pathCodec: Codec<string> = {
  grammar: 'path that begins with one /',
  schema: { pattern: '^/' },
  parse(text) {
    const path = text.trim();
    const problem = characterProblem(path, true);
    if (problem !== undefined) return problem;
    if (!path.startsWith('/'))
      return invalid('does not begin with "/"', /^[a-z]+:/i.test(path) ? 'Only a path is accepted here, no URL.' : 'Begin it with "/".');
    if (path.startsWith('//')) return invalid('begins with "//", which names another host', 'Begin it with one "/".');
    return /[?#;,]/.test(path) ? invalid('has a "?", "#", ";" or "," in it', 'Only a path is accepted here.') : parsed(path);
  },
};

/** Why a text cannot go into a header as a URL. */
function characterProblem(text: string, allowVariables: boolean): Parsed<never> | undefined {
  if (text === '') return invalid('is blank', 'Give it a value or remove the annotation.');
  if (text.length > maxUrlLength) return invalid(`is longer than ${maxUrlLength} characters`, 'Shorten it.');
  if (/[\0-\x1f\x7f]/.test(text)) return invalid('has a line break or control character in it', 'Write it on one line.');
  if (text.includes(' ')) return invalid('has a blank in it', 'Write a blank as "%20".');
  if (/[^!-~]/.test(text))
    return invalid('has a character outside ASCII', 'Write the host in its "xn--" form and percent-encode the rest.');
  if (/["<>\\^`{|}]/.test(text) && !(allowVariables && /^[^"<>\\^`|]*$/.test(text)))
    return invalid('has a character in it that no URL has', 'Percent-encode quotes, backslashes, braces and angle brackets.');
  if (!allowVariables && /\$[A-Za-z_{]/.test(text))
    return invalid('has a variable in it', 'Variables of nginx are not filled in here; write the URL out.');
  if (/%(?![0-9A-Fa-f]{2})/.test(text))
    return invalid('has a "%" that two hexadecimal digits do not follow', 'Write a percent sign as "%25".');
  return undefined;
}

const maxUrlLength = 2048;

function schemeHelp(href: string, scheme: string | undefined, schemes: readonly string[]): string {
  const first = schemes[0] ?? 'https';
  if (scheme === undefined && !href.startsWith('/') && typeof parseAuthority(href.split(/[/?#]/, 1)[0] ?? '') !== 'string')
    return `Put "${first}://" in front.`;
  return `Begin it with ${schemes.map((each) => `"${each}://"`).join(' or ')}.`;
}

function absolute(href: string, scheme: string): Parsed<UrlValue> {
  const start = scheme.length + 3;
  const length = href.slice(start).search(/[/?#]/);
  const end = length < 0 ? href.length : start + length;
  const authority = href.slice(start, end);
  if (authority.includes('@')) return invalid('has user information before an "@"', 'Remove the name and password.');
  // A variable stands for a host that is known only later.
  if (authority.includes('$')) return parsed({ href, scheme, authority, ...pathParts(href.slice(end)) });
  const target = parseAuthority(authority);
  if (typeof target === 'string') return invalid(`does not name a host: ${target}`, 'Write scheme://host or scheme://host:port.');
  const { host, port } = target;
  return parsed({ href, scheme, authority, host, ...(port === undefined ? {} : { port }), ...pathParts(href.slice(end)) });
}

/** Path and query of what follows the host. A fragment belongs to neither. */
function pathParts(text: string): { readonly path: string; readonly query?: string } {
  const target = text.split('#', 1)[0] ?? '';
  const mark = target.indexOf('?');
  return mark < 0 ? { path: target } : { path: target.slice(0, mark), query: target.slice(mark + 1) };
}
