import type { Profile } from '@ingresskit/annotations';
import { annotationDiagnostics } from '@ingresskit/annotations';
import type { Diagnostic, ObjectRef } from '@ingresskit/resources';
import type { Provenance } from '@ingresskit/route-table';
import { routeDiagnostics } from './diagnostics.ts';

/** Says which annotations of an Ingress do not hold for its default backend, where the gateway applies none of them, or not all, to it. */
export function unpoliced(
  object: ObjectRef,
  keys: Provenance['annotations'],
  { families, defaultBackend }: Profile,
  closes: boolean,
): Diagnostic | undefined {
  const without = defaultBackend.policies ? (defaultBackend.anyHostWithout ?? []) : undefined;
  const idle = families.filter(({ name, scope }) => scope === 'route' && Object.hasOwn(keys, name) && without?.includes(name) !== false);
  if (idle.length === 0) return undefined;
  const gates = idle.filter(({ restricting }) => restricting).map(({ name }) => name);
  const what = gates.join(' and ');
  const open =
    gates.length === 0
      ? ''
      : closes
        ? ` It answers 503, since ${what} should keep requests out.`
        : ` Requests that ${what} should keep out get in.`;
  return routeDiagnostics.make('default-backend-unpoliced', {
    ...(gates.length === 0 ? {} : { severity: 'error' as const, ...(closes ? { consequence: 'route-denied' as const } : {}) }),
    object,
    path: ['spec', 'defaultBackend'],
    message: `The ${idle.map(({ name }) => name).join(', ')} annotations do not hold for the default backend${without === undefined ? '' : ' on unknown hosts'} on this gateway.${open}`,
    help: 'Use a rule with the path "/" instead of the default backend.',
    data: { families: idle.map(({ name }) => name), gates, annotations: idle.flatMap(({ name }) => keys[name] ?? []) },
  });
}

/** Says which annotations of a canary have no effect, because its primary decides what they are about. */
export function primaryDecides(object: ObjectRef, keys: Provenance['annotations'], { families }: Profile): readonly Diagnostic[] {
  const idle = families.filter(
    ({ name, scope, onAttached, join }) => scope === 'route' && onAttached === 'primary' && join === undefined && Object.hasOwn(keys, name),
  );
  return idle.flatMap(({ name }) =>
    (keys[name] ?? []).map((key) =>
      annotationDiagnostics.make('primary-decides', {
        object,
        path: ['metadata', 'annotations', key],
        message: `A canary takes ${name} from its primary; the annotation has no effect here.`,
        help: 'Set it on the primary Ingress.',
        data: { family: name, annotation: key },
      }),
    ),
  );
}
