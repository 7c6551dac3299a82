export type { CompiledPattern } from './compile-pattern.ts';
export { compilePattern, maxPatternDepth, maxProgramSize } from './compile-pattern.ts';
export { isPlainText } from './native-pattern.ts';
export type { Pattern, PatternEnd, PatternOptions, TemplatePart } from './pattern.ts';
export { maxInputLength, maxOutputLength, maxPatternLength } from './pattern.ts';
export { type PatternRule, patternOf } from './pattern-of.ts';
