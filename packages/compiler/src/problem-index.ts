import type { Diagnostic, IngressProblem } from '@ingresskit/resources';

const none: readonly Diagnostic[] = Object.freeze([]);

/** What Kubernetes' validation says of an Ingress, by the part it spoils. Found once: an Ingress may have thousands of parts, and as many problems. */
export class ProblemIndex {
  readonly #byPart = new Map<string, Diagnostic[]>();
  /** Whether the default backend is unusable. */
  readonly defaultBackend: boolean;
  /** Indexes of the TLS entries that do nothing. A host that is no DNS name is not served in any case; its entry still counts for other hosts. */
  readonly tls: readonly number[];

  constructor(problems: readonly IngressProblem[]) {
    const tls: number[] = [];
    for (const { scope, rule, path, tls: entry, diagnostic } of problems) {
      const key = `${scope} ${rule} ${path}`;
      const known = this.#byPart.get(key);
      if (known === undefined) this.#byPart.set(key, [diagnostic]);
      else known.push(diagnostic);
      if (entry !== undefined && diagnostic.code !== 'ingress/invalid-tls-host') tls.push(entry);
    }
    this.defaultBackend = problems.some(({ scope }) => scope === 'default-backend');
    this.tls = tls;
  }

  /** Whether a rule as a whole is unusable. */
  hasRule(rule: number): boolean {
    return this.#byPart.size > 0 && this.#byPart.has(`rule ${rule} undefined`);
  }

  /** Why one path is unusable; empty when it is sound. */
  ofPath(rule: number, path: number): readonly Diagnostic[] {
    return this.#byPart.size === 0 ? none : (this.#byPart.get(`path ${rule} ${path}`) ?? none);
  }
}

const sound = new ProblemIndex([]);

/** The index of some problems; one for all Ingresses that have none. */
export function problemIndexOf(problems: readonly IngressProblem[]): ProblemIndex {
  return problems.length === 0 ? sound : new ProblemIndex(problems);
}

/** The problem of a path that an access restriction guards: the path stays, and nobody gets in. */
export function closedInstead(diagnostic: Diagnostic): Diagnostic {
  const message = diagnostic.message.replace(/(the path|it) is not served/, '$1 answers 503, because an access restriction guards it');
  return { ...diagnostic, consequence: 'route-denied', message };
}
