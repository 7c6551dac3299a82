import type { Family, Field, NamedValue } from '@ingresskit/annotations';
import { defineFamily, field, fieldMap } from '@ingresskit/annotations';
import { defineDiagnostics } from '@ingresskit/resources';
import type { Predicates } from '@ingresskit/route-table';
import type { MethodList } from './codecs.ts';
import { methodList, rawText } from './codecs.ts';
import { headerConditions, pseudoConditions, queryConditions } from './conditions.ts';

/** Which requests the paths of an Ingress take, besides host and path; or why nobody can say. */
export interface RequestMatchPolicy {
  readonly predicates: Predicates;
  /** What is wrong with the conditions: the paths are then not served. */
  readonly problems: readonly string[];
}

type Conditions = Field<readonly NamedValue<string>[]>;

const shared = { dialect: 'twin', risk: 'Low' } as const;

function exact(what: string, key: string): Conditions {
  return fieldMap(`exact-match-${key}-<name>`, rawText('the value'), {
    doc: `The ${what} must hold exactly this.`,
    example: 'gray',
    ...shared,
  });
}

function prefix(what: string, key: string): Conditions {
  return fieldMap(`prefix-match-${key}-<name>`, rawText('the beginning of the value'), {
    doc: `The ${what} must begin with this.`,
    example: 'gr',
    ...shared,
  });
}

function regex(what: string, key: string): Conditions {
  return fieldMap(`regex-match-${key}-<name>`, rawText('an RE2 pattern'), {
    doc: `The whole of the ${what} must match this pattern.`,
    example: 'gr[ae]y',
    ...shared,
  });
}

/** The fields of the family, by their names in code. */
export interface RequestMatchFields {
  readonly [name: string]: Field<MethodList> | Conditions;
  readonly method: Field<MethodList>;
  readonly exactHeader: Conditions;
  readonly prefixHeader: Conditions;
  readonly regexHeader: Conditions;
  readonly exactQuery: Conditions;
  readonly prefixQuery: Conditions;
  readonly regexQuery: Conditions;
  readonly exactPseudo: Conditions;
  readonly prefixPseudo: Conditions;
  readonly regexPseudo: Conditions;
}

const fields: RequestMatchFields = {
  method: field('match-method', methodList, { doc: 'The request must have one of these methods.', example: 'GET HEAD', ...shared }),
  exactHeader: exact('request header', 'header'),
  prefixHeader: prefix('request header', 'header'),
  regexHeader: regex('request header', 'header'),
  exactQuery: exact('query parameter', 'query'),
  prefixQuery: prefix('query parameter', 'query'),
  regexQuery: regex('query parameter', 'query'),
  exactPseudo: exact('part of the request line (authority, method, path or scheme)', 'pseudo-header'),
  prefixPseudo: prefix('part of the request line (authority, method, path or scheme)', 'pseudo-header'),
  regexPseudo: regex('part of the request line (authority, method, path or scheme)', 'pseudo-header'),
};

/**
 * Conditions on method, headers and query for all paths of an Ingress (higress.md A.17). They take part in the order of routes and in what counts as
 * the same route. The twin drops a condition it cannot read, and the path then takes every request; here the path is not served.
 */
export const requestMatch: Family<'request-match', RequestMatchPolicy> = defineFamily<
  'request-match',
  RequestMatchPolicy,
  RequestMatchFields
>({
  name: 'request-match',
  title: 'Conditions on method, headers and query',
  scope: 'route',
  phase: 'locate',
  onAttached: 'own',
  fields,
  diagnostics: defineDiagnostics('request-match', {
    'invalid-condition': {
      severity: 'error',
      consequence: 'route-dropped',
      title: 'A condition on the request cannot be read',
      doc: 'A method, name or pattern of the match annotations is not valid. Without the condition the paths would take more requests than was meant, so they are not served at all. Correct the annotation.',
    },
    'unknown-method': {
      severity: 'warning',
      consequence: 'none',
      title: 'A word of match-method is no method',
      doc: 'The word is left out and the other methods act. When no method is left, the paths are not served.',
    },
  }),
  resolve(values, context) {
    const { method } = values;
    const headers = headerConditions({ exact: values.exactHeader, prefix: values.prefixHeader, regex: values.regexHeader });
    const pseudo = pseudoConditions({ exact: values.exactPseudo, prefix: values.prefixPseudo, regex: values.regexPseudo });
    const queries = queryConditions({ exact: values.exactQuery, prefix: values.prefixQuery, regex: values.regexQuery });
    const problems = [...headers.problems, ...pseudo.problems, ...queries.problems];
    if (method !== undefined) {
      if (method.methods.length === 0) problems.push('match-method names no method');
      else if (method.unknown.length > 0) {
        context.report('unknown-method', {
          field: 'method',
          message: `${method.unknown.slice(0, 5).join(', ')} is no method and is left out.`,
          help: 'Write methods with blanks between them, for example "GET HEAD".',
        });
      }
    }
    const all = [...pseudo.matches, ...headers.matches];
    const predicates: Predicates = {
      ...(method === undefined || method.methods.length === 0 ? {} : { methods: method.methods }),
      ...(all.length === 0 ? {} : { headers: all }),
      ...(queries.matches.length === 0 ? {} : { queries: queries.matches }),
    };
    return { predicates, problems };
  },
  shape({ predicates, problems }, draft, context) {
    const [problem] = problems;
    if (problem !== undefined) {
      return context.drop('invalid-condition', {
        message: `${problem[0]?.toUpperCase()}${problem.slice(1)}; the path is not served.`,
        help: 'Correct or remove the condition.',
        data: { problems },
      });
    }
    draft.predicates = { ...draft.predicates, ...predicates };
    return undefined;
  },
});
