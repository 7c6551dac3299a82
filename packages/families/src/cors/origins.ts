import type { Codec, Problem } from '@ingresskit/annotations';
import { invalid, parsed } from '@ingresskit/annotations';
import { quote } from '@ingresskit/resources';

/** Which origins a policy allows: all of them, or those that match one of the patterns. */
export type AllowedOrigins = 'any' | readonly OriginPattern[];

/** An origin as the Origin header spells it, or all hosts below a domain with one scheme and port. */
export type OriginPattern =
  | { readonly kind: 'exact'; readonly origin: string }
  | {
      readonly kind: 'wildcard';
      readonly scheme: string;
      /** The domain with its leading dot: `.example.com`. */
      readonly suffix: string;
      /** Absent: the origin has none. */
      readonly port?: string;
    };

/** How origins are compared: what differs between gateways. */
export interface OriginComparison {
  /** How many labels the `*` of `https://*.example.com` stands for. */
  readonly wildcardDepth: 'any' | 'single';
  readonly originIgnoresCase: boolean;
}

const exactForm = /^[a-z][a-z0-9+.-]*:\/\/[!-~]+$/i;
const notInOrigins = /[/?#@\\,*]/;
const wildcardForm = /^([a-z][a-z0-9+.-]*):\/\/\*((?:\.[a-z0-9_-]+)+)(?::([0-9]{1,5}))?$/i;
const originForm = /^([a-z][a-z0-9+.-]*):\/\/([a-z0-9_-]+(?:\.[a-z0-9_-]+)*)(?::([0-9]{1,5}))?$/i;

/**
 * A comma list of origins. `*` among the items allows every origin; an item that cannot be an origin is left out, and when none remains no
 * origin is allowed (higress.md A.2). Wildcards keep their scheme: the twin ignores it, ingress-nginx leaves the start open.
 */
export const originList: Codec<AllowedOrigins> = {
  grammar: 'comma list of origins (scheme://host[:port]), of scheme://*.host[:port] wildcards, null, or *',
  parse(text) {
    const items = text.split(',').flatMap((item) => item.trim() || []);
    if (items.length === 0) return invalid('names no origin');
    if (items.includes('*')) return parsed('any');
    const patterns: OriginPattern[] = [];
    const dropped: Problem[] = [];
    for (const item of items) {
      const pattern = patternOf(item);
      if ('message' in pattern) dropped.push(pattern);
      else patterns.push(pattern);
    }
    return parsed(patterns, dropped);
  },
};

function patternOf(item: string): OriginPattern | Problem {
  if (item === 'null') return { kind: 'exact', origin: item };
  const wildcard = wildcardForm.exec(item);
  if (wildcard !== null) {
    const [, scheme = '', suffix = '', port] = wildcard;
    return port === undefined ? { kind: 'wildcard', scheme, suffix } : { kind: 'wildcard', scheme, suffix, port };
  }
  if (item.startsWith('*.')) return { message: `has no scheme: ${quote(item)}`, help: `Write ${quote(`https://${item}`)}.` };
  if (item.includes('*')) {
    return {
      message: `has a "*" that is not the first label of the host: ${quote(item)}`,
      help: 'Write scheme://*.host[:port], or list the origins.',
    };
  }
  const scheme = item.indexOf('://') + 3;
  if (exactForm.test(item) && !notInOrigins.test(item.slice(scheme))) return { kind: 'exact', origin: item };
  return {
    message: `is not an origin: ${quote(item)}`,
    help: 'An origin is scheme://host[:port], without path: https://shop.example.com.',
  };
}

/** Whether the text of an Origin header is allowed. Text that a response header could not hold never is. */
export function isAllowedOrigin(allowed: AllowedOrigins, origin: string, comparison: OriginComparison): boolean {
  if (!/^[!-~]+$/.test(origin)) return false;
  if (allowed === 'any') return true;
  const fold = (text: string): string => (comparison.originIgnoresCase ? text.toLowerCase() : text);
  const folded = fold(origin);
  const [, scheme = '', host = '', port] = originForm.exec(folded) ?? [];
  return allowed.some((pattern) => {
    if (pattern.kind === 'exact') return fold(pattern.origin) === folded;
    const suffix = fold(pattern.suffix);
    if (scheme !== fold(pattern.scheme) || port !== pattern.port || !host.endsWith(suffix)) return false;
    const labels = host.slice(0, -suffix.length);
    return labels !== '' && (comparison.wildcardDepth === 'any' || !labels.includes('.'));
  });
}
