import { BoundedMap } from '@ingresskit/resources';
import { RE2JS } from 're2js';
import type { Problem } from '../codec.ts';
import { LinearPattern } from './linear-pattern.ts';
import { literalPrefix, patternShape } from './literal-prefix.ts';
import type { Pattern, PatternEnd, PatternOptions } from './pattern.ts';
import { maxPatternLength } from './pattern.ts';
import { notUnicode, syntaxProblem, tooDeep, tooLarge, tooLong } from './pattern-problem.ts';

/** A pattern, or why the text is not one. */
export type CompiledPattern = { readonly ok: true; readonly pattern: Pattern } | { readonly ok: false; readonly problem: Problem };

/** Instructions a compiled program may have. An ordinary path pattern has 10 to 60. */
export const maxProgramSize: number = 1000;
/** Groups within groups. */
export const maxPatternDepth: number = 64;

/**
 * Compiles an RE2 pattern. Pure: equal arguments give an equal result, and while it is in the cache the same object.
 * Never throws; what RE2 does not know (look-around, back-references, possessive repetition) comes back as a problem with help.
 */
export function compilePattern(pattern: string, options: PatternOptions = {}): CompiledPattern {
  const end = options.end ?? 'search';
  const ignoreCase = options.ignoreCase === true;
  if (pattern.length > maxPatternLength) return { ok: false, problem: tooLong };
  const key = `${end}${ignoreCase ? '~' : ':'}${pattern}`;
  let compiled = known.get(key);
  if (compiled === undefined) {
    compiled = compile(pattern, end, ignoreCase);
    known.set(key, compiled);
  }
  return compiled;
}

const known = new BoundedMap<CompiledPattern>(16_384);

function compile(source: string, end: PatternEnd, ignoreCase: boolean): CompiledPattern {
  if (loneSurrogate.test(source)) return { ok: false, problem: notUnicode };
  if (patternShape(source).depth > maxPatternDepth) return { ok: false, problem: tooDeep };
  try {
    const program = RE2JS.compile(source, ignoreCase ? RE2JS.CASE_INSENSITIVE : 0);
    if (program.programSize() > maxProgramSize) return { ok: false, problem: tooLarge };
    const prefix = literalPrefix(source, end !== 'search');
    return { ok: true, pattern: new LinearPattern(program, source, end, ignoreCase, ignoreCase ? prefix.toLowerCase() : prefix) };
  } catch (error) {
    return { ok: false, problem: syntaxProblem(source, error) };
  }
}

const loneSurrogate = /[\ud800-\udfff]/u;
