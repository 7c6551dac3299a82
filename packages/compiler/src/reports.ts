import type { Diagnostic } from '@ingresskit/resources';
import { PersistentMap } from '@ingresskit/resources';

/** Diagnostics by the unit that reports them (a draft, a host, a Service …): immutable, so an older result keeps its own. */
export type DiagnosticsByUnit = PersistentMap<readonly Diagnostic[]>;

/** The kinds of units that report. */
export type UnitKind = 'gateway' | 'draft' | 'host' | 'added host' | 'backend' | 'endpoints';

/** The key of a unit. */
export function unitKey(kind: UnitKind, name: string): string {
  return `${kind} ${name}`;
}

/** What the units that a batch touches have to say now, in place of what they said before. */
export class Reports {
  readonly #before: DiagnosticsByUnit;
  readonly #changed = new Map<string, readonly Diagnostic[]>();

  constructor(before: DiagnosticsByUnit) {
    this.#before = before;
  }

  set(kind: UnitKind, name: string, diagnostics: readonly Diagnostic[]): void {
    // Almost every unit has nothing to say and never had: it is not worth a key.
    if (diagnostics.length === 0 && this.#before.size === 0 && this.#changed.size === 0) return;
    const unit = unitKey(kind, name);
    if (diagnostics.length > 0 || this.#changed.has(unit) || this.#before.has(unit)) this.#changed.set(unit, diagnostics);
  }

  /** All diagnostics after the batch. */
  applied(): DiagnosticsByUnit {
    if (this.#changed.size === 0) return this.#before;
    return this.#before.mutate((map) => {
      for (const [unit, diagnostics] of this.#changed) {
        if (diagnostics.length > 0) map.set(unit, diagnostics);
        else map.delete(unit);
      }
    });
  }
}

/** What there is to say before anything was applied. */
export function firstReports(gateway: readonly Diagnostic[]): DiagnosticsByUnit {
  return gateway.length === 0 ? PersistentMap.empty() : PersistentMap.from([[unitKey('gateway', ''), gateway]]);
}
