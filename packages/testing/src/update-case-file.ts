import { isMap, isNode, isScalar, isSeq, type Node, stringify, type YAMLMap } from 'yaml';
import { formatDecision, normalDecision } from './decision-text.ts';
import type { CaseResult } from './run-case.ts';
import { type CaseDocument, splitCaseFile } from './split-case-file.ts';
import { differencesFrom, projectOnto } from './subset.ts';

interface Edit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/**
 * The text of a case file with its expectations replaced by what the results found; everything else stays byte for byte. Expectations that hold are
 * left as they are written, and a subset keeps the fields its author chose.
 *
 * @param results of the file's cases, from one driver; cases without a result stay as they are.
 */
export function updateCaseFile(text: string, results: readonly CaseResult[]): string {
  const { cases } = splitCaseFile(text);
  const edits = results.flatMap((result) => {
    const document = cases[result.case.index];
    return document === undefined ? [] : editsOf(document, result);
  });
  let updated = text;
  for (const { start, end, text: replacement } of edits.sort((a, b) => b.start - a.start)) {
    updated = updated.slice(0, start) + replacement + updated.slice(end);
  }
  return updated;
}

function editsOf(source: CaseDocument, { decisions, diagnostics, case: subject }: CaseResult): Edit[] {
  const root = source.document.contents;
  if (!isMap(root)) return [];
  const edits: Edit[] = [];
  const requests = root.get('requests', true);
  for (const [index, item] of isSeq(requests) ? requests.items.entries() : []) {
    const decision = decisions[index];
    const expected = subject.requests[index]?.expected;
    if (decision === undefined || expected === undefined || !isNode(item)) continue;
    const actual = formatDecision(decision);
    if (isScalar(item)) {
      const written = String(item.value);
      const arrow = written.indexOf(' -> ');
      if ('line' in expected && expected.line !== actual)
        edits.push(replacement(source, item, quoteLike(item, `${written.slice(0, arrow)} -> ${actual}`)));
      continue;
    }
    const node = isMap(item) ? item.get('expect', true) : undefined;
    if (!isNode(node)) continue;
    if ('line' in expected) {
      if (normalDecision(expected.line) !== actual) edits.push(replacement(source, node, quoteLike(node, actual)));
    } else if (differencesFrom(expected.subset, decision).length > 0) {
      const projected = projectOnto(expected.subset, decision);
      // The kind goes in first: a subset of another kind of decision alone would say too little.
      edits.push(replacement(source, node, flow({ kind: decision.kind, ...(projected as object) })));
    }
  }
  return [...edits, ...diagnosticEdits(source, root, subject.diagnostics, diagnostics)];
}

function diagnosticEdits(source: CaseDocument, root: YAMLMap, expected: readonly string[], found: readonly string[]): Edit[] {
  if ([...expected].sort().join('\n') === [...found].sort().join('\n')) return [];
  const list = found.length === 0 ? ' []' : found.map((entry) => `\n  - ${entry}`).join('');
  const pair = root.items.find(({ key }) => isScalar(key) && key.value === 'diagnostics');
  if (pair !== undefined && isScalar(pair.key) && isNode(pair.value)) {
    const start = pair.key.range?.[1] ?? 0;
    return [{ start: source.start + start, end: source.start + endOf(source, pair.value), text: `:${list}` }];
  }
  const end = source.text.trimEnd().length;
  return [{ start: source.start + end, end: source.start + end, text: `\ndiagnostics:${list}` }];
}

function replacement(source: CaseDocument, node: Node, text: string): Edit {
  return { start: source.start + (node.range?.[0] ?? 0), end: source.start + endOf(source, node), text };
}

/** End of a node's own text, without the line breaks and comments that a block collection's range takes in. */
function endOf({ text }: CaseDocument, { range }: Node): number {
  const [start = 0, end = 0] = range ?? [];
  return start + text.slice(start, end).trimEnd().length;
}

/** Text as a scalar, in the quotes that the replaced one has; plain text that YAML would misread gets quotes. */
function quoteLike(node: Node, text: string): string {
  const type = isScalar(node) && typeof node.type === 'string' && node.type !== 'PLAIN' ? node.type : undefined;
  if (type === 'QUOTE_SINGLE') return `'${text.replaceAll("'", "''")}'`;
  return type === undefined ? stringify(text, { lineWidth: 0 }).trimEnd() : JSON.stringify(text);
}

function flow(value: unknown): string {
  return stringify(value, { collectionStyle: 'flow', lineWidth: 0 }).trimEnd();
}
