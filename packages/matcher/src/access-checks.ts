import type { Outcome } from '@ingresskit/annotations';
import type { FilterStep } from './plan.ts';

/** An outcome and the family whose it is. */
export interface Spoken {
  readonly step: FilterStep;
  readonly outcome: Outcome | undefined;
}

/**
 * The access checks of one request where any one of them is enough (ingress-nginx.md §3.3): a refusal waits until the last check has spoken, and the
 * first check that lets in ends it. An answer that is no refusal (503, 500) is final, as in nginx.
 */
export class AccessChecks {
  mode: 'all' | 'any' = 'all';
  granted = false;
  #refusal: Spoken | undefined;

  /** Whether a step need not run, since another check has let the request in. */
  isNeedless({ family }: FilterStep): boolean {
    return this.granted && this.mode === 'any' && family.accessCheck;
  }

  /** What a check's outcome comes to. */
  weigh(step: FilterStep, outcome: Outcome | undefined, isLast: boolean): Spoken {
    if (this.mode === 'all' || !step.family.accessCheck || this.granted) return { step, outcome };
    if (outcome !== undefined && weightOf(outcome) === 0) return { step, outcome };
    if (outcome !== undefined && (this.#refusal?.outcome === undefined || weightOf(outcome) > weightOf(this.#refusal.outcome)))
      this.#refusal = { step, outcome };
    return isLast && this.#refusal !== undefined ? this.#refusal : { step, outcome: undefined };
  }
}

/** Of two refusals the one that lets the client do something about it is told: a sign-in page, then a challenge, then a plain no. */
function weightOf(outcome: Outcome): number {
  if (outcome.kind === 'redirect') return 3;
  if (outcome.kind !== 'respond') return 0;
  return outcome.status === 401 ? 2 : outcome.status === 403 ? 1 : 0;
}
