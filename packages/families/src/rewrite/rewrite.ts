import type { Family, PathTemplate } from '@ingresskit/annotations';
import { compilePattern, defineFamily, field, highestGroup, pathTemplate } from '@ingresskit/annotations';
import { defineDiagnostics, quote } from '@ingresskit/resources';
import { patternDiagnostics, toPattern } from '../path-matching/to-pattern.ts';
import { plainPath } from './plain-path.ts';
import type { ReplacedPart } from './rewrite-path.ts';
import { pathByPrefix, pathByTarget } from './rewrite-path.ts';

/** The path that the backend sees. `path` wins where both are set; a target decides all the same whether the route's path is a pattern. */
export interface RewritePolicy {
  readonly target?: PathTemplate;
  readonly path?: string;
}

/** What differs between gateways. The defaults are those of the `mse` profile (mse.md §2.4, higress.md A.5). */
export interface RewriteSettings {
  /**
   * When a target makes a pattern of the path: where it refers to a group or the path has a character of patterns (a plain dot counts), or wherever it
   * differs from the path (ingress-nginx.md §1.7).
   */
  readonly impliesPattern: 'pattern-characters' | 'other-target';
  /** What a target replaces where the path is no pattern. */
  readonly replaces: ReplacedPart;
  /** Whether a target that equals the path is no rewrite at all. */
  readonly ignoresEqualTarget: boolean;
}

const settings: RewriteSettings = { impliesPattern: 'pattern-characters', replaces: 'occurrences', ignoresEqualTarget: false };

/**
 * Replaces the path of a request on its way to the backend; the query stays. What a rewrite makes is checked again by the walk, which refuses dot segments and a
 * leading `//` with 500 (reliability.md §2.4, A13, A14).
 */
export const rewrite: Family<'rewrite', RewritePolicy> = defineFamily({
  name: 'rewrite',
  title: 'The path that the backend sees',
  scope: 'route',
  phase: 'rewrite',
  settings,
  fields: {
    target: field('rewrite-target', pathTemplate(), {
      doc: 'Replaces the path; `$1` to `$9` stand for the groups of the path, which then is a pattern.',
      example: '/$2',
      badExample: '/new?debug=1',
      risk: 'Medium',
    }),
    path: field('rewrite-path', plainPath, {
      doc: 'Replaces the prefix that matched, or the whole path where the path is exact or a pattern.',
      example: '/v2',
      badExample: 'v2',
      dialect: 'twin',
      risk: 'Medium',
    }),
  },
  diagnostics: defineDiagnostics('rewrite', {
    ...patternDiagnostics,
    'two-rewrites': {
      severity: 'warning',
      consequence: 'field-ignored',
      title: 'rewrite-path stands beside rewrite-target',
      doc: 'Of the two, rewrite-path makes the path. The target only decides whether the paths of the Ingress are patterns. Remove one of them.',
    },
    'missing-group': {
      severity: 'warning',
      consequence: 'none',
      title: 'The target refers to a group that the path does not have',
      doc: 'A reference to a group that does not exist becomes nothing. Put parentheses around a part of the path, or remove the reference.',
    },
    'double-slash': {
      severity: 'warning',
      consequence: 'none',
      title: 'The target ends in a slash, and the rest of the path begins with one',
      doc: 'A plain target replaces the text of the path and leaves the rest, which begins with "/". A path that then begins with "//" is refused with 500, because some readers take it for a host. Use a pattern with groups, as in path "/foo(/|$)(.*)" with target "/$2".',
    },
    'dot-is-pattern': {
      severity: 'warning',
      consequence: 'none',
      title: 'A dot makes the path a pattern',
      doc: 'With rewrite-target, a path with any character of patterns is read as one, and the dot of "/v1.0" is such a character: it stands for any character, and the path is open at its end. Write "\\." for the dot.',
    },
  }),
  resolve({ target, path }, context) {
    if (target === undefined) return path === undefined ? undefined : { path };
    if (path === undefined) return { target };
    context.report('two-rewrites', {
      field: 'target',
      message: 'rewrite-path makes the path, so rewrite-target changes nothing but how the paths of this Ingress are read.',
      help: 'Remove one of the two annotations.',
    });
    return { target, path };
  },
  shape({ target, path }, draft, context) {
    if (target === undefined) return undefined;
    const { pathText } = draft;
    if (draft.path.kind !== 'regex' && impliesPattern(pathText, target, context.settings)) {
      const result = toPattern(draft, 'open', context, 'target');
      if (result !== undefined) return result;
      if (context.settings.impliesPattern === 'pattern-characters' && highestGroup(target) === 0 && !/[\\+*?()|[\]{}^$]/.test(pathText)) {
        context.report('dot-is-pattern', {
          field: 'target',
          message: `With rewrite-target, path ${quote(pathText)} is a pattern, in which "." stands for any character.`,
          help: `Write ${quote(`${pathText.replaceAll('.', '\\.')}(/|$)`)}.`,
          data: { path: pathText },
        });
      }
    }
    if (path !== undefined) return undefined;
    if (draft.path.kind === 'regex') {
      const compiled = compilePattern(draft.path.value, { end: draft.path.end ?? 'open' });
      const groups = compiled.ok ? compiled.pattern.groupCount : 0;
      if (highestGroup(target) > groups) {
        context.report('missing-group', {
          field: 'target',
          message: `${quote(target.text)} refers to group ${highestGroup(target)}, and path ${quote(pathText)} has ${groups === 0 ? 'none' : `only ${groups}`}; the reference becomes nothing.`,
          help: 'Put parentheses around the part of the path that is meant, as in "/v1/(.*)".',
          data: { path: pathText, groups },
        });
      }
    } else if (
      draft.path.kind === 'prefix' &&
      draft.path.value !== '/' &&
      context.settings.replaces === 'occurrences' &&
      target.text.endsWith('/')
    ) {
      const example = `${draft.path.value}/x`;
      context.report('double-slash', {
        field: 'target',
        message: `${quote(target.text)} replaces ${quote(draft.path.value)} alone: ${quote(example)} becomes ${quote(`${target.text}/x`)}${target.text === '/' ? ', which is refused with 500' : ''}.`,
        help: `Write path ${quote(`${draft.path.value}(/|$)(.*)`)} and rewrite-target ${quote(`${target.text}$2`)}.`,
        data: { path: pathText },
      });
    }
    return undefined;
  },
  request({ target, path }, exchange) {
    const { request, route } = exchange;
    const { replaces, ignoresEqualTarget } = exchange.settings as unknown as RewriteSettings;
    let result: string;
    if (path !== undefined) result = pathByPrefix(request.path, route.path, path);
    else if (target === undefined) return undefined;
    else if (ignoresEqualTarget && target.text === route.pathText) {
      exchange.note('the target equals the path, so the path stays');
      return undefined;
    } else result = pathByTarget(request.path, route.path, target, replaces);
    // The characters are those that nginx encodes in a path that it made, also where the client has sent the same.
    if (result !== exchange.upstreamPath || /["<>^`{|}]/.test(result)) exchange.setUpstreamPath(result);
    return undefined;
  },
});

function impliesPattern(pathText: string, target: PathTemplate, { impliesPattern }: RewriteSettings): boolean {
  if (impliesPattern === 'other-target') return target.text !== pathText;
  return /[$\\]/.test(target.text) || /[\\.+*?()|[\]{}^$]/.test(pathText);
}
