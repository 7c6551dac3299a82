import type { Codec, Denied, ResolveContext } from '@ingresskit/annotations';
import { invalid, parsed } from '@ingresskit/annotations';
import { quote } from '@ingresskit/resources';
import type { NginxTemplate } from '../nginx-variables/index.ts';
import { namesOfVariables, parseTemplate, unknownVariables } from '../nginx-variables/index.ts';
import type { ObjectName } from '../references/index.ts';
import { resolveReference } from '../references/index.ts';

/** What a FastCGI process learns besides the request. */
export interface FastCgiPolicy {
  /** Stands behind a path that ends in `/`. */
  readonly index?: string;
  readonly params: readonly { readonly name: string; readonly value: NginxTemplate }[];
}

/** The name of a file, without any directory. */
export const fileName: Codec<string> = {
  grammar: 'name of a file',
  parse(text) {
    const name = text.trim();
    return /^[A-Za-z0-9._-]{1,255}$/.test(name) && !/^\.+$/.test(name)
      ? parsed(name)
      : invalid('is not the name of a file', 'Use letters, digits, ".", "-" and "_", for example "index.php".');
  },
};

/** The parameters of a ConfigMap (ingress-nginx.md §12). One that cannot be sent closes the routes, since the process may decide by it. */
export function paramsOf(ref: ObjectName, context: ResolveContext<object>): FastCgiPolicy['params'] | Denied {
  const deny = (name: string, problem: string, help: string, data: Readonly<Record<string, unknown>>): Denied =>
    context.deny(name, { field: 'params', message: `${problem}; every route of this Ingress answers 503.`, help, data });
  const reference = resolveReference('ConfigMap', ref, context);
  if (!reference.ok) return deny(reference.diagnostic, reference.problem, reference.help, reference.data);
  const { object, what } = reference;
  const params: { readonly name: string; readonly value: NginxTemplate }[] = [];
  for (const [name, text] of Object.entries(object.data ?? {}).sort(([a], [b]) => (a < b ? -1 : 1))) {
    const template = parseTemplate(text.trim());
    const unknown = template.ok ? unknownVariables(template.value) : [];
    const problem = !/^[A-Za-z0-9._-]{1,256}$/.test(name)
      ? 'has a name that no parameter has'
      : !/^[A-Za-z0-9_${}/.-]{0,4096}$/.test(text.trim())
        ? 'has a character in its value that is not accepted here'
        : !template.ok
          ? template.problem.message
          : unknown.length > 0
            ? `has ${namesOfVariables(unknown)} in its value, which cannot be known here`
            : undefined;
    if (problem !== undefined)
      return deny('param-not-valid', `The entry ${quote(name, 60)} of ${what} ${problem}`, 'Correct the entry of the ConfigMap.', {
        entry: name,
      });
    if (template.ok) params.push({ name, value: template.value });
  }
  return params;
}
