import type { Family, ResolveContext } from '@ingresskit/annotations';
import { defineFamily, field, weightedBackends } from '@ingresskit/annotations';
import { quote } from '@ingresskit/resources';
import type { WeightedBackend } from '@ingresskit/route-table';
import { divide, sum } from '../shares.ts';
import { destinationDiagnostics } from './diagnostics.ts';
import { resolvePort } from './port.ts';

/** The Services that take the place of the backends of an Ingress's paths. */
export interface DestinationPolicy {
  /** At least one; the weights sum to 100. */
  readonly backends: readonly WeightedBackend[];
}

/** What differs between gateways. The defaults are those of the `mse` profile (mse.md §2.2). */
export interface DestinationSettings {
  /** Which backends it takes the place of: all, or those that are no Service (higress.md §5). */
  readonly replaces: 'all' | 'resources';
}

const settings: DestinationSettings = { replaces: 'all' };

/**
 * Several weighted Services for every path of an Ingress (mse.md §2.2, higress.md §5). The value acts as a whole or not at all: where a line cannot
 * be used, the backends of the paths stay.
 */
export const destination: Family<'destination', DestinationPolicy> = defineFamily({
  name: 'destination',
  title: 'Several weighted Services behind one path',
  scope: 'route',
  phase: 'locate',
  onAttached: 'own',
  settings,
  fields: {
    lines: field('destination', weightedBackends(), {
      doc: 'Replaces the backends of every path by these Services, one line each.',
      example: '80% cart.default.svc.cluster.local:80\n20% cart-v2.default.svc.cluster.local:80',
      badExample: '80% ',
      dialect: 'mse',
      since: '1.2.31',
      risk: 'Medium',
    }),
  },
  diagnostics: destinationDiagnostics,
  resolve({ lines }, context) {
    if (lines === undefined || refersElsewhere(lines, context)) return undefined;
    const weights = lines.map(({ weight }) => weight);
    const total = sum(weights);
    if (total === 0) {
      context.report('no-weight', {
        field: 'lines',
        message:
          'Every Service has a weight of 0%, so no request could go anywhere; the annotation is ignored and the backends of the paths stay.',
        help: 'Give at least one Service a weight.',
      });
      return undefined;
    }
    const shares = divide(100, weights);
    if (total !== 100) {
      context.report('sum-not-100', {
        field: 'lines',
        message: `The weights sum to ${total} and are scaled to 100: ${shares.map((share) => `${share}%`).join(', ')}.`,
        help: 'Write weights that sum to 100.',
        data: { sum: total, weights: shares },
      });
    }
    const narrowed = lines.find(({ subset }) => subset !== undefined);
    if (narrowed !== undefined) {
      context.report('subset-not-read', {
        field: 'lines',
        message: `The subset "${narrowed.subset}" of Service "${narrowed.service}" is left out; all pods of the Service are used.`,
        help: 'Use service-subset where the gateway has it, or give the pods a Service of their own.',
      });
    }
    return {
      backends: lines.map(({ service, namespace = context.namespace, port }, index) => {
        const backend = { namespace, service, port: resolvePort({ namespace, service, port }, context) };
        return { backend, weight: shares[index] ?? 0 };
      }),
    };
  },
  shape({ backends }, draft, context) {
    if (context.settings.replaces === 'resources' && draft.named?.service !== undefined) {
      context.report('service-named', {
        field: 'lines',
        message: `Path ${quote(draft.pathText)} names Service "${draft.named.service.name}", so on this gateway destination does nothing for it.`,
        help: 'Name the resource McpBridge "default" (apiGroup networking.higress.io) as the backend of the path, or remove the annotation.',
        data: { path: draft.pathText },
      });
      return undefined;
    }
    draft.backends = [...backends];
    return undefined;
  },
});

/** Whether a Service of another namespace is named that the Ingress may not refer to: the whole value is then void. */
function refersElsewhere(
  lines: readonly { readonly service: string; readonly namespace?: string | undefined }[],
  context: ResolveContext<object>,
): boolean {
  const foreign = lines.find(
    ({ namespace }) => namespace !== undefined && !context.lookups.mayRefer(context.namespace, 'Service', namespace),
  );
  if (foreign === undefined) return false;
  const what = `${foreign.namespace ?? ''}/${foreign.service}`;
  context.report('other-namespace', {
    field: 'lines',
    message: `Service ${what} belongs to another namespace than the Ingress; the annotation is ignored and the backends of the paths stay.`,
    help: `Name Services of namespace "${context.namespace}" only, or allow references across namespaces.`,
    data: { namespace: foreign.namespace, service: foreign.service },
  });
  return true;
}
