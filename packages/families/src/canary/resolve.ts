import type { ResolveContext, ValuesOf } from '@ingresskit/annotations';
import { compilePattern } from '@ingresskit/annotations';
import type { NamedMatch, Predicates } from '@ingresskit/route-table';
import type { CanaryFields } from './fields.ts';
import type { CanaryCondition, CanaryPolicy, CanaryShare } from './policy.ts';
import type { CanarySettings } from './settings.ts';

type CanaryValues = ValuesOf<CanaryFields>;
type CanaryContext = ResolveContext<CanarySettings>;

/** What every condition without a value or pattern of its own asks for. */
const always = 'always';

/** Which requests the annotations of one Ingress select: the order of kinds and the meaning of incomplete ones (mse.md §2.1, higress.md A.1). */
export function resolveCanary(values: CanaryValues, context: CanaryContext): CanaryPolicy | undefined {
  if (!values.enabled) {
    reportNotEnabled(context);
    return undefined;
  }
  return context.settings.kinds === 'first' ? firstKind(values, context) : allKinds(values, context);
}

/** The annotations of a canary besides the switch, in the order in which their kinds are tried. */
const conditionFields = [
  ['canary-by-header', 'header'],
  ['canary-by-header-value', 'headerValue'],
  ['canary-by-header-pattern', 'headerPattern'],
  ['canary-by-query', 'query'],
  ['canary-by-query-value', 'queryValue'],
  ['canary-by-query-pattern', 'queryPattern'],
  ['canary-by-cookie', 'cookie'],
  ['canary-by-cookie-value', 'cookieValue'],
  ['canary-weight', 'weight'],
  ['canary-weight-total', 'total'],
] as const;

type ConditionField = (typeof conditionFields)[number][1];

function presentOf(
  fields: readonly ConditionField[],
  context: CanaryContext,
): readonly { readonly name: string; readonly field: ConditionField }[] {
  return conditionFields.flatMap(([name, field]) => (fields.includes(field) && context.present(field) ? [{ name, field }] : []));
}

function reportNotEnabled(context: CanaryContext): void {
  const present = presentOf(
    conditionFields.map(([, field]) => field),
    context,
  );
  const [first] = present;
  if (first === undefined) return;
  const switchedOff = context.present('enabled');
  context.report('not-enabled', {
    field: first.field,
    // An explicit "false" is a decision; a missing switch is more likely forgotten.
    severity: switchedOff ? 'info' : 'warning',
    message: `${list(present)} ${present.length === 1 ? 'has' : 'have'} no effect, since canary is not "true": the Ingress is an ordinary one.`,
    help: 'Set the annotation canary to "true", or remove the others.',
    data: { annotations: present.map(({ name }) => name) },
  });
}

/** One kind acts: header and query together, else the cookie, else the weight. What it hides is reported. */
function firstKind(values: CanaryValues, context: CanaryContext): CanaryPolicy {
  const header = headerCondition(values, context);
  const query = queryCondition(values, context);
  if (header !== undefined || query !== undefined) {
    reportHidden('the header or query condition', ['cookie', 'cookieValue'], context);
    reportHidden('the header or query condition', ['weight', 'total'], context, values.weight);
    if (header === 'unusable' || query === 'unusable') return { share: noShare };
    return { conditions: [predicatesOf(header, query)] };
  }
  const cookie = cookieCondition(values, context);
  if (cookie !== undefined) {
    reportHidden('the cookie condition', ['weight', 'total'], context, values.weight);
    return cookie === 'unusable' ? { share: noShare } : { conditions: [{ cookies: [cookie] }] };
  }
  return { share: shareOf(values, context) };
}

/** Every kind acts, in the same order. A condition that cannot be used leaves the others in force. */
function allKinds(values: CanaryValues, context: CanaryContext): CanaryPolicy {
  const header = usable(headerCondition(values, context));
  const query = usable(queryCondition(values, context));
  const cookie = usable(cookieCondition(values, context));
  const conditions: CanaryCondition[] = [];
  if (header !== undefined || query !== undefined) conditions.push(predicatesOf(header, query));
  const { neverStays } = context.settings;
  if (neverStays && header !== undefined && values.headerValue === undefined && values.headerPattern === undefined) {
    conditions.push({ headers: [neverOf(header)], stays: true });
  }
  if (cookie !== undefined) conditions.push({ cookies: [cookie] });
  if (neverStays && cookie !== undefined && values.cookieValue === undefined) conditions.push({ cookies: [neverOf(cookie)], stays: true });
  if (conditions.length === 0) return { share: shareOf(values, context) };
  return context.present('weight') ? { conditions, share: shareOf(values, context) } : { conditions };
}

const noShare: CanaryShare = { weight: 0, total: 100 };

function shareOf(values: CanaryValues, context: CanaryContext): CanaryShare {
  const { weight } = values;
  const total = Math.max(values.total, context.settings.smallestTotal);
  if (total !== values.total) {
    context.report('total-too-small', {
      field: 'total',
      message: `A canary-weight-total of ${values.total} counts as ${total}, the least this gateway knows.`,
      help: `Write the weight as a part of ${total}, or use a larger total.`,
      data: { total: values.total, used: total },
    });
  }
  if (!context.present('weight')) {
    context.report('no-condition', {
      field: 'enabled',
      message: 'No header, query parameter, cookie or weight selects requests for this canary, so it takes none.',
      help: 'Add canary-weight, canary-by-header, canary-by-query or canary-by-cookie.',
    });
    if (context.present('total')) {
      context.report('total-without-weight', {
        field: 'total',
        message: 'The total counts the parts of a weight, and this canary has no weight.',
        help: 'Add canary-weight, or remove canary-weight-total.',
      });
    }
  }
  if (weight > total) {
    context.report('weight-over-total', {
      field: 'weight',
      message: `A weight of ${weight} is more than the total of ${total}: the canary takes all requests that the draw decides.`,
      help: 'Lower canary-weight, or raise canary-weight-total.',
      data: { weight, total },
    });
  }
  return { weight, total };
}

function neverOf({ name }: NamedMatch): NamedMatch {
  return { name, match: { kind: 'exact', value: 'never' } };
}

function usable(condition: NamedMatch | 'unusable' | undefined): NamedMatch | undefined {
  return condition === 'unusable' ? undefined : condition;
}

function predicatesOf(header: NamedMatch | undefined, query: NamedMatch | undefined): Predicates {
  return { ...(header === undefined ? {} : { headers: [header] }), ...(query === undefined ? {} : { queries: [query] }) };
}

function headerCondition(
  { header: written, headerValue, headerPattern }: CanaryValues,
  context: CanaryContext,
): NamedMatch | 'unusable' | undefined {
  const header = context.settings.foldsUnderscores ? written?.replaceAll('_', '-') : written;
  if (header === undefined) return nameless('canary-by-header', ['headerValue', 'headerPattern'], context);
  if (headerValue !== undefined && headerPattern !== undefined) reportPatternHidden('canary-by-header', 'headerPattern', context);
  if (headerValue === undefined) return { name: header, match: patternOrAlways(headerPattern) };
  if (!context.settings.valueIsPattern) return { name: header, match: { kind: 'exact', value: headerValue } };
  // Checked by itself first: "a)|(b" would become a pattern only between the parentheses put around it.
  if (compilePattern(headerValue, { end: 'search' }).ok) {
    return { name: header, match: { kind: 'regex', value: `^(?:${always}|${headerValue})$` } };
  }
  context.report('value-not-a-pattern', {
    field: 'headerValue',
    message:
      'This gateway reads canary-by-header-value as a regular expression, and the value is not one; the canary takes no requests by header.',
    help: 'Escape the characters that have a meaning in regular expressions with a backslash.',
  });
  return 'unusable';
}

function queryCondition({ query, queryValue, queryPattern }: CanaryValues, context: CanaryContext): NamedMatch | 'unusable' | undefined {
  if (query === undefined) return nameless('canary-by-query', ['queryValue', 'queryPattern'], context);
  if (queryValue === undefined) return { name: query, match: patternOrAlways(queryPattern) };
  if (queryPattern !== undefined) reportPatternHidden('canary-by-query', 'queryPattern', context);
  return { name: query, match: { kind: 'exact', value: queryValue } };
}

function cookieCondition({ cookie, cookieValue }: CanaryValues, context: CanaryContext): NamedMatch | 'unusable' | undefined {
  if (cookie === undefined) return nameless('canary-by-cookie', ['cookieValue'], context);
  return { name: cookie, match: { kind: 'exact', value: cookieValue ?? always } };
}

/** A pattern matches anywhere in the value (gateway 1.2.31 and later). */
function patternOrAlways(pattern: string | undefined): NamedMatch['match'] {
  return pattern === undefined ? { kind: 'exact', value: always } : { kind: 'regex', value: pattern };
}

/** A value or pattern that belongs to nothing selects nothing: guessing would send requests to the canary that its author did not mean. */
function nameless(missing: string, fields: readonly ConditionField[], context: CanaryContext): 'unusable' | undefined {
  const present = presentOf(fields, context);
  const [first] = present;
  if (first === undefined) return undefined;
  const lost =
    context.settings.kinds === 'first' ? 'and the canary takes no requests' : 'and the canary takes requests by its other conditions only';
  context.report('name-missing', {
    field: first.field,
    message: `${list(present)} needs ${missing}, which is missing or not valid; nothing can be compared, ${lost}.`,
    help: `Add the annotation ${missing}.`,
    data: { missing },
  });
  return 'unusable';
}

function reportPatternHidden(condition: string, field: ConditionField, context: CanaryContext): void {
  context.report('pattern-hidden', {
    field,
    message: `${condition}-pattern is ignored, since ${condition}-value is set too and holds.`,
    help: 'Remove one of the two.',
  });
}

function reportHidden(by: string, fields: readonly ConditionField[], context: CanaryContext, weight?: number): void {
  const present = presentOf(fields, context);
  const [first] = present;
  if (first === undefined) return;
  context.report('condition-hidden', {
    field: first.field,
    // A weight of 0 would select nothing anyway.
    severity: weight === 0 ? 'info' : 'warning',
    message: `${list(present)} ${present.length === 1 ? 'is' : 'are'} ignored: one canary Ingress has one kind of condition, and ${by} comes first.`,
    help: 'Put the other condition on a canary Ingress of its own.',
    data: { annotations: present.map(({ name }) => name) },
  });
}

function list(annotations: readonly { readonly name: string }[]): string {
  const names = annotations.map(({ name }) => name);
  const last = names.pop() ?? '';
  return names.length === 0 ? last : `${names.join(', ')} and ${last}`;
}
