import type { Codec } from '../codec.ts';
import { invalid, parsed } from '../codec.ts';
import { compilePattern } from '../pattern/compile-pattern.ts';
import type { PatternOptions } from '../pattern/pattern.ts';
import { trimLines } from './text.ts';

/**
 * An RE2 pattern. The value is the pattern's text, so that policies stay plain data; `compilePattern` with the same options gives the compiled
 * pattern from its cache.
 */
export function regex(options: PatternOptions = {}): Codec<string> {
  return {
    grammar: 'RE2 pattern',
    parse(text) {
      const pattern = trimLines(text);
      if (pattern === '') return invalid('is blank', 'Give it a value or remove the annotation.');
      const compiled = compilePattern(pattern, options);
      return compiled.ok ? parsed(pattern) : { ok: false, problem: compiled.problem };
    },
  };
}
