import type { Codec, Problem } from '@ingresskit/annotations';
import { compilePattern, int, invalid, isToken, parsed } from '@ingresskit/annotations';
import type { HeaderBlock } from '@ingresskit/families';
import { quote } from '@ingresskit/resources';

/** A comma list of texts, blank ones left out. An empty list is a value: it takes the default away. */
export const textList: Codec<readonly string[]> = {
  grammar: 'comma list of texts',
  parse: (text) => parsed(itemsOf(text)),
};

/** Prefixes of location paths. */
export const pathPrefixes: Codec<readonly string[]> = {
  grammar: 'comma list of paths',
  parse(text) {
    const items = itemsOf(text);
    const wrong = items.find((item) => !item.startsWith('/'));
    return wrong === undefined ? parsed(items) : invalid(`has an item that does not begin with "/": ${quote(wrong)}`);
  },
};

/** A whole number of at least 0; `0` means off. */
export const count: Codec<number> = int({ min: 0, max: 2_147_483_647 });

/** Status of a refusal: 400 to 599, as the controller takes it. */
export const refusalStatus: Codec<number> = int({ min: 400, max: 599 });

/** Of a redirect to HTTPS. */
export const redirectStatus: Codec<number> = {
  grammar: '301, 302, 307 or 308',
  parse: (text) => (/^30[1278]$/.test(text) ? parsed(Number(text)) : invalid('is none of 301, 302, 307 and 308', 'Use one of them.')),
};

/** A header name, in lower case. */
export const header: Codec<string> = {
  grammar: 'header name',
  parse: (text) =>
    isToken(text) ? parsed(text.toLowerCase()) : invalid('is not a header name', 'Write a name such as "X-Forwarded-For".'),
};

/** Header values that are refused: a text, `~` and a pattern, or `~*` and a pattern for either case. */
export const headerBlocks: Codec<readonly HeaderBlock[]> = {
  grammar: 'comma list of texts, of ~ and a pattern, or of ~* and a pattern in either case',
  parse(text) {
    const blocks: HeaderBlock[] = [];
    const dropped: Problem[] = [];
    for (const item of itemsOf(text)) {
      const ignoreCase = item.startsWith('~*');
      const value = item.startsWith('~') ? item.slice(ignoreCase ? 2 : 1) : item;
      if (!item.startsWith('~')) blocks.push({ kind: 'exact', value, ignoreCase: true });
      else {
        const compiled = compilePattern(value, { end: 'search', ignoreCase });
        if (compiled.ok) blocks.push({ kind: 'pattern', value, ignoreCase });
        else
          dropped.push({
            message: `${compiled.problem.message}: ${quote(value)}`,
            ...(compiled.problem.help === undefined ? {} : { help: compiled.problem.help }),
          });
      }
    }
    return parsed(blocks, dropped);
  },
};

/** Words separated by blanks. */
export function wordsOf(allowed: readonly string[]): Codec<readonly string[]> {
  return {
    grammar: `words of ${allowed.join(', ')}, with blanks between them`,
    parse(text) {
      const words = text.split(/\s+/).filter(Boolean);
      const wrong = words.find((word) => !allowed.includes(word));
      if (words.length === 0) return invalid('has no word in it');
      return wrong === undefined ? parsed(words) : invalid(`has a word in it that does not exist: ${quote(wrong)}`);
    },
  };
}

function itemsOf(text: string): readonly string[] {
  return text.split(',').flatMap((item) => item.trim() || []);
}
