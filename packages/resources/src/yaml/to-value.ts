import { type Alias, isAlias, isMap, isScalar, isSeq, type Pair, type Scalar, type YAMLMap } from 'yaml';
import { quote } from '../quote.ts';
import { maxExpandedNodes, type TextProblem, type Tree, templateProblem, tooManyAliases } from './parse-document.ts';
import type { SourceText } from './source-text.ts';
import type { DocumentRange } from './split-documents.ts';

/** What a document's tree says as JSON data. With problems the value is partial: good for naming the object, not for use. */
export interface TreeValue {
  readonly value: unknown;
  readonly problems: readonly TextProblem[];
  /** Unquoted scalars that YAML 1.1 reads differently. Only of interest when the document is a manifest. */
  readonly ambiguous: readonly TextProblem[];
}

/** Turns a tree into JSON data. Aliases share the data of their anchor, and their expansion is counted before anything could copy it. */
export function toValue(tree: Tree, source: SourceText, range: DocumentRange, aliasLimit: number): TreeValue {
  const reader = new TreeReader(tree, source, range, aliasLimit);
  const value = reader.read(tree.contents).value;
  return { value, problems: reader.problems, ambiguous: reader.ambiguous };
}

interface Read {
  readonly value: unknown;
  /** Alias expansions inside, and values inside, both with aliases expanded. */
  readonly aliases: number;
  readonly nodes: number;
}

const nothing: Read = { value: null, aliases: 0, nodes: 1 };

class TreeReader {
  readonly problems: TextProblem[] = [];
  readonly ambiguous: TextProblem[] = [];
  readonly #tree: Tree;
  readonly #source: SourceText;
  readonly #range: DocumentRange;
  readonly #aliasLimit: number;
  /** Finished anchors. An anchor that is not finished contains the alias that asks for it. */
  readonly #anchored = new Map<unknown, Read>();
  #stopped = false;

  constructor(tree: Tree, source: SourceText, range: DocumentRange, aliasLimit: number) {
    this.#tree = tree;
    this.#source = source;
    this.#range = range;
    this.#aliasLimit = aliasLimit;
  }

  read(node: unknown): Read {
    if (this.#stopped) return nothing;
    let result = nothing;
    if (isAlias(node)) return this.#readAlias(node);
    if (isMap(node)) result = this.#readMap(node);
    else if (isSeq(node)) result = this.#readList(node.items);
    else if (isScalar(node)) result = this.#readScalar(node);
    if (hasAnchor(node)) this.#anchored.set(node, result);
    this.#checkTag(node);
    const isBomb = result.aliases > this.#aliasLimit || (result.aliases > 0 && result.nodes > maxExpandedNodes);
    // The values around a bomb expand as much; one report is enough.
    if (isBomb && !this.#stopped) this.#stopAtBomb(node);
    return result;
  }

  #readAlias(alias: Alias): Read {
    const target = this.#anchored.get(alias.resolve(this.#tree));
    if (target === undefined) {
      this.#report('syntax', alias, 'An alias stands inside its own anchor. The document is skipped.');
      return nothing;
    }
    return { value: target.value, aliases: target.aliases + 1, nodes: target.nodes };
  }

  #readList(items: readonly unknown[]): Read {
    const value: unknown[] = [];
    let [aliases, nodes] = [0, 1];
    for (const item of items) {
      const read = this.read(item);
      value.push(read.value);
      aliases += read.aliases;
      nodes += read.nodes;
    }
    return { value, aliases, nodes };
  }

  #readMap(map: YAMLMap): Read {
    const value: Record<string, unknown> = {};
    const keys = new Map<string, Pair>();
    let [aliases, nodes] = [0, 1];
    for (const pair of map.items) {
      const read = this.read(pair.value);
      aliases += read.aliases;
      nodes += read.nodes;
      const key = this.#keyOf(pair);
      if (key === undefined) continue;
      const first = keys.get(key);
      if (first !== undefined) {
        this.#reportDuplicate(key, first, pair);
        continue;
      }
      keys.set(key, pair);
      // Assignment would let the key `__proto__` set the prototype.
      Object.defineProperty(value, key, { value: read.value, writable: true, enumerable: true, configurable: true });
    }
    return { value, aliases, nodes };
  }

  #keyOf(pair: Pair): string | undefined {
    const key = isAlias(pair.key) ? pair.key.resolve(this.#tree) : pair.key;
    if (!isScalar(key) || key.value === null) {
      // `key: {{ value }}` is YAML: a map with a map as key. Nobody means that.
      const [start, end] = this.#rangeOf(pair.key);
      if (this.#source.text.slice(this.#range.start, this.#range.end).includes('{{')) this.problems.push(templateProblem(start, end));
      else
        this.#report(
          'complex-key',
          pair.key ?? pair.value,
          'A key is a map, a list or empty, where text is required. The document is skipped.',
        );
      return undefined;
    }
    this.#checkTag(key);
    if (hasAnchor(key)) this.#anchored.set(key, { value: key.value, aliases: 0, nodes: 1 });
    if (key.value !== '<<' || key.type !== 'PLAIN') return String(key.value);
    this.#report('merge-key', key, 'Merge keys ("<<") are not supported. The document is skipped.', 'Write the merged fields out.');
    return undefined;
  }

  #reportDuplicate(key: string, first: Pair, second: Pair): void {
    const [firstStart] = this.#rangeOf(first.key);
    const [start, end] = this.#rangeOf(second.key);
    this.problems.push(duplicateKey(key, this.#source, firstStart, start, end));
  }

  #readScalar(scalar: Scalar): Read {
    const { source, type } = scalar;
    const reading = type === 'PLAIN' && source !== undefined ? olderReading(source) : undefined;
    if (reading !== undefined) {
      const [start, end] = this.#rangeOf(scalar);
      const message = `Unquoted ${source} is ${reading} to kubectl, which reads YAML 1.1; here it is ${typeof scalar.value === 'number' ? 'decimal' : 'text'}.`;
      this.ambiguous.push({ name: 'ambiguous-scalar', start, end, message, help: `Quote the value: "${source}".` });
    }
    return { value: scalar.value, aliases: 0, nodes: 1 };
  }

  #checkTag(node: unknown): void {
    const tag = isScalar(node) || isMap(node) || isSeq(node) ? node.tag : undefined;
    if (tag === undefined || coreTags.has(tag)) return;
    this.#report(
      'custom-tag',
      node,
      'Tags outside the YAML 1.2 core schema are not supported. The document is skipped.',
      'Remove the tag.',
    );
  }

  #stopAtBomb(node: unknown): void {
    this.#stopped = true;
    const [start] = this.#rangeOf(node);
    this.problems.push(tooManyAliases(start, this.#aliasLimit));
  }

  #report(name: TextProblem['name'], node: unknown, message: string, help?: string): void {
    const [start, end] = this.#rangeOf(node);
    this.problems.push({ name, start, end, message, ...(help === undefined ? {} : { help }) });
  }

  #rangeOf(node: unknown): readonly [number, number] {
    const range = isScalar(node) || isMap(node) || isSeq(node) || isAlias(node) ? node.range : undefined;
    const { start } = this.#range;
    return range ? [start + range[0], start + range[1]] : [start, start + 1];
  }
}

const coreTags: ReadonlySet<string> = new Set(
  ['map', 'seq', 'str', 'null', 'bool', 'int', 'float'].map((name) => `tag:yaml.org,2002:${name}`),
);

function hasAnchor(node: unknown): boolean {
  return (isScalar(node) || isMap(node) || isSeq(node)) && node.anchor !== undefined;
}

const trueWords: ReadonlySet<string> = new Set(['y', 'Y', 'yes', 'Yes', 'YES', 'on', 'On', 'ON']);
const falseWords: ReadonlySet<string> = new Set(['n', 'N', 'no', 'No', 'NO', 'off', 'Off', 'OFF']);

/** What YAML 1.1 makes of a plain scalar that YAML 1.2 reads otherwise. */
function olderReading(source: string): string | undefined {
  if (trueWords.has(source)) return 'the boolean true';
  if (falseWords.has(source)) return 'the boolean false';
  return source.length <= 12 && /^0[0-7]+$/.test(source) ? `the octal number ${Number.parseInt(source, 8)}` : undefined;
}

/** The problem of a key that appears twice in one map. */
export function duplicateKey(key: string, source: SourceText, first: number, start: number, end: number): TextProblem {
  const { line } = source.spanOf(first, first + 1);
  const message = `The key ${quote(key)} appears twice in one map, first on line ${line}. The document is skipped.`;
  return { name: 'duplicate-key', start, end, message, help: 'Remove one of the two.', data: { key, firstLine: line } };
}
