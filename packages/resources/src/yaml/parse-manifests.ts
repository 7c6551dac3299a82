import type { Diagnostic } from '../diagnostic.ts';
import type { ObjectRef } from '../ref.ts';
import type { Resource } from '../resource.ts';
import { readManifest } from '../schema/read-list.ts';
import { isMap, maxDepth, valueAt } from '../schema/tidy.ts';
import { readJson, skipSpace } from './json-text.ts';
import { jsonOrigin, Trees, yamlOrigin } from './origins.ts';
import { type ManifestLimits, parseDocument, type TextProblem, type TreeLimits } from './parse-document.ts';
import { SourceText } from './source-text.ts';
import { type DocumentRange, splitDocuments } from './split-documents.ts';
import { duplicateKey, toValue } from './to-value.ts';
import { yamlDiagnostics } from './yaml-diagnostics.ts';

/** How to read manifests. */
export interface ParseOptions {
  /** The name that diagnostics and spans give the text; a path, for people and editors. */
  readonly file: string;
  readonly limits?: ManifestLimits;
}

/** What came of reading the manifests of one file. */
export interface ParsedManifests {
  readonly resources: readonly Resource[];
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * Reads manifests: YAML 1.2 streams of any number of documents, JSON, and Lists in either. Never throws: a document that cannot be read becomes a
 * diagnostic with line and column, and the others are read. Positions of the objects are kept, so `spanOf` and `locate` find their fields.
 */
export function parseManifests(text: string, options: ParseOptions): ParsedManifests {
  return new ManifestReader(text.startsWith('\uFEFF') ? text.slice(1) : text, options).read();
}

class ManifestReader {
  readonly #source: SourceText;
  readonly #limits: Required<ManifestLimits>;
  readonly #trees: Trees;
  readonly #resources: Resource[] = [];
  readonly #diagnostics: Diagnostic[] = [];

  constructor(text: string, { file, limits = {} }: ParseOptions) {
    this.#source = new SourceText(file, text);
    this.#limits = {
      size: limits.size ?? 8 * 1024 * 1024,
      documents: limits.documents ?? 50_000,
      depth: Math.min(limits.depth ?? maxDepth, maxDepth),
      aliases: limits.aliases ?? 100,
    };
    const treeLimits: TreeLimits = this.#limits;
    this.#trees = new Trees(this.#source, treeLimits);
  }

  read(): ParsedManifests {
    const { text } = this.#source;
    if (text.length > this.#limits.size) {
      const message = `The file has ${text.length} characters, more than the limit of ${this.#limits.size}; nothing of it is read.`;
      this.#report({ name: 'too-large', start: 0, end: 1, message, help: 'Split the file.' });
      return this.#result();
    }
    let count = 0;
    for (const range of splitDocuments(text)) {
      if ('directive' in range) {
        this.#readDirective(range);
        continue;
      }
      count += 1;
      if (count > this.#limits.documents) {
        const message = `The file has more than ${this.#limits.documents} documents; those from here on are not read.`;
        this.#report({ name: 'too-many-documents', start: range.start, end: range.start + 3, message, help: 'Split the file.' });
        break;
      }
      this.#readDocument(range);
    }
    return this.#result();
  }

  #result(): ParsedManifests {
    return { resources: this.#resources, diagnostics: this.#diagnostics };
  }

  #readDirective({ start, end }: DocumentRange): void {
    const directive = this.#source.text.slice(start, end).trim();
    if (/^%YAML\s+1\.2(\s|$)/.test(directive)) return;
    this.#report({
      name: 'directive-ignored',
      start,
      end,
      message: 'The directive is ignored: manifests are read as YAML 1.2 with its core schema.',
    });
  }

  #readDocument(range: DocumentRange): void {
    const at = skipSpace(this.#source.text, range.start);
    const isJsonLike = this.#source.text[at] === '{' || this.#source.text[at] === '[';
    if (isJsonLike && this.#readJsonValues(at, range.end)) return;
    const parsed = parseDocument(this.#source, range, this.#limits);
    if ('problem' in parsed) {
      this.#report(parsed.problem);
      return;
    }
    this.#trees.keep(range, parsed.tree);
    const { value, problems, ambiguous } = toValue(parsed.tree, this.#source, range, this.#limits.aliases);
    for (const problem of problems) this.#report(problem, value);
    if (problems.length > 0) return;
    const resources = this.#resources.length;
    this.#readValue(value, () => yamlOrigin(this.#source, range, this.#trees));
    // A file of another kind may follow other customs.
    if (this.#resources.length > resources) for (const problem of ambiguous) this.#report(problem, value);
  }

  /** Reads a document as JSON, several values in a row included. False, and nothing read, when it is not JSON: flow YAML starts alike. */
  #readJsonValues(start: number, end: number): boolean {
    const values: { readonly value: unknown; readonly start: number }[] = [];
    const problems: TextProblem[] = [];
    for (let at = start; at < end; ) {
      const read = readJson(this.#source.text, at, this.#limits.depth);
      if ('fault' in read) {
        if (read.fault === 'syntax') return false;
        const message = 'The document has too many levels of maps and lists here; it is skipped.';
        this.#report({ name: 'too-deep', start: read.offset, end: read.offset + 1, message });
        return true;
      }
      if (read.duplicates.length === 0) values.push({ value: read.value, start: at });
      for (const { key, first, start: from, end: to } of read.duplicates) {
        problems.push(duplicateKey(key, this.#source, first, from, to));
      }
      at = skipSpace(this.#source.text, read.end);
    }
    for (const problem of problems) this.#report(problem);
    for (const { value, start: at } of values) this.#readValue(value, () => jsonOrigin(this.#source, at));
    return true;
  }

  #readValue(value: unknown, origin: () => ReturnType<typeof jsonOrigin>): void {
    // An explicit null is an empty document.
    if (value === null) return;
    const { resources, diagnostics } = readManifest(value, origin());
    for (const resource of resources) this.#resources.push(resource);
    for (const diagnostic of diagnostics) this.#diagnostics.push(diagnostic);
  }

  #report(problem: TextProblem, value?: unknown): void {
    const { name, start, end, message, help, data } = problem;
    const object = refIn(value);
    this.#diagnostics.push(
      yamlDiagnostics.make(name, {
        message,
        span: this.#source.spanOf(start, end),
        ...(help === undefined ? {} : { help }),
        ...(object === undefined ? {} : { object }),
        ...(data === undefined ? {} : { data }),
      }),
    );
  }
}

/** The object that a document describes, as far as that can be told. */
function refIn(value: unknown): ObjectRef | undefined {
  const kind = valueAt(value, 'kind');
  const metadata = valueAt(value, 'metadata');
  const name = valueAt(metadata, 'name');
  const namespace = valueAt(metadata, 'namespace');
  if (!isMap(value) || typeof kind !== 'string' || typeof name !== 'string') return undefined;
  return { kind, ...(typeof namespace === 'string' ? { namespace } : {}), name };
}
