import type { Registry, ResolvedAnnotations } from '@ingresskit/annotations';
import type { Diagnostic, Ingress, IngressProblem, ObjectRef } from '@ingresskit/resources';
import type { Denial, Provenance } from '@ingresskit/route-table';
import type { ProblemIndex } from './problem-index.ts';
import { problemIndexOf } from './problem-index.ts';
import { classOf } from './selection.ts';
import type { TrackedLookups } from './tracked-lookups.ts';

/** What the parts of a draft are made from: one Ingress, what its annotations mean, what is wrong with it. */
export interface DraftSource {
  readonly ingress: Ingress;
  readonly ref: ObjectRef;
  readonly registry: Registry;
  readonly lookups: TrackedLookups;
  readonly resolved: ResolvedAnnotations;
  readonly problems: readonly IngressProblem[];
  /** Receives what is found on the way. */
  readonly diagnostics: Diagnostic[];
  readonly unenforcedGates: 'report' | 'deny';
}

/** What the parts of a draft share while one Ingress is drafted. */
export class DraftScope {
  readonly ingress: Ingress;
  readonly ref: ObjectRef;
  readonly registry: Registry;
  readonly lookups: TrackedLookups;
  readonly resolved: ResolvedAnnotations;
  readonly problems: ProblemIndex;
  readonly diagnostics: Diagnostic[];
  readonly unenforcedGates: 'report' | 'deny';
  /** Set when a gate of the Ingress could not be built: all of its routes are closed. */
  readonly denied: Denial | undefined;
  /** Whether the Ingress carries an access restriction, or one that could not be built. */
  readonly guarded: boolean;
  readonly ingressClass: string | undefined;

  constructor({ ingress, ref, registry, lookups, resolved, problems, diagnostics, unenforcedGates }: DraftSource) {
    this.ingress = ingress;
    this.ref = ref;
    this.registry = registry;
    this.lookups = lookups;
    this.resolved = resolved;
    this.problems = problemIndexOf(problems);
    this.diagnostics = diagnostics;
    this.unenforcedGates = unenforcedGates;
    this.denied = this.denialOf('route') ?? this.denialOf('ingress');
    this.guarded = resolved.failed.length > 0 || isGuarded(resolved, registry);
    this.ingressClass = classOf(ingress, registry.profile.classes);
  }

  /** The denial by the first gate that closes this much. */
  denialOf(closes: 'route' | 'host' | 'ingress'): Denial | undefined {
    const gate = this.resolved.failed.find((candidate) => candidate.closes === closes);
    return gate === undefined ? undefined : this.denial(gate.family, gate.diagnostic.code);
  }

  denial(family: string, code: string): Denial {
    return Object.freeze({ family, code, ingress: `${this.ref.namespace}/${this.ref.name}` });
  }

  /** Where the route of a path came from. Spelled out: without spreads it is made twice as fast, and a table has one for each path. */
  pathProvenance(rule: number, path: number): Provenance {
    const { ref: ingress, ingressClass } = this;
    const { keys: annotations } = this.resolved;
    return Object.freeze(
      ingressClass === undefined
        ? { origin: 'path', ingress, rule, path, annotations }
        : { origin: 'path', ingress, rule, path, ingressClass, annotations },
    );
  }

  defaultBackendProvenance(): Provenance {
    const { ref: ingress, ingressClass } = this;
    return Object.freeze({
      origin: 'default-backend',
      ingress,
      ...(ingressClass === undefined ? {} : { ingressClass }),
      annotations: this.resolved.keys,
    });
  }
}

/** Whether an Ingress carries an access restriction. */
export function isGuarded({ keys }: ResolvedAnnotations, { profile, order }: Registry): boolean {
  for (const name of Object.keys(keys)) if (profile.families[order.get(name) ?? -1]?.restricting === true) return true;
  return false;
}
