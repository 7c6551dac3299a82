import { canonicalJson } from './canonical-json.ts';
import type { Diagnostic } from './diagnostic.ts';
import { formatRef, objectKey, refOf } from './ref.ts';
import type { Resource } from './resource.ts';
import { schemaDiagnostics } from './schema-diagnostics.ts';
import { spanOf } from './source-map.ts';

/** The objects of a set after duplicates are settled, and what was left out. */
export interface SettledResources {
  readonly resources: readonly Resource[];
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * Keeps one object of each kind, namespace and name. The choice depends on the objects alone (the first by canonical JSON), so any order of the
 * input gives the same set. Each loser is named by `schema/duplicate-object`, related to the winner.
 */
export function settleDuplicates(resources: Iterable<Resource>): SettledResources {
  const firsts = new Map<string, Resource>();
  // Only of objects that are there twice: usually none is.
  const groups = new Map<string, Resource[]>();
  for (const resource of resources) {
    const key = objectKey(resource.kind, resource.metadata.namespace, resource.metadata.name);
    const first = firsts.get(key);
    if (first === undefined) firsts.set(key, resource);
    // One object given twice is not two manifests.
    else if (first !== resource) {
      const group = groups.get(key);
      if (group === undefined) groups.set(key, [first, resource]);
      else if (!group.includes(resource)) group.push(resource);
    }
  }
  const diagnostics: Diagnostic[] = [];
  for (const [key, group] of groups) {
    const [winner, ...losers] = order(group);
    if (winner === undefined) continue;
    firsts.set(key, winner.resource);
    for (const loser of losers) diagnostics.push(duplicateOf(winner, loser));
  }
  return { resources: [...firsts.values()], diagnostics };
}

/** The diagnostics of `settleDuplicates` alone. */
export function findDuplicates(resources: Iterable<Resource>): readonly Diagnostic[] {
  return settleDuplicates(resources).diagnostics;
}

interface Candidate {
  readonly resource: Resource;
  readonly json: string;
}

function order(group: readonly Resource[]): Candidate[] {
  const candidates = group.map((resource) => ({ resource, json: canonicalJson(resource) }));
  return candidates.sort((a, b) => compareText(a.json, b.json) || compareText(placeOf(a.resource), placeOf(b.resource)));
}

// Equal manifests differ only in where they stand; this keeps the choice, and so the positions in messages, independent of input order.
function placeOf(resource: Resource): string {
  const span = spanOf(resource);
  return span === undefined ? '' : `${span.file}\n${String(span.line).padStart(9, '0')}`;
}

function duplicateOf(winner: Candidate, loser: Candidate): Diagnostic {
  const ref = refOf(loser.resource);
  const equal = winner.json === loser.json;
  const span = spanOf(loser.resource);
  const winnerSpan = spanOf(winner.resource);
  return schemaDiagnostics.make('duplicate-object', {
    ...(equal ? { severity: 'warning' as const, consequence: 'none' as const } : {}),
    message: equal
      ? `${ref.kind} ${formatRef(ref)} is described twice, in equal words; one copy is used.`
      : `${ref.kind} ${formatRef(ref)} is described twice, differently; this manifest is not used.`,
    help: 'Remove one of the two manifests, or give one another name.',
    object: ref,
    path: [],
    ...(span === undefined ? {} : { span }),
    related: [
      {
        object: refOf(winner.resource),
        path: [],
        message: 'This manifest is used.',
        ...(winnerSpan === undefined ? {} : { span: winnerSpan }),
      },
    ],
  });
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
