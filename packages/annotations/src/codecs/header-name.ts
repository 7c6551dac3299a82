import { quote } from '@ingresskit/resources';
import type { Codec, Problem } from '../codec.ts';
import { invalid, parsed } from '../codec.ts';
import { isToken } from '../request/characters.ts';
import { drop, splitList } from './list.ts';

/**
 * Headers that frame a message or name its connection. A proxy writes them itself; one that comes from an annotation makes two programs disagree
 * about where a message ends (reliability.md §2.2, §2.5).
 */
export const framingHeaders: readonly string[] = [
  'connection',
  'content-length',
  'host',
  'http2-settings',
  'keep-alive',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
];

const maxNameLength = 256;

export interface HeaderNameOptions {
  /** Names that are refused, in lower case. Default none: a header that is only read may have any name. */
  readonly forbidden?: readonly string[];
}

/** The name of a header: an HTTP token, in lower case afterwards (RFC 9110 §5.1). */
export function headerName(options: HeaderNameOptions = {}): Codec<string> {
  const { forbidden = [] } = options;
  return {
    grammar: 'header name',
    parse(text) {
      const name = text.trim();
      const problem = headerNameProblem(name, forbidden);
      return problem === undefined ? parsed(name.toLowerCase()) : { ok: false, problem };
    },
  };
}

export interface HeaderEditOptions {
  /** Names that are accepted although they are `framingHeaders`: the twin lets an update of `host` set the upstream authority (higress.md A.20). */
  readonly allow?: readonly string[];
}

/** A comma list of header names, in lower case, each once. Names that a proxy must write itself are left out and reported. */
export function headerNameList(options: HeaderEditOptions = {}): Codec<readonly string[]> {
  const forbidden = forbiddenExcept(options.allow);
  return {
    grammar: 'comma list of header names',
    parse(text) {
      const names = new Set<string>();
      const dropped: Problem[] = [];
      for (const item of splitList(text)) {
        const problem = headerNameProblem(item, forbidden);
        if (problem === undefined) names.add(item.toLowerCase());
        else drop(dropped, { ...problem, message: `${problem.message}: ${quote(item, 60)}` });
      }
      if (names.size > 0) return parsed([...names], dropped);
      return invalid('names no header that can be changed', dropped[0]?.help ?? 'Write header names with commas between them.');
    },
  };
}

/** The framing headers that stay forbidden. */
export function forbiddenExcept(allow: readonly string[] = []): readonly string[] {
  return framingHeaders.filter((name) => !allow.includes(name));
}

/** Why a text is not a usable header name. */
export function headerNameProblem(name: string, forbidden: readonly string[]): Problem | undefined {
  if (name.startsWith(':'))
    return {
      message: 'is a pseudo-header',
      help: 'Pseudo-headers such as ":path" are part of the request line; there are other annotations for them.',
    };
  if (name.length > maxNameLength) return { message: `is longer than ${maxNameLength} characters`, help: 'Shorten it.' };
  if (!isToken(name)) return { message: 'is not a header name', help: 'Header names have letters, digits and "-", no blanks and no ":".' };
  return forbidden.includes(name.toLowerCase())
    ? { message: 'is a header that the proxy writes itself', help: 'Leave it out; changing it could break the connection.' }
    : undefined;
}
