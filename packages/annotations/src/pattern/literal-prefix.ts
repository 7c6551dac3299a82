/** Bounds of a pattern read without compiling it: how deep its groups nest, and whether a `|` stands outside of all groups. */
export interface PatternShape {
  readonly depth: number;
  readonly alternatives: boolean;
}

/** Reads the outline of a pattern in one pass. Over-estimates on malformed patterns, which the engine then refuses. */
export function patternShape(pattern: string): PatternShape {
  let depth = 0;
  let deepest = 0;
  let alternatives = false;
  for (let index = 0; index < pattern.length; index++) {
    const character = pattern[index];
    if (character === '\\') {
      if (pattern[index + 1] === 'Q') {
        const end = pattern.indexOf('\\E', index + 2);
        if (end < 0) break;
        index = end + 1;
      } else index++;
    } else if (character === '[') index = classEnd(pattern, index);
    else if (character === '(') deepest = Math.max(deepest, ++depth);
    else if (character === ')') depth = Math.max(0, depth - 1);
    else if (character === '|' && depth === 0) alternatives = true;
  }
  return { depth: deepest, alternatives };
}

/** Index of the `]` that closes the class beginning at `start`; the last index when it never closes. */
export function classEnd(pattern: string, start: number): number {
  let index = start + 1;
  if (pattern[index] === '^') index++;
  if (pattern[index] === ']') index++;
  for (; index < pattern.length; index++) {
    const character = pattern[index];
    if (character === '\\') index++;
    else if (character === '[' && pattern[index + 1] === ':') {
      const close = pattern.indexOf(':]', index + 2);
      if (close > 0) index = close + 1;
    } else if (character === ']') return index;
  }
  return pattern.length - 1;
}

const meta = '.[](){}*+?|^$\\';
/** What a repetition behind it looks through: the star of `K(?i)*` and of `K\Q\E*` is that of the letter. Rare, so that nothing is said of such patterns. */
const transparent = /\(\?[A-Za-z-]*\)|\\Q/;

/** The literal text every match of a valid pattern begins with, as far as a simple reading tells. `anchored`: matches begin where the text does. */
export function literalPrefix(pattern: string, anchored: boolean): string {
  let index = 0;
  let starts = anchored;
  for (; pattern[index] === '^'; index++) starts = true;
  if (!starts || transparent.test(pattern) || patternShape(pattern).alternatives) return '';
  let prefix = '';
  while (index < pattern.length) {
    let character = pattern[index] ?? '';
    let length = 1;
    if (character === '\\') {
      character = pattern[index + 1] ?? '';
      // An escaped letter or digit is a class, an anchor or a control character.
      if (character === '' || !/[!-/:-@[-`{-~]/.test(character)) break;
      length = 2;
    } else if (meta.includes(character) || character.charCodeAt(0) > 126) break;
    const following = pattern[index + length];
    if (following === '*' || following === '?' || following === '{') break;
    prefix += character;
    index += length;
    if (following === '+') break;
  }
  return prefix;
}
