import type { Decision } from '@ingresskit/matcher';
import type { Diagnostic } from '@ingresskit/resources';
import { formatRef } from '@ingresskit/resources';
import {
  type Capabilities,
  compile,
  defaultCapabilities,
  type Explanation,
  explain,
  formatDiagnostics,
  formatExplanation,
  type Profile,
  type RequestInput,
  type RouteTable,
} from 'ingresskit';
import type { Case, CaseRequest } from './case.ts';
import { compilationOf } from './compile-case.ts';
import { formatDecision } from './decision-text.ts';
import { formatRequest } from './request-line.ts';
import { differencesFrom, formatDifference } from './subset.ts';

/** One way of deciding requests: a matcher, a table that went through JSON, live sockets. */
export interface CaseDriver {
  readonly name: string;
  /**
   * @param capabilities what the world lends the requests of this case; limits count in it.
   * @param profile that of the table, which may have settings of the case's own.
   */
  decide(table: RouteTable, request: RequestInput, capabilities: Capabilities, profile: Profile): Decision;
}

/** What one driver made of a case. */
export interface CaseResult {
  readonly case: Case;
  readonly driver: string;
  /** The decisions of the case's requests, in order. */
  readonly decisions: readonly Decision[];
  /** The diagnostics of the case, in the spelling of case files, sorted. */
  readonly diagnostics: readonly string[];
  /** What does not hold, in words; empty when the case holds. */
  readonly failures: readonly string[];
}

/**
 * Compiles a case's manifests once and sends its requests through every driver. The requests of a case share a virtual clock and the counters of
 * limits; each driver begins with fresh ones.
 *
 * @returns one result for each driver, in their order.
 */
export function runCase(subject: Case, drivers: readonly CaseDriver[]): readonly CaseResult[] {
  const { options, profile, diagnostics: configuring } = compilationOf(subject.options);
  const compiled = compile(subject.resources, options);
  const all = [...subject.reading, ...configuring, ...compiled.diagnostics];
  const wantsInfos = subject.diagnostics.some((entry) => entry.startsWith(infoMark));
  const diagnostics = all
    .filter(({ severity }) => severity !== 'info' || wantsInfos)
    .map(diagnosticEntry)
    .sort();
  const shared = diagnosticFailures(subject, diagnostics, all);
  return drivers.map((driver) => {
    const failures = [...shared];
    const capabilities = defaultCapabilities();
    const decisions = subject.requests.map((asked, index) => {
      const decision = driver.decide(compiled.table, asked.request, capabilities, profile);
      const failure = requestFailure(asked, decision);
      if (failure !== undefined)
        failures.push(
          `${subject.file}:${asked.line}: ${driver.name}: ${failure}\n\n${why(compiled.table, subject.requests.slice(0, index + 1))}`,
        );
      return decision;
    });
    return { case: subject, driver: driver.name, decisions, diagnostics, failures };
  });
}

const infoMark = 'info ';

/** A diagnostic as case files list it: `cors/invalid-max-age Ingress default/shop`. */
export function diagnosticEntry({ severity, code, object }: Diagnostic): string {
  return `${severity === 'info' ? infoMark : ''}${code}${object === undefined ? '' : ` ${object.kind} ${formatRef(object)}`}`;
}

function requestFailure({ request, expected }: CaseRequest, decision: Decision): string | undefined {
  if ('line' in expected) {
    const actual = formatDecision(decision);
    return actual === expected.line ? undefined : `${formatRequest(request)}\n  should be ${expected.line}\n  and is    ${actual}`;
  }
  const differences = differencesFrom(expected.subset, decision);
  return differences.length === 0
    ? undefined
    : `${formatRequest(request)}\n${differences.map((difference) => `  ${formatDifference(difference)}`).join('\n')}`;
}

function diagnosticFailures(subject: Case, found: readonly string[], all: readonly Diagnostic[]): readonly string[] {
  const missing = without(subject.diagnostics, found);
  const surplus = without(found, subject.diagnostics);
  if (missing.length === 0 && surplus.length === 0) return [];
  const shown = all.filter((diagnostic) => surplus.includes(diagnosticEntry(diagnostic)));
  const lines = [...missing.map((entry) => `  missing:    ${entry}`), ...surplus.map((entry) => `  unexpected: ${entry}`)];
  return [
    `${subject.file}:${subject.line}: the diagnostics differ\n${lines.join('\n')}\n\n${formatDiagnostics(shown, { showInfo: true })}`,
  ];
}

/** The entries of one list that are left when each of the other has taken one. */
function without(entries: readonly string[], others: readonly string[]): readonly string[] {
  const left = [...entries];
  for (const other of others) {
    const at = left.indexOf(other);
    if (at >= 0) left.splice(at, 1);
  }
  return left;
}

/** Why the last of some requests is decided as it is: those before it are replayed, since they count where limits do. */
function why(table: RouteTable, requests: readonly CaseRequest[]): string {
  const capabilities = defaultCapabilities();
  const explanations = requests.map(({ request }) => explain(table, request, capabilities));
  return explanations.at(-1) === undefined ? '' : formatExplanation(explanations.at(-1) as Explanation);
}
