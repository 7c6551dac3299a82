import type { Diagnostic, Ingress } from '@ingresskit/resources';
import { refOf } from '@ingresskit/resources';
import type { Policies } from '@ingresskit/route-table';
import { annotationDiagnostics } from './annotation-diagnostics.ts';
import type { Denied, Dropped, Family, ReportDetails, ResolveContext, RouteDraft } from './family.ts';
import type { Lookups } from './lookups.ts';
import type { Reading } from './read.ts';
import { readAnnotations } from './read.ts';
import type { Registry } from './registry.ts';

/** A gate that could not be built. */
export interface FailedGate {
  readonly family: string;
  readonly diagnostic: Diagnostic;
  readonly closes: 'route' | 'host' | 'ingress';
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
  /** Reports one of a family's diagnostics about this Ingress. */
  readonly report: (family: Family, name: string, details: ReportDetails) => void;
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
    if (reading.allKeys.length > 0) keys[family.name] = Object.freeze(reading.allKeys);
    if (reading.outcome === 'ignore-family') continue;
    if (reading.outcome !== undefined && reading.cause !== undefined) {
      failed.push({ family: family.name, diagnostic: reading.cause, closes: closesOf[reading.outcome] });
      continue;
    }
    const context = new Context(ingress, reading, registry, lookups, diagnostics, unenforcedGates);
    const policy = family.resolve(reading.values, context as unknown as ResolveContext<never>);
    if (policy === undefined) {
      if (!context.reported) reportNoPolicy(ingress, reading, diagnostics);
      continue;
    }
    if (policy instanceof DeniedByFamily) {
      failed.push({ family: family.name, diagnostic: policy.denied, closes: policy.closes });
      continue;
    }
    freezeDeep(policy);
    const scope = registry.profile.scopes?.[family.name] ?? family.scope;
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
    report: (family, name, details) => {
      const reading = readings.find((candidate) => candidate.family === family);
      if (reading !== undefined) new Context(ingress, reading, registry, lookups, diagnostics).report(name, details);
    },
  };
}

const consequenceOf = { route: 'route-denied', host: 'host-denied', ingress: 'object-rejected' } as const;

const closesOf = { 'deny-route': 'route', 'deny-host': 'host', 'reject-ingress': 'ingress' } as const;

class DeniedByFamily implements Denied {
  readonly denied: Diagnostic;
  readonly closes: FailedGate['closes'];
  constructor(denied: Diagnostic, closes: FailedGate['closes']) {
    this.denied = denied;
    this.closes = closes;
  }
}

class DroppedByFamily implements Dropped {
  readonly dropped: Diagnostic;
  constructor(dropped: Diagnostic) {
    this.dropped = dropped;
  }
}

function shapeResult(family: Family, result: Denied | Dropped | undefined): ShapeResult | undefined {
  if (result instanceof DeniedByFamily) return { family: family.name, diagnostic: result.denied, action: 'deny' };
  if (result instanceof DroppedByFamily) return { family: family.name, diagnostic: result.dropped, action: 'drop' };
  return undefined;
}

class Context implements ResolveContext<unknown> {
  readonly ingress: Ingress;
  readonly namespace: string;
  readonly settings: unknown;
  readonly lookups: Lookups;
  reported = false;
  readonly #reading: Reading;
  readonly #diagnostics: Diagnostic[];
  readonly #unenforcedGates: 'report' | 'deny';

  constructor(
    ingress: Ingress,
    reading: Reading,
    registry: Registry,
    lookups: Lookups,
    diagnostics: Diagnostic[],
    unenforcedGates: 'report' | 'deny' = 'report',
  ) {
    this.ingress = ingress;
    this.namespace = ingress.metadata.namespace;
    this.settings = registry.settings.get(reading.family.name);
    this.lookups = lookups;
    this.#reading = reading;
    this.#diagnostics = diagnostics;
    this.#unenforcedGates = unenforcedGates;
  }

  present(field: string): boolean {
    return this.keyOf(field) !== undefined;
  }

  keyOf(field: string): string | undefined {
    return this.#reading.keys[field];
  }

  report(name: string, details: ReportDetails): void {
    this.#diagnostics.push(this.#make(name, details));
  }

  deny(name: string, details: ReportDetails): Denied {
    return this.#close(name, this.#reading.family.scope === 'host' ? 'host' : 'route', details);
  }

  unenforced(name: string, details: ReportDetails): Denied | undefined {
    if (this.#unenforcedGates === 'deny') return this.deny(name, details);
    this.#diagnostics.push(this.#make(name, { severity: 'error', consequence: 'family-ignored', ...details }));
    return undefined;
  }

  reject(name: string, details: ReportDetails): Denied {
    return this.#close(name, 'ingress', details);
  }

  #close(name: string, closes: FailedGate['closes'], details: ReportDetails): Denied {
    const diagnostic = this.#make(name, { severity: 'error', consequence: consequenceOf[closes], ...details });
    this.#diagnostics.push(diagnostic);
    return new DeniedByFamily(diagnostic, closes);
  }

  drop(name: string, details: ReportDetails): Dropped {
    const diagnostic = this.#make(name, { severity: 'error', consequence: 'route-dropped', ...details });
    this.#diagnostics.push(diagnostic);
    return new DroppedByFamily(diagnostic);
  }

  #make(name: string, { field, path, ...details }: ReportDetails): Diagnostic {
    this.reported = true;
    const { family, allKeys } = this.#reading;
    if (family.diagnostics === undefined) throw new TypeError(`family "${family.name}" declares no diagnostics and reports "${name}"`);
    const key = (field === undefined ? undefined : this.keyOf(field)) ?? allKeys[0];
    const place = path ?? (key === undefined ? ['metadata', 'annotations'] : ['metadata', 'annotations', key]);
    return family.diagnostics.make(name, { object: refOf(this.ingress), path: place, ...details });
  }
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
