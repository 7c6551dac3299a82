/** Where a pattern must match: from the start with an open end, the whole text, or anywhere. */
export type PatternEnd = 'open' | 'full' | 'search';

export interface PatternOptions {
  /** Letters match in either case, in RE2's way (simple Unicode folding). */
  readonly ignoreCase?: boolean;
  /** Default `search`. */
  readonly end?: PatternEnd;
}

/** A part of a replacement: literal text, or the number of a group (0 is the whole match). */
export type TemplatePart = string | number;

/**
 * A compiled RE2 pattern. Matching takes time linear in the text, whoever wrote the pattern.
 * Texts longer than `maxInputLength` never match: a path or header of that size is refused before (reliability.md §2.5).
 */
export interface Pattern {
  /** The pattern as written. */
  readonly source: string;
  readonly end: PatternEnd;
  readonly ignoreCase: boolean;
  /** Number of capturing groups. */
  readonly groupCount: number;
  /**
   * Every text that matches begins with this; `''` when nothing is known. Where the pattern ignores case it is in lower case, and said of texts of
   * printable ASCII in lower case only: in others `K` may be the sign of the kelvin.
   */
  readonly literalPrefix: string;
  /**
   * Every text that matches holds one text of each of these lists; none when nothing is known. Case is as with `literalPrefix`.
   * Read anew on each call, as only indexes of many patterns ask for it.
   */
  requiredLiterals(): readonly (readonly string[])[];
  test(text: string): boolean;
  /** The match and its groups, `[0]` being the whole match; a group that took no part is `undefined`. */
  exec(text: string): readonly (string | undefined)[] | undefined;
  /**
   * The template with the groups of the match filled in: what stands for the **whole** text afterwards, as rewrites of regex paths do
   * (ingress-nginx.md §1.10, higress.md A.5). A group that took no part, or that the pattern does not have, is `''`.
   * `undefined` when the text does not match.
   */
  substitute(text: string, template: readonly TemplatePart[]): string | undefined;
  /**
   * The text with every match replaced by the template, the rest kept (with `open` and `full` there is one match at most).
   * Growth stops soon after `maxOutputLength`; such a result is too long for any path.
   */
  replaceAll(text: string, template: readonly TemplatePart[]): string;
}

/** Longest pattern, in UTF-16 units. */
export const maxPatternLength: number = 1024;
/** Longest text that can match. */
export const maxInputLength: number = 8192;
/** Where `replaceAll` stops to grow its result. */
export const maxOutputLength: number = 65536;
