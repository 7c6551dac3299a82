import type { Codec } from '@ingresskit/annotations';
import { headerNameList, invalid, parsed, url } from '@ingresskit/annotations';
import type { NginxTemplate } from '../nginx-variables/index.ts';
import { nginxTemplate, parseTemplate } from '../nginx-variables/index.ts';

/** A URL that may hold variables. */
export interface UrlTemplate {
  readonly template: NginxTemplate;
  /** Lower case, without port. Absent where it is known only at the request: it has a variable, or the URL is a path. */
  readonly host?: string;
  readonly port?: number;
}

/** A URL with nginx variables. */
export function urlTemplate(options: { readonly allowRelative: boolean }): Codec<UrlTemplate> {
  const whole = url({ allowVariables: true, ...options });
  return {
    grammar: `${whole.grammar}, with nginx variables such as $host`,
    parse(text) {
      const read = whole.parse(text);
      if (!read.ok) return read;
      const { href, host, port } = read.value;
      if (href.includes('#')) return invalid('has a fragment', 'Remove the part from "#" on; it never reaches a server.');
      const template = parseTemplate(href);
      if (!template.ok) return template;
      return parsed({ template: template.value, ...(host === undefined ? {} : { host }), ...(port === undefined ? {} : { port }) });
    },
  };
}

/** Header names, of which every one must be good: one that is left out is one that a backend waits for. */
export const strictHeaderNames: Codec<readonly string[]> = strict(headerNameList());

function strict<T>(codec: Codec<T>): Codec<T> {
  return {
    ...codec,
    parse(text) {
      const read = codec.parse(text);
      const [first] = read.ok ? (read.dropped ?? []) : [];
      return first === undefined ? read : { ok: false, problem: first };
    },
  };
}

/** The text that tells cached answers apart. Blanks in it have no meaning. */
export const cacheKey: Codec<NginxTemplate> = nginxTemplate({
  form: {
    pattern: /^[A-Za-z0-9_${}-]+$/,
    grammar: 'variables, letters, digits, "-" and "_"',
    problem: 'has a character that a cache key cannot have',
  },
});

/** A query parameter's name, which stands in a URL as it is. */
export const parameterName: Codec<string> = {
  grammar: 'name of a query parameter',
  parse(text) {
    const name = text.trim();
    return /^[A-Za-z0-9._~-]{1,256}$/.test(name)
      ? parsed(name)
      : invalid('is not the name of a query parameter', 'Use letters, digits, "-", "_", "." and "~".');
  },
};

/** A URL or path that is handed on as it is. */
export const redirectText: Codec<string> = {
  grammar: 'URL or path without variables',
  parse(text) {
    const value = text.trim();
    return /^[A-Za-z0-9\-._~/:,?&=]{1,2048}$/.test(value)
      ? parsed(value)
      : invalid('has a character in it that is not accepted here', 'Use letters, digits and - . _ ~ / : , ? & =.');
  },
};
