import type { Dialect, InactiveName, InactiveVerdict } from '@ingresskit/annotations';

/** What a list of inactive names shares. */
interface Shared {
  readonly verdict: InactiveVerdict;
  readonly dialect?: Dialect;
  readonly restricts?: boolean;
  readonly instead?: string;
}

/** Entries for names that share a verdict and what to tell their users. */
export function inactiveNames(names: readonly string[], { dialect = 'nginx', ...shared }: Shared): readonly InactiveName[] {
  return names.map((name) => ({ name, dialect, ...shared }));
}
