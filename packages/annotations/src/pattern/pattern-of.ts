import { compilePattern } from './compile-pattern.ts';
import type { Pattern, PatternEnd } from './pattern.ts';

/** A pattern as the rules of a table hold it. */
export interface PatternRule {
  readonly value: string;
  readonly end?: PatternEnd;
  readonly ignoreCase?: boolean;
}

/** By rule: looking a pattern up by its text takes longer than an ordinary match, and a rule never changes. */
const known = new WeakMap<PatternRule, Pattern | false>();

/** The pattern of a rule; `undefined` where it does not compile, which families refuse and foreign JSON may hold. `end` is for rules that name none. */
export function patternOf(rule: PatternRule, end: PatternEnd): Pattern | undefined {
  let pattern = known.get(rule);
  if (pattern === undefined) {
    const compiled = compilePattern(rule.value, { end: rule.end ?? end, ignoreCase: rule.ignoreCase === true });
    pattern = compiled.ok && compiled.pattern;
    known.set(rule, pattern);
  }
  return pattern === false ? undefined : pattern;
}
