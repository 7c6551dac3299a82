import type { Denied, ResolveContext } from '@ingresskit/annotations';
import { framingHeaders, isFieldValue, isToken } from '@ingresskit/annotations';
import { quote } from '@ingresskit/resources';
import { namesOfVariables, parseTemplate, unknownVariables } from '../nginx-variables/index.ts';
import type { ObjectName } from '../references/index.ts';
import { resolveReference } from '../references/index.ts';
import type { AuthHeader, ExternalAuthSettings } from './policy.ts';

const maxHeaders = 100;

/** The headers that a ConfigMap adds to the question. One that cannot be sent closes the routes, since the service may decide by it. */
export function questionHeaders(ref: ObjectName, context: ResolveContext<ExternalAuthSettings>): readonly AuthHeader[] | Denied {
  const deny = (name: string, problem: string, help: string, data: Readonly<Record<string, unknown>>): Denied =>
    context.deny(name, { field: 'proxySetHeaders', message: `${problem}; every route of this Ingress answers 503.`, help, data });
  const reference = resolveReference('ConfigMap', ref, context);
  if (!reference.ok) return deny(reference.diagnostic, reference.problem, reference.help, reference.data);
  const { object, what } = reference;
  const headers: AuthHeader[] = [];
  const entries = Object.entries(object.data ?? {}).sort(([a], [b]) => (a < b ? -1 : 1));
  if (entries.length > maxHeaders) return deny('header-not-valid', `${what} has more than ${maxHeaders} entries`, 'Use fewer.', {});
  for (const [name, text] of entries) {
    const problem = headerProblem(name, text);
    if (problem !== undefined) {
      return deny('header-not-valid', `The entry ${quote(name, 60)} of ${what} ${problem}`, 'Correct the entry of the ConfigMap.', {
        entry: name,
      });
    }
    const template = parseTemplate(text.trim());
    if (template.ok) headers.push({ name: name.toLowerCase(), value: template.value });
  }
  return headers;
}

function headerProblem(name: string, text: string): string | undefined {
  if (!isToken(name) || !/^[A-Za-z0-9_-]{1,256}$/.test(name))
    return 'is no header name: only letters, digits, "-" and "_" may stand in one';
  if (framingHeaders.includes(name.toLowerCase())) return 'is a header that the gateway writes itself';
  const value = text.trim();
  if (value.length > 4096) return 'has a value longer than 4096 characters';
  if (!isFieldValue(value)) return 'has a character in its value that no header value has';
  const template = parseTemplate(value);
  if (!template.ok) return template.problem.message;
  const unknown = unknownVariables(template.value);
  return unknown.length === 0 ? undefined : `has ${namesOfVariables(unknown)} in its value, which cannot be known here`;
}
