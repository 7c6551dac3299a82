import { Composer, type CST, type Document, Lexer, type ParsedNode, Parser } from 'yaml';
import type { SourceText } from './source-text.ts';
import type { DocumentRange } from './split-documents.ts';
import type { YamlProblemName } from './yaml-diagnostics.ts';

/** A problem at a place in the text. */
export interface TextProblem {
  readonly name: YamlProblemName;
  readonly start: number;
  readonly end: number;
  readonly message: string;
  readonly help?: string;
  readonly data?: Readonly<Record<string, unknown>>;
}

/** How much a reader takes before it calls the input hostile. */
export interface ManifestLimits {
  /** Largest file, in UTF-16 units. Default 8 MiB. */
  readonly size?: number;
  /** Most documents of one file. Default 50,000. */
  readonly documents?: number;
  /** Deepest nesting of maps and lists. Default, and most, 64. */
  readonly depth?: number;
  /** Most alias expansions of one document. Default 100. */
  readonly aliases?: number;
}

/** What a document with aliases may expand to. A manifest with more values than this is hostile. */
export const maxExpandedNodes = 200_000;

/** The limits that guard the building of a tree. */
export type TreeLimits = Required<Pick<ManifestLimits, 'depth' | 'aliases'>>;

/** A document's syntax tree. Its offsets count from the start of the document's range. */
export type Tree = Document.Parsed<ParsedNode>;

const scalarFollows = '\x1f';

/** Parses the text of one document into a tree, or says why not. Stops at hostile nesting before anything recurses into it. */
export function parseDocument(
  source: SourceText,
  range: DocumentRange,
  limits: TreeLimits,
): { readonly tree: Tree } | { readonly problem: TextProblem } {
  const text = source.text.slice(range.start, range.end);
  try {
    const tokens = tokenize(text, range.start, limits);
    if ('problem' in tokens) return tokens;
    for (const token of tokens) {
      const offset = token.type === 'document' ? findDeep(token.value, limits.depth) : undefined;
      if (offset !== undefined) return { problem: tooDeep(range.start + offset) };
    }
    const [tree] = new Composer(options).compose(tokens, true, text.length);
    if (tree === undefined)
      return { problem: { name: 'syntax', start: range.start, end: range.start + 1, message: 'There is no document here.' } };
    const [error] = tree.errors;
    if (error !== undefined) {
      // What is missing at the end is reported where the text ends, not on the line of the next document.
      const start = Math.min(error.pos[0], Math.max(0, text.trimEnd().length - 1));
      return { problem: syntaxProblem(error.code, range.start + start, range.start + Math.max(error.pos[1], start + 1), text) };
    }
    return { tree: tree as Tree };
  } catch (error) {
    // The limits above should make this unreachable; if the library ever fails on some text, the file's other documents are still read.
    if (error instanceof RangeError) return { problem: tooDeep(range.start) };
    return { problem: syntaxProblem('IMPOSSIBLE', range.start, range.start + 1, text) };
  }
}

// Unknown tags are refused by the reader of the tree, duplicate keys too: the library compares each key with all others, which is quadratic.
const options = {
  version: '1.2',
  schema: 'core',
  merge: false,
  uniqueKeys: false,
  resolveKnownTags: false,
  prettyErrors: false,
  logLevel: 'silent',
} as const;

function tooDeep(offset: number): TextProblem {
  return {
    name: 'too-deep',
    start: offset,
    end: offset + 1,
    message: 'The document has too many levels of maps and lists here; it is skipped.',
  };
}

/** The problem of a document with more aliases than the limit, written or expanded. */
export function tooManyAliases(offset: number, limit: number): TextProblem {
  const message = `The document has aliases that expand to more than ${limit} copies or ${maxExpandedNodes} values; it is skipped.`;
  return { name: 'too-many-aliases', start: offset, end: offset + 1, message, help: 'Write the values out.' };
}

/** The concrete syntax of the text, or the place at which it passes a limit, found without reading on. */
function tokenize(text: string, base: number, { depth, aliases }: TreeLimits): CST.Token[] | { readonly problem: TextProblem } {
  const tokens: CST.Token[] = [];
  const parser = new Parser();
  let offset = 0;
  let brackets = 0;
  // `- - - -` and `? ? ?` nest without brackets, one level each.
  let indicators = 0;
  let aliasCount = 0;
  let isScalar = false;
  for (const lexeme of new Lexer().lex(text)) {
    if (!isScalar) {
      if (lexeme === '{' || lexeme === '[') brackets += 1;
      else if ((lexeme === '}' || lexeme === ']') && brackets > 0) brackets -= 1;
      else if (lexeme === '\n' || lexeme === '\r\n') indicators = 0;
      else if (brackets === 0 && (lexeme === '-' || lexeme === '?' || lexeme === ':')) indicators += 1;
      else if (lexeme.startsWith('*')) aliasCount += 1;
      if (brackets > depth || indicators > depth) return { problem: tooDeep(base + offset) };
      // Each alias costs a search for its anchor, so their number is bounded before any is looked up.
      if (aliasCount > aliases) return { problem: tooManyAliases(base + offset, aliases) };
    }
    isScalar = lexeme === scalarFollows;
    if (!isScalar && lexeme !== '\x02' && lexeme !== '\x18') offset += lexeme.length;
    for (const token of parser.next(lexeme)) tokens.push(token);
  }
  for (const token of parser.end()) tokens.push(token);
  return tokens;
}

/** The offset of a collection nested deeper than `depth`. Without recursion, since that is what it guards. */
function findDeep(root: CST.Token | undefined, depth: number): number | undefined {
  const stack: { readonly token: CST.Token; readonly level: number }[] = root === undefined ? [] : [{ token: root, level: 1 }];
  for (let entry = stack.pop(); entry !== undefined; entry = stack.pop()) {
    const { token, level } = entry;
    if (!('items' in token)) continue;
    if (level > depth) return token.offset;
    for (const item of token.items) {
      if ('key' in item && item.key) stack.push({ token: item.key, level: level + 1 });
      if (item.value) stack.push({ token: item.value, level: level + 1 });
    }
  }
  return undefined;
}

// In our own words: the library's messages repeat the text, which may be a secret's.
const syntaxMessages: Readonly<Record<string, readonly [message: string, help?: string]>> = {
  BAD_ALIAS: [
    'An alias has no anchor of that name before it, or no name.',
    'Define the anchor ("&name") above, or quote a value that starts with "*".',
  ],
  BAD_DQ_ESCAPE: ['A double-quoted text has an unknown escape.', 'Write "\\\\" for a backslash, or use single quotes.'],
  BAD_INDENT: ['The indentation does not fit the lines above.', 'Indent the fields of one map alike.'],
  BAD_SCALAR_START: ['A value starts with a character that YAML reserves.', 'Quote the value.'],
  BLOCK_AS_IMPLICIT_KEY: ['A second ":" makes this line a map within a map.', 'Quote the value, or put the inner map on lines of its own.'],
  BLOCK_IN_FLOW: ['Indented lines stand inside brackets.', 'Close the bracket first.'],
  DUPLICATE_KEY: ['A key appears twice in one map.'],
  MISSING_CHAR: ['A closing quote, bracket, comma or ":" is missing.'],
  MULTILINE_IMPLICIT_KEY: ['A key runs over several lines; a ":" is missing.'],
  MULTIPLE_DOCS: ['A second document starts without a "---" line.', 'Put "---" between documents.'],
  RESOURCE_EXHAUSTION: ['The document has too many levels of maps and lists.'],
  TAB_AS_INDENT: ['A tab is used for indentation, which YAML forbids.', 'Use spaces.'],
  UNEXPECTED_TOKEN: ['Something stands where nothing can.', 'Check the indentation and the quotes of this line and the one above.'],
};

/** The problem at a place where neither YAML nor JSON can be read. */
function syntaxProblem(code: string, start: number, end: number, text: string): TextProblem {
  const isTab = code === 'TAB_AS_INDENT';
  const [message, help] = syntaxMessages[code] ?? ['This is not YAML.'];
  // Templates break YAML in many ways; naming the cause helps more than naming the symptom.
  if (!isTab && text.includes('{{')) return templateProblem(start, end);
  return {
    name: 'syntax',
    start,
    end,
    message: `${message} The document is skipped.`,
    ...(help === undefined ? {} : { help }),
    data: { code },
  };
}

/** The problem of text with template actions. */
export function templateProblem(start: number, end: number): TextProblem {
  const message = 'The document holds "{{ … }}" and does not parse: it looks like a template that was not rendered. It is skipped.';
  return {
    name: 'template',
    start,
    end,
    message,
    help: 'Read what "helm template" or "kustomize build" prints, or quote the value if the braces are meant.',
  };
}
