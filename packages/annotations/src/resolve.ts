import type { Diagnostic, Ingress } from '@ingresskit/resources';
import { refOf } from '@ingresskit/resources';
import type { Policies } from '@ingresskit/route-table';
import { annotationDiagnostics } from './annotation-diagnostics.ts';
import type { Denied, Dropped, Family, ResolveContext, RouteDraft } from './family.ts';
import type { Lookups } from './lookups.ts';
import { mootAnnotations } from './moot.ts';
import type { Reading } from './read.ts';
import { readAnnotations } from './read.ts';
import type { Registry } from './registry.ts';
import { type Closes, Context, DeniedByFamily, DroppedByFamily } from './resolve-context.ts';

/** A gate that could not be built. */
export interface FailedGate {
  readonly family: string;
  readonly diagnostic: Diagnostic;
  readonly closes: Closes;
}

/** What a shaper says of a draft that cannot become an ordinary route. */
export interface ShapeResult {
  readonly family: string;
  readonly diagnostic: Diagnostic;
  /** `deny` keeps the route and answers 503; `drop` leaves it out. */
  readonly action: 'deny' | 'drop';
}

/** The policies of one Ingress, before they are attached to routes, hosts and backends. */
export interface ResolvedAnnotations {
  readonly route: Policies;
  readonly host: Policies;
  readonly backend: Policies;
  /** Policies of families that keep their own on an attached Ingress. */
  readonly own: Policies | undefined;
  /** The family that attaches this Ingress to primaries, with its policy. */
  readonly attaches: { readonly family: Family; readonly policy: unknown } | undefined;
  /** Annotation keys by family. */
  readonly keys: Readonly<Record<string, readonly string[]>>;
  readonly failed: readonly FailedGate[];
  /** Families that edit route drafts, with their policies, in catalog order. */
  readonly shapers: readonly ((draft: RouteDraft) => ShapeResult | undefined)[];
}

const none: Policies = Object.freeze({});

/**
 * Reads and resolves all annotations of an Ingress. `unenforcedGates: 'deny'` closes its routes when it carries an access restriction that the
 * gateway is known not to enforce.
 */
export function resolveAnnotations(
  ingress: Ingress,
  registry: Registry,
  lookups: Lookups,
  diagnostics: Diagnostic[],
  unenforcedGates: 'report' | 'deny' = 'report',
): ResolvedAnnotations {
  const unenforced: Diagnostic[] = [];
  const readings = readAnnotations(ingress, registry, diagnostics, unenforced);
  let route: Record<string, unknown> | undefined;
  let host: Record<string, unknown> | undefined;
  let backend: Record<string, unknown> | undefined;
  let own: Record<string, unknown> | undefined;
  let attaches: ResolvedAnnotations['attaches'];
  const keys: Record<string, readonly string[]> = {};
  const failed: FailedGate[] = [];
  if (unenforcedGates === 'deny') for (const diagnostic of unenforced) failed.push({ family: 'annotation', diagnostic, closes: 'route' });
  const shapers: ((draft: RouteDraft) => ShapeResult | undefined)[] = [];
  for (const reading of readings) {
    const { family } = reading;
    if (reading.allKeys.length > 0) keys[family.name] = reading.allKeys;
    if (reading.outcome === 'ignore-family') continue;
    if (reading.outcome !== undefined && reading.cause !== undefined) {
      failed.push({ family: family.name, diagnostic: reading.cause, closes: closesOf[reading.outcome] });
      continue;
    }
    const context = new Context(ingress, reading, registry, lookups, diagnostics, unenforcedGates);
    const before = diagnostics.length;
    const policy = reading.shared?.policy ?? family.resolve(reading.values, context as unknown as ResolveContext<never>);
    if (policy === undefined) {
      if (!context.reported) reportNoPolicy(ingress, reading, diagnostics);
      continue;
    }
    if (policy instanceof DeniedByFamily) {
      failed.push({ family: family.name, diagnostic: policy.denied, closes: policy.closes });
      continue;
    }
    const scope = registry.profile.scopes?.[family.name] ?? family.scope;
    if (reading.shared?.policy === undefined) {
      freezeDeep(policy);
      const moot = mootAnnotations(ingress, reading, registry, lookups, policy, diagnostics.slice(before));
      diagnostics.push(...moot);
      // Which Ingress decides a host or a backend is told by whose policy it is, so there each has its own.
      if (reading.shared !== undefined && scope === 'route' && !context.particular && !context.reported && moot.length === 0)
        reading.shared.policy = policy;
    }
    if (family.join !== undefined) attaches = { family, policy };
    else if (scope === 'route') {
      route ??= {};
      route[family.name] = policy;
    } else if (scope === 'host') {
      host ??= {};
      host[family.name] = policy;
    } else {
      backend ??= {};
      backend[family.name] = policy;
    }
    if (family.onAttached === 'own' && scope === 'route' && family.join === undefined) {
      own ??= {};
      own[family.name] = policy;
    }
    if (family.shape !== undefined)
      shapers.push((draft) => shapeResult(family, family.shape?.(policy, draft, context as unknown as ResolveContext<never>)));
  }
  return {
    route: route === undefined ? none : Object.freeze(route),
    host: host === undefined ? none : Object.freeze(host),
    backend: backend === undefined ? none : Object.freeze(backend),
    own: own === undefined ? undefined : Object.freeze(own),
    attaches,
    keys: Object.freeze(keys),
    failed,
    shapers,
  };
}

const closesOf = { 'deny-route': 'route', 'deny-host': 'host', 'reject-ingress': 'ingress' } as const;

function shapeResult(family: Family, result: Denied | Dropped | undefined): ShapeResult | undefined {
  if (result instanceof DeniedByFamily) return { family: family.name, diagnostic: result.denied, action: 'deny' };
  if (result instanceof DroppedByFamily) return { family: family.name, diagnostic: result.dropped, action: 'drop' };
  return undefined;
}

function reportNoPolicy(ingress: Ingress, { family, allKeys }: Reading, diagnostics: Diagnostic[]): void {
  const key = allKeys[0];
  if (key === undefined) return;
  diagnostics.push(
    annotationDiagnostics.make('no-policy', {
      object: refOf(ingress),
      path: ['metadata', 'annotations', key],
      message: `The ${family.name} annotations (${allKeys.join(', ')}) switch nothing on.`,
      data: { family: family.name, annotations: allKeys },
    }),
  );
}

/** Freezes plain data through and through, down to what is frozen already. */
export function freezeDeep<T>(value: T): T {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return value;
  // Only plain data is frozen through: a Sensitive keeps its value in a private field, and its own properties are fixed.
  Object.freeze(value);
  for (const key of Object.keys(value)) freezeDeep((value as Record<string, unknown>)[key]);
  return value;
}
