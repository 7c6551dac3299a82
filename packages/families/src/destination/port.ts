import type { ResolveContext } from '@ingresskit/annotations';

/** A Service of the list, and its port where one is written. */
export interface Target {
  readonly namespace: string;
  readonly service: string;
  readonly port: number | undefined;
}

/** What a gateway connects to where nothing tells the port (higress.md §5). */
const fallbackPort = 80;

/**
 * The port to use: the written one, else the first of the Service. The Service is looked up in any case, so that the route is compiled again when
 * it changes. Without the Service or the port there are no endpoints, which is reported.
 */
export function resolvePort({ namespace, service: name, port }: Target, context: ResolveContext<object>): number {
  const what = `Service ${namespace}/${name}`;
  const service = context.lookups.service(namespace, name);
  if (service === undefined) {
    context.report('service-not-found', {
      field: 'lines',
      message: `${what} is not among the resources; its share of the requests answers 503.`,
      help: 'Add the Service, or correct its name.',
      data: { namespace, service: name },
    });
    return port ?? fallbackPort;
  }
  const ports = service.spec?.ports ?? [];
  if (port === undefined) {
    if (ports.length > 1) {
      context.report('port-not-named', {
        field: 'lines',
        message: `${what} has ${ports.length} ports and the line names none; the first, ${ports[0]?.port}, is used.`,
        help: `Write ${ports.map((candidate) => `":${candidate.port}"`).join(' or ')} after the name.`,
        data: { namespace, service: name, ports: ports.map((candidate) => candidate.port) },
      });
    }
    return ports[0]?.port ?? fallbackPort;
  }
  if (!ports.some((candidate) => candidate.port === port) && service.spec?.type !== 'ExternalName') {
    context.report('port-not-found', {
      field: 'lines',
      message: `${what} has no port ${port}; its share of the requests answers 503.`,
      help: `Use one of its ports: ${ports.map((candidate) => candidate.port).join(', ') || 'it has none'}.`,
      data: { namespace, service: name, port },
    });
  }
  return port;
}
