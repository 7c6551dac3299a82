import type { Profile } from '@ingresskit/annotations';
import type { Diagnostic } from '@ingresskit/resources';
import { canonicalJson } from '@ingresskit/resources';
import { type RouteTable, toJSON } from '@ingresskit/route-table';
import fc from 'fast-check';
import { profiles } from 'ingresskit';

/** Every built-in profile, for `describe.each`. */
export const everyProfile: readonly (readonly [string, Profile])[] = Object.entries(profiles).flatMap(([name, profile]) =>
  profile === undefined ? [] : [[name, profile] as const],
);

const seedText = process.env['LAW_SEED'];
const seed = seedText === undefined ? (Math.random() * 2 ** 31) | 0 : Number(seedText);

/** Checks a property with a seed that is printed, and taken from `LAW_SEED` when one is to be repeated. */
export function law<T>(name: string, arbitrary: fc.Arbitrary<T>, numRuns: number, holds: (value: T) => void): void {
  console.info(`${name}: ${numRuns} runs, LAW_SEED=${seed}`);
  fc.assert(
    fc.property(arbitrary, (value) => {
      holds(value);
    }),
    { seed, numRuns, endOnFailure: false },
  );
}

/** The same for properties that have to wait. */
export async function asyncLaw<T>(
  name: string,
  arbitrary: fc.Arbitrary<T>,
  numRuns: number,
  holds: (value: T) => Promise<void>,
): Promise<void> {
  console.info(`${name}: ${numRuns} runs, LAW_SEED=${seed}`);
  await fc.assert(fc.asyncProperty(arbitrary, holds), { seed, numRuns, endOnFailure: true });
}

/** A table as text: equal for equal tables, whatever their history. */
export function textOf(table: RouteTable): string {
  return JSON.stringify(toJSON(table));
}

/** A table as text, as far as it acts: which annotations a route was read from stands in its provenance, and is no effect of theirs. */
export function actingText(table: RouteTable): string {
  return JSON.stringify(toJSON(table), (key, value: unknown) =>
    key === 'provenance' ? { ...(value as object), annotations: undefined } : value,
  );
}

/** Diagnostics as sorted texts. */
export function textsOf(diagnostics: readonly Diagnostic[]): readonly string[] {
  return diagnostics.map((diagnostic) => canonicalJson(diagnostic)).sort();
}
