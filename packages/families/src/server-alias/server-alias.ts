import type { Codec, Family, Problem } from '@ingresskit/annotations';
import { defineFamily, field, invalid, parsed } from '@ingresskit/annotations';
import { defineDiagnostics, quote } from '@ingresskit/resources';

/** More names of a host. */
export interface ServerAliasPolicy {
  /** Lower case, sorted, each once; `*.example.com` for wildcards. */
  readonly names: readonly string[];
}

const label = '[a-z0-9_](?:[a-z0-9_-]*[a-z0-9_])?';
const name = new RegExp(`^(?:\\*\\.)?${label}(?:\\.${label})*$`);
/** What a value may hold at all (ingress-nginx validates the whole list at once). */
const allowed = /^[A-Za-z0-9._~/:^$[\](){}*+?|&=\\, -]+$/;

const aliasList: Codec<readonly string[]> = {
  grammar: 'comma list of host names and wildcards (*.host)',
  parse(text) {
    if (!allowed.test(text)) return invalid('has a character that no host name or pattern has', 'Write host names, separated by commas.');
    const dropped: Problem[] = [];
    const names = new Set<string>();
    for (const item of text.split(',').flatMap((part) => part.trim().toLowerCase() || [])) {
      if (item.length <= 253 && name.test(item)) names.add(item);
      else if (item.startsWith('~'))
        dropped.push({ message: `is a pattern, which no host name here can be: ${quote(item)}`, help: 'List the host names.' });
      else
        dropped.push({
          message: `is not a host name: ${quote(item)}`,
          help: 'Write host names such as "shop.example.org" or "*.example.org".',
        });
    }
    return names.size === 0 ? invalid('names no host', 'Write host names, separated by commas.') : parsed([...names].sort(), dropped);
  },
};

/**
 * More names of a host (ingress-nginx.md §1.3, mse.md §1.3): each serves the routes of the host, those of other Ingresses too, under the host's policies
 * and certificate. The oldest Ingress of the host that has the annotation decides, and a name that is a host itself stays one.
 */
export const serverAlias: Family<'server-alias', ServerAliasPolicy> = defineFamily({
  name: 'server-alias',
  title: 'More names of a host',
  scope: 'host',
  phase: 'host',
  fields: {
    names: field('server-alias', aliasList, {
      doc: 'Further host names that serve what the hosts of the Ingress serve.',
      example: 'shop.example.org, *.shop.example.org',
      badExample: ' , ',
      risk: 'High',
    }),
  },
  diagnostics: defineDiagnostics('server-alias', {
    'several-hosts': {
      severity: 'warning',
      consequence: 'none',
      title: 'The aliases belong to one host of the Ingress',
      doc: 'The Ingress has rules for several hosts, and one name can stand for one host only: the aliases serve what the first of them in the alphabet serves. Use an Ingress for each host.',
    },
  }),
  resolve({ names }, context) {
    if (names === undefined) return undefined;
    const hosts = new Set(context.ingress.spec?.rules?.flatMap(({ host }) => host || []));
    if (hosts.size > 1) {
      context.report('several-hosts', {
        field: 'names',
        message: `The Ingress has ${hosts.size} hosts, and the aliases stand for ${quote([...hosts].sort()[0] ?? '')}.`,
        help: 'Use an Ingress for each host that has aliases.',
      });
    }
    return { names };
  },
  hosts: ({ names }) => names.map((host) => ({ host })),
});
