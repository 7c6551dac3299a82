import { type Alias, isAlias, isMap, isScalar, isSeq, type Node } from 'yaml';
import type { FieldPath, Span } from '../diagnostic.ts';
import type { Origin } from '../source-map.ts';
import { childrenOf, type JsonPlace, locateJson, skipSpace } from './json-text.ts';
import { parseDocument, type Tree, type TreeLimits } from './parse-document.ts';
import type { SourceText } from './source-text.ts';
import type { DocumentRange } from './split-documents.ts';

// Trees are many times larger than their text, so only the latest are kept; another is parsed again when a position in it is asked for.
const keptTrees = 16;

/** The syntax trees of a file's documents. */
export class Trees {
  readonly #source: SourceText;
  readonly #limits: TreeLimits;
  readonly #kept = new Map<DocumentRange, Tree>();

  constructor(source: SourceText, limits: TreeLimits) {
    this.#source = source;
    this.#limits = limits;
  }

  keep(range: DocumentRange, tree: Tree): void {
    this.#kept.set(range, tree);
    const [oldest] = this.#kept.keys();
    if (this.#kept.size > keptTrees && oldest !== undefined) this.#kept.delete(oldest);
  }

  get(range: DocumentRange): Tree | undefined {
    const kept = this.#kept.get(range);
    if (kept !== undefined) return kept;
    const parsed = parseDocument(this.#source, range, this.#limits);
    if (!('tree' in parsed)) return undefined;
    this.keep(range, parsed.tree);
    return parsed.tree;
  }
}

/** The origin of an object that is a YAML document. */
export function yamlOrigin(source: SourceText, range: DocumentRange, trees: Trees): Origin {
  return {
    file: source.file,
    locate(path) {
      const tree = trees.get(range);
      return tree === undefined ? source.spanOf(range.start, range.end) : locateInTree(source, range, tree, path);
    },
  };
}

function locateInTree(source: SourceText, range: DocumentRange, tree: Tree, path: FieldPath): Span {
  let node: unknown = tree.contents;
  let [start, end] = rangeOf(node) ?? [0, 1];
  for (const part of path) {
    const container = isAlias(node) ? (node as Alias).resolve(tree) : node;
    if (isSeq(container) && typeof part === 'number') {
      const item = container.items[part];
      const itemRange = rangeOf(item);
      if (itemRange === undefined) break;
      node = item;
      [start, end] = itemRange;
    } else if (isMap(container)) {
      const pair = container.items.find(({ key }) => isScalar(key) && String(key.value) === part);
      const keyRange = rangeOf(pair?.key);
      if (pair === undefined || keyRange === undefined) break;
      node = pair.value;
      const valueRange = rangeOf(node);
      start = keyRange[0];
      // A value that starts or ends further down is not underlined: the key stands for it.
      end = valueRange !== undefined && source.isOneLine(range.start + start, range.start + valueRange[1]) ? valueRange[1] : keyRange[1];
    } else break;
  }
  return source.spanOf(range.start + start, range.start + end);
}

function rangeOf(node: unknown): readonly [number, number] | undefined {
  const range = (isScalar(node) || isMap(node) || isSeq(node) || isAlias(node)) && (node as Node).range;
  return range ? [range[0], range[1]] : undefined;
}

/** The origin of an object that is a JSON value starting at an offset. */
export function jsonOrigin(source: SourceText, start: number): Origin {
  let items: readonly JsonPlace[] | undefined;
  return {
    file: source.file,
    locate(path) {
      const [first, index, ...rest] = path;
      let place: JsonPlace;
      if (first === 'items' && typeof index === 'number') {
        // Found once for all items: to walk a long List anew for each of its objects would be quadratic.
        items ??= [...childrenOf(source.text, locateJson(source.text, start, ['items']).valueStart)].map((child) => child.place);
        const item = items[index];
        place =
          item === undefined
            ? locateJson(source.text, start, ['items'])
            : rest.length === 0
              ? item
              : locateJson(source.text, item.start, rest);
      } else place = locateJson(source.text, start, path);
      return source.spanOf(place.start, spanEnd(source, place));
    },
  };
}

function spanEnd(source: SourceText, place: JsonPlace): number {
  if (place.start === place.valueStart || source.isOneLine(place.start, place.end)) return place.end;
  // Of an entry with a value of several lines, the key alone.
  let end = place.valueStart - 1;
  while (end > place.start && source.text[end] !== '"') end -= 1;
  return skipSpace(source.text, end + 1);
}
