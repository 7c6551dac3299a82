import type { Diagnostic, Ingress } from '@ingresskit/resources';
import { refOf } from '@ingresskit/resources';
import type { Denied, Dropped, ReportDetails, ResolveContext } from './family.ts';
import type { Lookups } from './lookups.ts';
import type { Reading } from './read.ts';
import type { Registry } from './registry.ts';

/** What closes when a gate could not be built. */
export type Closes = 'route' | 'host' | 'ingress';

const consequenceOf = { route: 'route-denied', host: 'host-denied', ingress: 'object-rejected' } as const;

export class DeniedByFamily implements Denied {
  readonly denied: Diagnostic;
  readonly closes: Closes;
  constructor(denied: Diagnostic, closes: Closes) {
    this.denied = denied;
    this.closes = closes;
  }
}

export class DroppedByFamily implements Dropped {
  readonly dropped: Diagnostic;
  constructor(dropped: Diagnostic) {
    this.dropped = dropped;
  }
}

/** What a family sees of the Ingress whose annotations it resolves. */
export class Context implements ResolveContext<unknown> {
  readonly settings: unknown;
  /** Whether a diagnostic of the family was made. */
  reported = false;
  /** Whether something was asked that is another Ingress's own, so that equal annotations there may mean something else. */
  particular = false;
  readonly #ingress: Ingress;
  readonly #lookups: Lookups;
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
    this.settings = registry.settings.get(reading.family.name);
    this.#ingress = ingress;
    this.#lookups = lookups;
    this.#reading = reading;
    this.#diagnostics = diagnostics;
    this.#unenforcedGates = unenforcedGates;
  }

  get ingress(): Ingress {
    this.particular = true;
    return this.#ingress;
  }

  get namespace(): string {
    this.particular = true;
    return this.#ingress.metadata.namespace;
  }

  get lookups(): Lookups {
    this.particular = true;
    return this.#lookups;
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

  #close(name: string, closes: Closes, details: ReportDetails): Denied {
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
    return family.diagnostics.make(name, { object: refOf(this.#ingress), path: place, ...details });
  }
}
