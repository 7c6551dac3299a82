import type { Family, ResolveContext } from '@ingresskit/annotations';
import { bool, defineFamily, field, isAddress } from '@ingresskit/annotations';
import { defineDiagnostics } from '@ingresskit/resources';

/** The cluster addresses of the Services of an Ingress, by `namespace/name`; a Service without one keeps its endpoints. */
export interface ServiceUpstreamPolicy {
  readonly addresses: Readonly<Record<string, string>>;
}

/** What differs between gateways: whether it is on without an annotation (ConfigMap `service-upstream`). */
export interface ServiceUpstreamSettings {
  readonly enabled: boolean;
}

const settings: ServiceUpstreamSettings = { enabled: false };

/**
 * Sends requests to the cluster address of a Service in place of its pods (ingress-nginx.md §15): kube-proxy chooses the pod, so affinity, hashing
 * and retries on another pod are pointless.
 */
export const serviceUpstream: Family<'service-upstream', ServiceUpstreamPolicy> = defineFamily({
  name: 'service-upstream',
  title: 'The cluster address in place of the pods',
  scope: 'backend',
  phase: 'forward',
  settings,
  fields: {
    enabled: field('service-upstream', bool(), {
      doc: 'Requests go to the ClusterIP and port of the Service.',
      example: 'true',
      badExample: 'yes',
      scope: 'ingress',
      risk: 'Low',
      // Off, even where the gateway has it on (ingress-nginx.md §0.2).
      onInvalid: 'ignore-family',
    }),
  },
  diagnostics: defineDiagnostics('service-upstream', {
    'no-cluster-address': {
      severity: 'warning',
      consequence: 'none',
      title: 'The Service has no cluster address',
      doc: 'A headless Service, one of type ExternalName, or one that is not among the resources has no address to send to, so its endpoints are used. Remove the annotation, or give the Service a ClusterIP.',
    },
  }),
  resolvesWhenAbsent: ({ enabled }) => enabled,
  resolve({ enabled }, context) {
    if (!(enabled ?? context.settings.enabled)) return undefined;
    const addresses: Record<string, string> = {};
    for (const name of serviceNames(context)) {
      const address = context.lookups.service(context.namespace, name)?.spec?.clusterIP;
      if (address !== undefined && isAddress(address)) addresses[`${context.namespace}/${name}`] = address;
      else if (enabled === true) {
        context.report('no-cluster-address', {
          field: 'enabled',
          message: `Service ${context.namespace}/${name} has no cluster address; its endpoints are used.`,
          help: 'Give the Service a ClusterIP, or remove the annotation.',
          data: { namespace: context.namespace, service: name },
        });
      }
    }
    return Object.keys(addresses).length === 0 ? undefined : { addresses };
  },
  request({ addresses }, exchange) {
    const { backend } = exchange;
    if (backend === undefined) return undefined;
    const key = `${backend.namespace}/${backend.service}`;
    const address = Object.hasOwn(addresses, key) ? addresses[key] : undefined;
    if (address !== undefined) exchange.declare('serviceUpstream', { address, port: backend.port });
    return undefined;
  },
});

function serviceNames({ ingress: { spec } }: ResolveContext<ServiceUpstreamSettings>): readonly string[] {
  const backends = [...(spec?.rules ?? []).flatMap(({ http }) => http?.paths.map(({ backend }) => backend) ?? []), spec?.defaultBackend];
  return [...new Set(backends.flatMap((backend) => backend?.service?.name ?? []))];
}
