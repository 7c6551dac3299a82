import type { Profile } from '@ingresskit/annotations';
import type { Diagnostic, ObjectRef } from '@ingresskit/resources';
import type { Provenance } from '@ingresskit/route-table';
import { routeDiagnostics } from './diagnostics.ts';

/** Says which annotations of an Ingress do not hold for its default backend, where the gateway applies none of them, or not all, to it. */
export function unpoliced(
  object: ObjectRef,
  keys: Provenance['annotations'],
  { families, defaultBackend }: Profile,
): Diagnostic | undefined {
  const without = defaultBackend.policies ? (defaultBackend.anyHostWithout ?? []) : undefined;
  const idle = families.filter(({ name, scope }) => scope === 'route' && Object.hasOwn(keys, name) && without?.includes(name) !== false);
  if (idle.length === 0) return undefined;
  const gates = idle.filter(({ restricting }) => restricting).map(({ name }) => name);
  const open = gates.length === 0 ? '' : ` Requests that ${gates.join(' and ')} should keep out get in.`;
  return routeDiagnostics.make('default-backend-unpoliced', {
    ...(gates.length === 0 ? {} : { severity: 'error' as const }),
    object,
    path: ['spec', 'defaultBackend'],
    message: `The ${idle.map(({ name }) => name).join(', ')} annotations do not hold for the default backend${without === undefined ? '' : ' on unknown hosts'} on this gateway.${open}`,
    help: 'Use a rule with the path "/" instead of the default backend.',
    data: { families: idle.map(({ name }) => name), gates, annotations: idle.flatMap(({ name }) => keys[name] ?? []) },
  });
}
