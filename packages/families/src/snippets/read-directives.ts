import type { Token } from './tokens.ts';
import { tokenize } from './tokens.ts';

/** A directive of a snippet. */
export interface Directive {
  /** Lower case: `add_header`. */
  readonly name: string;
  readonly args: readonly string[];
  /** From 1. */
  readonly line: number;
  /** The directives of its block; absent without one, and for blocks of Lua. */
  readonly block?: readonly Directive[];
}

/** The directives of a snippet, and where it stops being nginx's language. */
export interface ReadDirectives {
  readonly directives: readonly Directive[];
  readonly problem?: { readonly message: string; readonly line: number };
}

const maxDepth = 32;
const maxDirectives = 10_000;

/**
 * Reads a snippet of nginx's configuration language into its directives. Nothing is run and no file is looked at. A text that is not well formed gives
 * the directives before its mistake.
 */
export function readDirectives(text: string): ReadDirectives {
  const read = tokenize(text);
  if (!read.ok) return { directives: [], problem: { message: read.problem, line: read.line } };
  const root: Directive[] = [];
  const open: { readonly directives: Directive[]; readonly line: number }[] = [{ directives: root, line: 1 }];
  let words: Token[] = [];
  let count = 0;
  const stop = (message: string, line: number): ReadDirectives => ({ directives: root, problem: { message, line } });
  for (const token of read.tokens) {
    const into = open.at(-1)?.directives ?? root;
    const [name] = words;
    if (token.kind === 'word') words.push(token);
    else if (token.kind === 'code') continue;
    else if (token.kind === '}') {
      if (name !== undefined) return stop(`"${name.text.slice(0, 60)}" has no ";"`, name.line);
      if (open.length === 1) return stop('there is a "}" too many', token.line);
      open.pop();
    } else if (name === undefined) return stop(`nothing stands before "${token.kind}"`, token.line);
    else {
      if (++count > maxDirectives) return stop(`it has more than ${maxDirectives} directives`, token.line);
      const isLua = name.text.endsWith('_by_lua_block');
      const block: Directive[] | undefined = token.kind === '{' ? [] : undefined;
      const directive: Directive = {
        name: name.text.toLowerCase(),
        args: words.slice(1).map(({ text: word }) => word),
        line: name.line,
        ...(block === undefined || isLua ? {} : { block }),
      };
      into.push(directive);
      words = [];
      if (block !== undefined) {
        if (open.length > maxDepth) return stop(`it has more than ${maxDepth} blocks in each other`, token.line);
        open.push({ directives: block, line: token.line });
      }
    }
  }
  const [left] = words;
  if (left !== undefined) return stop(`"${left.text.slice(0, 60)}" has no ";"`, left.line);
  const unclosed = open.length === 1 ? undefined : open.at(-1);
  return unclosed === undefined ? { directives: root } : stop('a block has no "}"', unclosed.line);
}

/** All directives, those of blocks behind the one they belong to. */
export function flattenDirectives(directives: readonly Directive[]): readonly Directive[] {
  return directives.flatMap((directive) => [directive, ...flattenDirectives(directive.block ?? [])]);
}
