import { quote } from '@ingresskit/resources';
import { RE2JSException, RE2JSSyntaxException } from 're2js';
import type { Problem } from '../codec.ts';
import { maxPatternLength } from './pattern.ts';

const syntaxHelp = 'Patterns are RE2: https://github.com/google/re2/wiki/Syntax';

/** Why a pattern does not compile, in words for the person who wrote it. */
export function syntaxProblem(pattern: string, error: unknown): Problem {
  const unsupported = unsupportedSyntax(pattern);
  if (unsupported !== undefined) return unsupported;
  if (error instanceof RE2JSSyntaxException) {
    const description = error.getDescription();
    const part = error.getPattern();
    const where = part === null || part === '' ? '' : ` at ${quote(part, 40)}`;
    return { message: `is not a valid RE2 pattern: ${description}${where}`, help: helpFor[description] ?? `${syntaxHelp}.` };
  }
  if (error instanceof RangeError) return tooDeep;
  return {
    message: 'is not a pattern that RE2 can compile',
    help: error instanceof RE2JSException ? `${syntaxHelp}.` : 'Simplify the pattern.',
  };
}

const helpFor: Readonly<Record<string, string>> = {
  'missing closing )': 'Close every group with ")", or write "\\(" for the character itself.',
  'unexpected )': 'Write "\\)" for the character itself.',
  'missing closing ]': 'Close the character class with "]", or write "\\[" for the character itself.',
  'missing argument to repetition operator': 'Write something to repeat before it, or "\\*", "\\+", "\\?" for the character itself.',
  'trailing backslash at end of expression': 'Write "\\\\" for a backslash.',
  'invalid repeat count': 'RE2 repeats at most 1000 times, counted over nested repetitions; write a smaller number, or "*" or "+".',
  'invalid character class range': 'Put the smaller character first, as in [a-z], and "-" at the end of a class to mean itself.',
  'invalid escape sequence': `Only punctuation may be escaped freely; ${lower(syntaxHelp)}.`,
  'invalid nested repetition operator':
    'One repetition cannot follow another; possessive repetition ("*+", "++") does not exist in RE2 and is not needed for speed there.',
};

export const tooLong: Problem = {
  message: `is longer than ${maxPatternLength} characters`,
  help: 'Split the pattern over several paths or shorten it.',
};

export const tooDeep: Problem = { message: 'nests its groups too deeply', help: 'Use fewer nested parentheses.' };

export const tooLarge: Problem = {
  message: 'is too expensive to match on every request',
  help: 'Large counted repetitions such as {500} make a pattern expensive; use smaller counts, "*" or "+".',
};

export const notUnicode: Problem = {
  message: 'holds half of a surrogate pair, which is not a character',
  help: 'Write the pattern in valid UTF-8.',
};

/** Syntax of other engines, found by reading the pattern: RE2's own message is too general to help. */
function unsupportedSyntax(pattern: string): Problem | undefined {
  let inClass = false;
  for (let index = 0; index < pattern.length; index++) {
    const character = pattern[index];
    const next = pattern[index + 1];
    if (character === '\\') {
      if (next === 'Q') return undefined;
      if (!inClass && next !== undefined && next >= '1' && next <= '9')
        return { message: 'refers back to a group, which RE2 does not support', help: backReferenceHelp };
      if (!inClass && (next === 'k' || next === 'g'))
        return { message: 'refers back to a group, which RE2 does not support', help: backReferenceHelp };
      if (!inClass && (next === 'Z' || next === 'G' || next === 'K' || next === 'R' || next === 'X')) {
        return {
          message: `uses "\\${next}", which RE2 does not support`,
          help: next === 'Z' ? 'Write "$" or "\\z" for the end of the text.' : `${syntaxHelp}.`,
        };
      }
      index++;
    } else if (inClass) {
      if (character === ']') inClass = false;
    } else if (character === '[') {
      inClass = true;
      if (next === '^') index++;
      if (pattern[index + 1] === ']') index++;
    } else if (character === '(' && next === '?') {
      const problem = unsupportedGroup(pattern.slice(index + 2, index + 5));
      if (problem !== undefined) return problem;
    } else if (
      next === '+' &&
      (character === '*' ||
        character === '+' ||
        character === '?' ||
        (character === '}' && /\{\d+(,\d*)?\}$/.test(pattern.slice(0, index + 1))))
    ) {
      return {
        message: `uses possessive repetition ("${character}+"), which RE2 does not support`,
        help: `Leave out the second "+": matching takes linear time in any case.`,
      };
    }
  }
  return undefined;
}

const backReferenceHelp = 'Write the repeated part out, or use one path for each value it can have.';

function unsupportedGroup(head: string): Problem | undefined {
  if (head.startsWith('=') || head.startsWith('!')) {
    return {
      message: 'looks ahead, which RE2 does not support',
      help: 'Use a second, more specific path for what must not match: it goes before the general one.',
    };
  }
  if (head.startsWith('<=') || head.startsWith('<!'))
    return { message: 'looks behind, which RE2 does not support', help: 'Match the text before it and use a group.' };
  if (head.startsWith('>'))
    return {
      message: 'has an atomic group "(?>", which RE2 does not support',
      help: 'Write "(?:": matching takes linear time in any case.',
    };
  if (head.startsWith('#')) return { message: 'has a comment "(?#", which RE2 does not support', help: 'Remove the comment.' };
  if (head.startsWith('('))
    return { message: 'has a condition "(?(", which RE2 does not support', help: 'Write the alternatives with "|".' };
  if (head.startsWith('R') || head.startsWith('&') || head.startsWith('P>') || /^[0-9]/.test(head))
    return { message: 'calls a group as a subroutine, which RE2 does not support', help: 'Write the group out.' };
  if (head.startsWith('P=')) return { message: 'refers back to a group, which RE2 does not support', help: backReferenceHelp };
  return undefined;
}

function lower(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}
