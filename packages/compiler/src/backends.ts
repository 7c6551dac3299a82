import type { Diagnostic, DiagnosticDetails, FieldPath, IngressBackend } from '@ingresskit/resources';
import type { Backend, WeightedBackend } from '@ingresskit/route-table';
import { backendDiagnostics } from './diagnostics.ts';
import type { DraftScope } from './draft-scope.ts';
import { tcpPorts } from './endpoints.ts';

/** A backend that can be routed to, or what becomes of the path without one. */
export type ResolvedBackend = { readonly backend: Backend } | { readonly action: 'drop' | 'deny'; readonly diagnostic: Diagnostic };

/**
 * Resolves the backend of a path. A port number is taken as it is: a missing Service or port means no endpoints, as on the reference gateway.
 * A port name needs the Service.
 *
 * @param guarded whether an access restriction guards the path: then it is never dropped, since a wider route without the restriction could serve it.
 */
export function resolveBackend(scope: DraftScope, backend: IngressBackend, path: FieldPath, guarded: boolean): ResolvedBackend {
  const { lookups } = scope;
  const rules = scope.registry.profile.backends;
  const report = (name: string, more: DiagnosticDetails): Diagnostic => {
    const diagnostic = backendDiagnostics.make(name, { object: scope.ref, path, ...more });
    scope.diagnostics.push(diagnostic);
    return diagnostic;
  };
  const without = (action: 'drop' | 'deny', name: string, message: string, help: string): ResolvedBackend => {
    const kept = guarded ? 'deny' : action;
    const done = kept === 'deny' ? 'the path answers 503' : 'the path is not served';
    const consequence = kept === 'deny' ? 'route-denied' : 'route-dropped';
    return { action: kept, diagnostic: report(name, { consequence, message: `${message}; ${done}.`, help }) };
  };
  const target = backend.service;
  if (target === undefined) {
    const what = backend.resource === undefined ? 'nothing' : `${backend.resource.kind} "${backend.resource.name}"`;
    return without(rules.resourceBackend, 'not-a-service', `The backend is ${what}, not a Service`, 'Name a Service and its port.');
  }
  const { namespace } = scope.ingress.metadata;
  if (rules.protectedNamespaces.includes(namespace)) {
    const diagnostic = report('protected-namespace', {
      message: `Services of namespace "${namespace}" are never exposed; the path answers 503.`,
      help: 'Move the Service to another namespace.',
    });
    return { action: 'deny', diagnostic };
  }
  const service = lookups.service(namespace, target.name);
  const number = target.port?.number;
  if (number !== undefined) {
    if (service === undefined && !lookups.servicesAssumed) {
      report('service-not-found', {
        message: `Service ${namespace}/${target.name} is not among the resources; the route has no endpoints.`,
        help: 'Add the Service, or correct its name.',
        data: { namespace, service: target.name },
      });
    } else if (service !== undefined && !tcpPorts(service).some(({ port }) => port === number) && service.spec?.type !== 'ExternalName') {
      report('port-not-found', {
        message: `Service ${namespace}/${target.name} has no port ${number}; the route has no endpoints.`,
        help: `Use one of its ports: ${
          tcpPorts(service)
            .map(({ port }) => port)
            .join(', ') || 'it has none'
        }.`,
        data: { namespace, service: target.name, port: number },
      });
    }
    return { backend: { namespace, service: target.name, port: number } };
  }
  // Neither number nor name means the unnamed port, as the reference gateway reads it (higress.md §5).
  const name = target.port?.name ?? '';
  const port = service === undefined ? undefined : tcpPorts(service).find((candidate) => (candidate.name ?? '') === name)?.port;
  if (port === undefined) {
    const missing =
      service === undefined
        ? `Service ${namespace}/${target.name} is not among the resources`
        : `Service ${namespace}/${target.name} has no port named "${name}"`;
    // The name stands for itself where it cannot be resolved: the route has no endpoints until it can.
    if (rules.unresolvedPort === 'keep') {
      if (!lookups.servicesAssumed) {
        report('port-name-not-found', {
          consequence: 'none',
          message: `${missing}; the route has no endpoints.`,
          help: 'Add the Service with that port name, or use the port number.',
        });
      }
      return { backend: { namespace, service: target.name, port: name } };
    }
    return without(rules.unresolvedPort, 'port-name-not-found', missing, 'Add the Service with that port name, or use the port number.');
  }
  return { backend: { namespace, service: target.name, port } };
}

/** Freezes arms through and through: routes are shared between tables. */
export function freezeBackends(backends: readonly WeightedBackend[]): readonly WeightedBackend[] {
  for (const arm of backends) {
    Object.freeze(arm.backend);
    Object.freeze(arm);
  }
  return Object.freeze(backends);
}
