import type { Denied, Family, Field, ResolveContext } from '@ingresskit/annotations';
import { defineFamily, field, text } from '@ingresskit/annotations';
import { defineDiagnostics } from '@ingresskit/resources';
import { digestOfSnippet } from './digest.ts';

const raw = text({ lines: true, max: 262_144 });

/** Snippets that an Ingress has and nobody runs. */
export interface SnippetsPolicy {
  /** `configuration`, `server`, `stream`, `auth`. */
  readonly present: readonly string[];
}

function snippet(key: string, doc: string, example: string): Field<string> {
  return field(key, raw, { doc, example, risk: 'Critical', digest: digestOfSnippet });
}

/**
 * Text of nginx's configuration language (ingress-nginx.md §13.1). It is never run: it could read every Secret that the gateway can. What it holds is
 * named, with the annotations that would do the same. Where the gateway allows such annotations at all, one that keeps requests out is a gate that
 * nobody enforces.
 */
export const snippets: Family<'snippets', SnippetsPolicy> = defineFamily({
  name: 'snippets',
  title: 'Snippets of nginx configuration, which are never run',
  scope: 'route',
  phase: 'rewrite',
  fields: {
    configuration: snippet(
      'configuration-snippet',
      'Directives for the locations of the Ingress.',
      'more_set_headers "X-Stage: production";',
    ),
    server: snippet('server-snippet', 'Directives for the hosts of the Ingress.', 'location /status { return 200; }'),
    stream: snippet('stream-snippet', 'Directives for TCP and UDP services.', 'server { listen 8000; proxy_pass 127.0.0.1:80; }'),
    auth: snippet('auth-snippet', 'Directives for the question to the authentication service.', 'proxy_set_header X-Tenant shop;'),
  },
  diagnostics: defineDiagnostics('snippets', {
    'not-run': {
      severity: 'error',
      consequence: 'field-ignored',
      title: 'A snippet of nginx configuration is not run',
      doc: 'Snippets are never run here. The message names the directives and the annotations that would do the same. A snippet that keeps requests out closes the routes where gates that nobody enforces are closed.',
    },
  }),
  resolve(values, context): SnippetsPolicy | Denied | undefined {
    const present = Object.entries(values).filter((entry): entry is [string, string] => entry[1] !== undefined);
    for (const [name, value] of present) {
      const denied = reportSnippet(name, value, context);
      if (denied !== undefined) return denied;
    }
    return present.length === 0 ? undefined : { present: present.map(([name]) => name) };
  },
  request({ present }, exchange) {
    exchange.note(`snippets are not run (${present.join(', ')})`);
    return undefined;
  },
});

function reportSnippet(field: string, value: string, context: ResolveContext<object>): Denied | undefined {
  const { text: held, data, restricts } = digestOfSnippet(value);
  const details = {
    field,
    message: `Snippets are not run.${restricts ? ' Requests that it should keep out get in.' : ''}`,
    help: held,
    ...(data === undefined ? {} : { data }),
  };
  if (restricts) return context.unenforced('not-run', details);
  context.report('not-run', { severity: 'warning', ...details });
  return undefined;
}
