import { destinationProblem } from '@ingresskit/annotations';
import type { Diagnostic, EndpointSlice, Service, ServicePort, Snapshot } from '@ingresskit/resources';
import { objectKey, refOf } from '@ingresskit/resources';
import type { Endpoint, ServiceEndpoints } from '@ingresskit/route-table';
import { backendKey } from '@ingresskit/route-table';
import { backendDiagnostics } from './diagnostics.ts';
import type { CompileOptions } from './options.ts';

/** Somewhere to send requests is taken for granted. */
export const assumed: ServiceEndpoints = Object.freeze({ source: 'assumed', endpoints: Object.freeze([]) });

/** The endpoints of a Service's ports, and the keys of the pods that were looked at. */
export interface ServiceEntries {
  readonly entries: readonly (readonly [string, ServiceEndpoints])[];
  readonly pods: readonly string[];
  readonly diagnostics: readonly Diagnostic[];
}

/** Whether every Service counts as having one ready endpoint for each port: only while the input says nothing at all about endpoints. */
export function endpointsAreAssumed(snapshot: Snapshot, { assumeEndpoints }: CompileOptions): boolean {
  return assumeEndpoints !== 'never' && snapshot.size('EndpointSlice') === 0 && snapshot.size('Endpoints') === 0;
}

/**
 * Whether even Services are taken for granted: only while the input holds none at all, as a lone Ingress does. A Service that is missing among others
 * is missing.
 */
export function servicesAreAssumed(snapshot: Snapshot, options: CompileOptions): boolean {
  return endpointsAreAssumed(snapshot, options) && snapshot.size('Service') === 0;
}

/** The ports that HTTP can reach: a Service may have another protocol under the same number. */
export function tcpPorts(service: Service): readonly ServicePort[] {
  const ports = service.spec?.ports ?? [];
  return ports.every(isTcp) ? ports : ports.filter(isTcp);
}

function isTcp({ protocol }: ServicePort): boolean {
  return protocol === undefined || protocol === 'TCP';
}

/** The endpoint entries of one Service: one for each port. */
export function endpointsOf(service: Service, snapshot: Snapshot, isAssumed: boolean, options: CompileOptions): ServiceEntries {
  const { portProtocols = {} } = options.profile.backends;
  const protocolOf = ({ name: portName = '' }: ServicePort): string | undefined =>
    Object.hasOwn(portProtocols, portName) ? portProtocols[portName] : undefined;
  const { namespace, name } = service.metadata;
  const ports = tcpPorts(service);
  if (service.spec?.type === 'ExternalName') return externalName(service, options);
  if (isAssumed) {
    const entries = ports.map((port) => {
      const protocol = protocolOf(port);
      return [
        backendKey({ namespace, service: name, port: port.port }),
        protocol === undefined ? assumed : Object.freeze({ ...assumed, protocol }),
      ] as const;
    });
    return { entries, pods: [], diagnostics: [] };
  }
  const pods: string[] = [];
  const labelsOf = (kind: string | undefined, podNamespace: string | undefined, podName: string | undefined): Endpoint['labels'] => {
    if (kind !== 'Pod' || podName === undefined) return undefined;
    const key = objectKey('Pod', podNamespace ?? namespace, podName);
    pods.push(key);
    const labels = snapshot.getByKey('Pod', key)?.metadata.labels;
    // A copy, because tables are frozen and the Pod is its owner's.
    return labels === undefined ? undefined : Object.freeze({ ...labels });
  };
  const slices = snapshot.endpointSlicesOf(namespace, name);
  const entries: [string, ServiceEndpoints][] = [];
  for (const port of ports) {
    const endpoints = slices.length > 0 ? ofSlices(slices, port, labelsOf) : ofEndpoints(snapshot, namespace, name, port, labelsOf);
    if (endpoints.length > 0) {
      const known: ServiceEndpoints = { source: 'known', endpoints: Object.freeze(endpoints), ...optional('protocol', protocolOf(port)) };
      entries.push([backendKey({ namespace, service: name, port: port.port }), Object.freeze(known)]);
    }
  }
  return { entries, pods, diagnostics: [] };
}

type LabelsOf = (kind: string | undefined, namespace: string | undefined, name: string | undefined) => Endpoint['labels'];

function ofSlices(slices: readonly EndpointSlice[], { name = '' }: ServicePort, labelsOf: LabelsOf): Endpoint[] {
  const found = new Map<string, Endpoint>();
  for (const slice of slices) {
    const port = slice.ports?.find((candidate) => (candidate.name ?? '') === name)?.port;
    if (port === undefined) continue;
    for (const { addresses, conditions, targetRef, zone, nodeName } of slice.endpoints ?? []) {
      // An unknown condition counts as ready, which is what the API says of an absent value.
      const ready = conditions?.ready !== false;
      const labels = labelsOf(targetRef?.kind, targetRef?.namespace, targetRef?.name);
      // The addresses of one entry all mean the same endpoint, and consumers take the first (discovery.k8s.io/v1).
      const [address] = addresses;
      if (address === undefined) continue;
      add(found, { address, port, ready, ...optional('labels', labels), ...optional('zone', zone), ...optional('node', nodeName) });
    }
  }
  return sorted(found);
}

function ofEndpoints(snapshot: Snapshot, namespace: string, service: string, { name = '' }: ServicePort, labelsOf: LabelsOf): Endpoint[] {
  const found = new Map<string, Endpoint>();
  for (const subset of snapshot.get('Endpoints', namespace, service)?.subsets ?? []) {
    const port = subset.ports?.find((candidate) => (candidate.name ?? '') === name)?.port;
    if (port === undefined) continue;
    for (const { ip, targetRef } of subset.addresses ?? []) {
      add(found, {
        address: ip,
        port,
        ready: true,
        ...optional('labels', labelsOf(targetRef?.kind, targetRef?.namespace, targetRef?.name)),
      });
    }
    for (const { ip, targetRef } of subset.notReadyAddresses ?? []) {
      add(found, {
        address: ip,
        port,
        ready: false,
        ...optional('labels', labelsOf(targetRef?.kind, targetRef?.namespace, targetRef?.name)),
      });
    }
  }
  return sorted(found);
}

/** Slices may repeat an address while they are being rebalanced; a ready copy counts more. */
function add(found: Map<string, Endpoint>, endpoint: Endpoint): void {
  const key = `${endpoint.address} ${endpoint.port}`;
  if (found.get(key)?.ready !== true) found.set(key, Object.freeze(endpoint));
}

function sorted(found: ReadonlyMap<string, Endpoint>): Endpoint[] {
  return [...found.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, endpoint]) => endpoint);
}

function optional<K extends string, V>(key: K, value: V | undefined): { readonly [P in K]?: V } {
  return (value === undefined ? {} : { [key]: value }) as { readonly [P in K]?: V };
}

function externalName(service: Service, { allowExternalNames, allowCrossNamespace = false }: CompileOptions): ServiceEntries {
  const { namespace, name } = service.metadata;
  const target = service.spec?.externalName ?? '';
  // Without a port no route can reach it, so there is nothing to refuse.
  if (tcpPorts(service).length === 0) return { entries: [], pods: [], diagnostics: [] };
  const isListed = allowExternalNames !== true && allowExternalNames?.includes(target) === true;
  // Whoever lists a name answers for it. Where all are allowed, a tenant still names no place inside (reliability.md §2.7 A31).
  const allowNamespace = (other: string): boolean => allowCrossNamespace || other === namespace;
  const problem = isListed ? undefined : destinationProblem({ host: target }, { allowNamespace });
  if (problem !== undefined || (!isListed && allowExternalNames !== true)) {
    const diagnostic = backendDiagnostics.make('external-name-refused', {
      object: refOf(service),
      path: ['spec', 'externalName'],
      message: `"${target}" ${allowExternalNames === true && problem !== undefined ? problem.message : 'may not receive traffic'}; routes to this Service answer 503.`,
      help: 'List the name in the option "allowExternalNames" if its owner may be trusted.',
      data: { externalName: target },
    });
    return { entries: [], pods: [], diagnostics: [diagnostic] };
  }
  const entry: ServiceEndpoints = Object.freeze({ source: 'known', endpoints: Object.freeze([]), externalName: target });
  return {
    entries: tcpPorts(service).map(({ port }) => [backendKey({ namespace, service: name, port }), entry]),
    pods: [],
    diagnostics: [],
  };
}
