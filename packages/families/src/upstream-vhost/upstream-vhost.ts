import type { Codec, Family } from '@ingresskit/annotations';
import { defineFamily, field, hostName, invalid, parseAuthority, parsed } from '@ingresskit/annotations';
import { defineDiagnostics } from '@ingresskit/resources';
import type { NginxTemplate } from '../nginx-variables/index.ts';
import { evaluateTemplate, namesOfVariables, nginxTemplate, unknownVariables } from '../nginx-variables/index.ts';

/** The Host that the backend sees: one of the two. */
export interface UpstreamVhostPolicy {
  /** `host` or `host:port`, as written. */
  readonly host?: string;
  /** A host that each request makes of variables. */
  readonly template?: NginxTemplate;
}

/** What differs between gateways. */
export interface UpstreamVhostSettings {
  /** Whether variables of nginx are filled in; otherwise they make the value invalid. */
  readonly variables: boolean;
}

const settings: UpstreamVhostSettings = { variables: false };

const plain = hostName();
const template = nginxTemplate({
  form: {
    pattern: /^[A-Za-z0-9._~:${}-]+$/,
    grammar: 'host or host:port, with nginx variables such as $service_name',
    problem: 'has a character that no host has',
  },
});

const hostOrTemplate: Codec<UpstreamVhostPolicy> = {
  grammar: `${plain.grammar}; on ingress-nginx with variables such as $service_name`,
  parse(text) {
    if (!text.includes('$')) {
      const host = plain.parse(text);
      return host.ok ? parsed({ host: host.value }) : host;
    }
    const read = template.parse(text);
    if (!read.ok) return read;
    return read.value.length === 0 ? invalid('is blank') : parsed({ template: read.value });
  },
};

/** Replaces the Host of a request on its way to the backend (higress.md A.5, ingress-nginx.md §12). */
export const upstreamVhost: Family<'upstream-vhost', UpstreamVhostPolicy> = defineFamily({
  name: 'upstream-vhost',
  title: 'The Host that the backend sees',
  scope: 'route',
  phase: 'forward',
  settings,
  fields: {
    host: field('upstream-vhost', hostOrTemplate, {
      doc: 'Replaces the Host header of requests to the backend.',
      example: 'cart.internal.example.com',
      badExample: 'https://cart.internal.example.com',
      risk: 'Low',
    }),
  },
  diagnostics: defineDiagnostics('upstream-vhost', {
    'no-variables': {
      severity: 'warning',
      consequence: 'field-ignored',
      title: 'Variables of nginx are not filled in',
      doc: 'Only ingress-nginx fills variables in. The backend sees the Host of the client. Write the host out.',
    },
    'unknown-variable': {
      severity: 'warning',
      consequence: 'field-ignored',
      title: 'The host depends on a variable that no request tells',
      doc: 'The variable has a value only in a running nginx, so that nobody can say which Host the backend sees. Use another variable, or write the host out.',
    },
  }),
  resolve({ host: value }, context) {
    if (value?.template === undefined) return value;
    if (!context.settings.variables) {
      context.report('no-variables', {
        field: 'host',
        message: 'The value has variables of nginx, which this gateway does not fill in; the backend sees the Host of the client.',
        help: 'Write the host out.',
      });
      return undefined;
    }
    const unknown = unknownVariables(value.template);
    if (unknown.length === 0) return value;
    context.report('unknown-variable', {
      field: 'host',
      message: `The value of ${namesOfVariables(unknown)} is known to a running nginx only; the backend sees the Host of the client here.`,
      help: 'Use another variable, or write the host out.',
      data: { variables: unknown },
    });
    return undefined;
  },
  request({ host, template: parts }, exchange) {
    if (host !== undefined) exchange.setUpstreamHost(host);
    if (parts === undefined) return undefined;
    const { text, missing } = evaluateTemplate(parts, exchange);
    if (missing.length > 0) exchange.note(`the value of ${namesOfVariables(missing)} is not known, so the Host stays`);
    else if (typeof parseAuthority(text) === 'string') exchange.note(`${JSON.stringify(text)} is no host, so the Host stays`);
    else exchange.setUpstreamHost(text);
    return undefined;
  },
});
