import type { Family } from '@ingresskit/annotations';
import { defineFamily, field, hostNameList } from '@ingresskit/annotations';
import { defineDiagnostics, quote } from '@ingresskit/resources';

/** More names of a host. */
export interface ServerAliasPolicy {
  /** Lower case, sorted, each once; `*.example.com` for wildcards. */
  readonly names: readonly string[];
}

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
    names: field('server-alias', hostNameList(), {
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
