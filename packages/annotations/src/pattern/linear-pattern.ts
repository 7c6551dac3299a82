import type { Matcher, RE2JS } from 're2js';
import { RE2Set } from 're2js';
import { expandTemplate } from './expand-template.ts';
import { isPlainText, nativePattern } from './native-pattern.ts';
import type { Pattern, PatternEnd, TemplatePart } from './pattern.ts';
import { maxInputLength, maxOutputLength } from './pattern.ts';
import { requiredLiterals } from './required-literals.ts';

/** A pattern run by the RE2 engine: any syntax, any text, linear time. JavaScript's own engine takes its place where the two are known to agree. */
export class LinearPattern implements Pattern {
  readonly source: string;
  readonly end: PatternEnd;
  readonly ignoreCase: boolean;
  readonly groupCount: number;
  readonly literalPrefix: string;
  private readonly program: RE2JS;
  /** `null` until a text asks for it: most patterns of a large table never meet one. */
  private native: RegExp | undefined | null = null;

  constructor(program: RE2JS, source: string, end: PatternEnd, ignoreCase: boolean, literalPrefix: string) {
    this.program = program;
    this.source = source;
    this.end = end;
    this.ignoreCase = ignoreCase;
    this.groupCount = program.groupCount();
    this.literalPrefix = literalPrefix;
  }

  requiredLiterals(): readonly (readonly string[])[] {
    const found = requiredLiterals(this.source);
    return this.ignoreCase ? found.map((list) => list.map((text) => text.toLowerCase())) : found;
  }

  test(text: string): boolean {
    if (text.length > maxInputLength) return false;
    const native = this.nativeFor(text);
    if (native !== undefined) return native.test(text);
    // No groups are asked for, so that the engine may use its automaton.
    const found =
      this.end === 'search'
        ? this.program.test(text)
        : this.end === 'full'
          ? this.program.testExact(text)
          : this.program.re2().matchWithGroup(text, 0, text.length, RE2Set.ANCHOR_START, 0)[0] === true;
    this.trim();
    return found;
  }

  exec(text: string): readonly (string | undefined)[] | undefined {
    if (text.length > maxInputLength) return undefined;
    const native = this.nativeFor(text);
    if (native !== undefined) return native.exec(text)?.slice();
    const matcher = this.program.matcher(text);
    return this.match(matcher) ? groupsOf(matcher, this.groupCount) : undefined;
  }

  substitute(text: string, template: readonly TemplatePart[]): string | undefined {
    const groups = this.exec(text);
    return groups === undefined ? undefined : expandTemplate(groups, template);
  }

  replaceAll(text: string, template: readonly TemplatePart[]): string {
    if (text.length > maxInputLength) return text;
    const matcher = this.program.matcher(text);
    let result = '';
    let copied = 0;
    for (let found = this.match(matcher); found && result.length <= maxOutputLength; found = this.end === 'search' && matcher.find()) {
      const start = matcher.start();
      // RE2 does not replace an empty match that touches the match before it.
      if (start === matcher.end() && start === copied && copied > 0) continue;
      result += text.slice(copied, start) + expandTemplate(groupsOf(matcher, this.groupCount), template);
      copied = matcher.end();
    }
    return result + text.slice(copied);
  }

  private nativeFor(text: string): RegExp | undefined {
    if (this.native === null) this.native = nativePattern(this.source, this.end, this.ignoreCase);
    return this.native !== undefined && isPlainText(text) ? this.native : undefined;
  }

  private match(matcher: Matcher): boolean {
    return this.end === 'search' ? matcher.find() : this.end === 'full' ? matcher.matches() : matcher.lookingAt();
  }

  /** The automaton keeps states it has met, up to 8 MiB a pattern; a tenant's hostile pattern shall not keep them. */
  private trim(): void {
    const automaton = this.program.re2().lazyDFA;
    if (automaton !== null && automaton.maxMem - automaton.memBudget > maxAutomatonBytes) this.program.reset();
  }
}

const maxAutomatonBytes = 262_144;

function groupsOf(matcher: Matcher, count: number): (string | undefined)[] {
  const groups: (string | undefined)[] = [];
  for (let index = 0; index <= count; index++) groups.push(matcher.group(index) ?? undefined);
  return groups;
}
