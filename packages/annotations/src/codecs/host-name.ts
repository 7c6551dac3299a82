import { isSubdomain, isWildcardSubdomain, quote } from '@ingresskit/resources';
import type { Codec, Problem } from '../codec.ts';
import { invalid, parsed } from '../codec.ts';
import { parseAuthority } from '../request/authority.ts';
import { drop, splitList } from './list.ts';

/** A host to send upstream: `host` or `host:port`, as written (higress.md A.5, `upstream-vhost`). */
export function hostName(): Codec<string> {
  return hostCodec;
}

const hostCodec: Codec<string> = {
  grammar: 'host or host:port',
  parse(text) {
    const host = text.trim();
    if (host.includes('$')) return invalid('has a variable in it', 'Variables of nginx are not filled in here; write the host out.');
    if (/^[a-z][a-z0-9+.-]*:\/\//i.test(host.slice(0, 32))) return invalid('is a URL', 'Write the host alone, without scheme and path.');
    const target = parseAuthority(host);
    return typeof target === 'string'
      ? invalid(`is not a host: ${target}`, 'Write a host such as "example.com" or "example.com:8443".')
      : parsed(host);
  },
};

/**
 * A comma list of host names, in lower case, each once: exact names or `*.` wildcards, as in Ingress hosts (mse.md §1.3, `server-alias`). Others, nginx's
 * `~` patterns among them, are left out and reported; at least one must remain.
 */
export function hostNameList(): Codec<readonly string[]> {
  return listCodec;
}

const help = 'Write host names such as "example.com" or "*.example.com" with commas between them.';

const listCodec: Codec<readonly string[]> = {
  grammar: 'comma list of host names, exact or *.wildcard',
  parse(text) {
    const hosts = new Set<string>();
    const dropped: Problem[] = [];
    for (const item of splitList(text)) {
      const host = item.toLowerCase();
      if (isSubdomain(host) || isWildcardSubdomain(host)) hosts.add(host);
      else
        drop(dropped, {
          message: `${item.startsWith('~') ? 'is a pattern, which aliases cannot be' : 'is not a host name'}: ${quote(item, 60)}`,
          help,
        });
    }
    return hosts.size === 0 ? invalid('names no host', help) : parsed([...hosts], dropped);
  },
};
