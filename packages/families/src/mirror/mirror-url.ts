import type { Codec, Parsed } from '@ingresskit/annotations';
import { invalid, parsed, url } from '@ingresskit/annotations';
import type { NginxTemplate } from '../nginx-variables/index.ts';
import { parseTemplate } from '../nginx-variables/index.ts';

/** A URL that a request completes, behind a fixed scheme and host. */
export interface MirrorUrl {
  readonly template: NginxTemplate;
  readonly host: string;
  readonly port?: number;
}

const plainUrl = url();
const help = 'Write scheme and host, then the path: "https://test.example.com$request_uri".';

/**
 * The target of a mirror. Variables may stand behind the host only, so that no request chooses where its copy goes (ingress-nginx.md §13,
 * CVE-2025-1098).
 */
export const mirrorUrl: Codec<MirrorUrl> = {
  grammar: 'scheme://host[:port], then a path with nginx variables',
  parse(text): Parsed<MirrorUrl> {
    const trimmed = text.trim();
    const fixed = /^https?:\/\/[^/?#$]*/.exec(trimmed)?.[0];
    if (fixed === undefined) return invalid('is no http or https URL', help);
    const rest = trimmed.slice(fixed.length);
    if (rest.startsWith('$') && !/^\$(?:\{(?:request_uri|uri)\}|(?:request_uri|uri)(?![A-Za-z0-9_]))/.test(rest)) {
      return invalid('has a variable in its host', help);
    }
    const base = plainUrl.parse(fixed);
    if (!base.ok) return base;
    const template = parseTemplate(trimmed);
    if (!template.ok) return template;
    const { host, port } = base.value;
    if (host === undefined) return invalid('names no host', help);
    if (!isPath(rest)) return invalid('has a blank, a control character or one outside ASCII in its path', help);
    return parsed({ template: template.value, host, ...(port === undefined ? {} : { port }) });
  },
};

function isPath(text: string): boolean {
  return /^[!-~]*$/.test(text) && !/["<>\\^`|]/.test(text);
}
