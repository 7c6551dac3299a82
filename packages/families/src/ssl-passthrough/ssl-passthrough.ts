import type { Family, ResolveContext } from '@ingresskit/annotations';
import { bool, defineFamily, field } from '@ingresskit/annotations';
import type { IngressBackend } from '@ingresskit/resources';
import { defineDiagnostics } from '@ingresskit/resources';
import type { Backend } from '@ingresskit/route-table';
import { isNamedBy } from '../named-by.ts';

/** TLS connections go to a Service without being opened. */
export interface SslPassthroughPolicy {
  /** Whether the controller does it at all. */
  readonly enabled: boolean;
  /** The Service behind the path `/` of each host of the Ingress. */
  readonly backends: readonly { readonly host: string; readonly backend: Backend }[];
}

/** What differs between gateways. */
export interface SslPassthroughSettings {
  /** Whether the controller runs with `--enable-ssl-passthrough`; without the flag the annotation does nothing. */
  readonly enabled: boolean;
}

const settings: SslPassthroughSettings = { enabled: false };

/**
 * TLS that the gateway does not open (ingress-nginx.md §12): the name in the handshake chooses the Service behind `/` of its host, and no other path and
 * annotation of the host has any effect on it. Plain HTTP is served as ever.
 */
export const sslPassthrough: Family<'ssl-passthrough', SslPassthroughPolicy> = defineFamily({
  name: 'ssl-passthrough',
  title: 'TLS that the gateway does not open',
  scope: 'host',
  phase: 'connection',
  settings,
  fields: {
    enable: field('ssl-passthrough', bool(), {
      doc: 'Hands TLS connections for the hosts to the Service behind the path "/" as they are.',
      default: false,
      example: 'true',
      badExample: 'on',
      risk: 'Low',
    }),
  },
  diagnostics: defineDiagnostics('ssl-passthrough', {
    'not-enabled': {
      severity: 'warning',
      consequence: 'family-ignored',
      title: 'The gateway does not pass TLS through',
      doc: 'The controller needs the flag --enable-ssl-passthrough, which is off unless its operator sets it. TLS is opened at the gateway.',
    },
    'no-root-path': {
      severity: 'warning',
      consequence: 'family-ignored',
      title: 'No Service stands behind the path "/" of a host',
      doc: 'TLS that is not opened has no path, so it goes to the Service behind "/". The host has none, and its TLS is opened at the gateway.',
    },
  }),
  resolve({ enable }, context) {
    if (!enable) return undefined;
    const { enabled } = context.settings;
    if (!enabled) {
      context.report('not-enabled', {
        field: 'enable',
        message: 'The controller does not pass TLS through unless it runs with --enable-ssl-passthrough; TLS is opened at the gateway.',
        help: 'Remove the annotation, or set the flag and tell it to the profile.',
      });
    }
    const backends: { readonly host: string; readonly backend: Backend }[] = [];
    for (const { host = '', http } of context.ingress.spec?.rules ?? []) {
      const root = http?.paths.find(({ path }) => path === undefined || path === '' || path === '/')?.backend;
      const backend = root === undefined ? undefined : rootBackend(root, context);
      if (backend !== undefined) backends.push({ host: host === '' ? '*' : host.toLowerCase(), backend });
      else if (enabled) {
        context.report('no-root-path', {
          field: 'enable',
          message: `${host === '' ? 'The rule without a host' : `Host "${host}"`} has no path "/" with a Service; its TLS is opened at the gateway.`,
          help: 'Add the path "/".',
          data: { host },
        });
      }
    }
    return backends.length === 0 ? undefined : { enabled, backends };
  },
  request({ enabled, backends }, exchange) {
    if (exchange.request.scheme === 'http') return undefined;
    if (!enabled) {
      exchange.note('TLS is opened here: the controller passes none through');
      return undefined;
    }
    const { host } = exchange.host;
    const backend = backendOf(backends, host);
    if (backend === undefined) return undefined;
    // TLS that named somebody else, or nobody, was opened: what comes in by it is not for a host that the gateway does not speak for (A44).
    const { sni } = exchange.request;
    if (sni !== undefined && isNamedBy(host, sni)) return { kind: 'tunnel', backend };
    exchange.note(`the handshake was for ${sni ?? 'no host'}`);
    return { kind: 'respond', status: 421, reason: 'misdirected' };
  },
  handshake: ({ enabled, backends }, host) => (enabled && backendOf(backends, host) !== undefined ? { passthrough: true } : {}),
});

function backendOf(backends: SslPassthroughPolicy['backends'], host: string): Backend | undefined {
  return backends.find((candidate) => candidate.host === host)?.backend;
}

function rootBackend({ service }: IngressBackend, { namespace, lookups }: ResolveContext<SslPassthroughSettings>): Backend | undefined {
  if (service === undefined) return undefined;
  const { number, name } = service.port ?? {};
  const port =
    number ?? lookups.service(namespace, service.name)?.spec?.ports?.find((candidate) => (candidate.name ?? '') === (name ?? ''))?.port;
  return port === undefined ? undefined : { namespace, service: service.name, port };
}
