import type { Codec, Denied, Exchange, ResolveContext } from '@ingresskit/annotations';
import { invalid, parsed } from '@ingresskit/annotations';
import { quote } from '@ingresskit/resources';
import type { NginxTemplate } from '../nginx-variables/index.ts';
import { evaluateTemplate, namesOfVariables, parseTemplate, unknownVariables } from '../nginx-variables/index.ts';
import type { ObjectName } from '../references/index.ts';
import { resolveReference } from '../references/index.ts';

/** What a FastCGI process learns besides the request. */
export interface FastCgiPolicy {
  /** Stands behind a path that ends in `/`. */
  readonly index?: string;
  readonly params: readonly { readonly name: string; readonly value: NginxTemplate }[];
}

/** What a decision says of a request to a FastCGI process, beside what it says of every request. */
export interface DeclaredFastCgi {
  /** As the policy has it; `scriptName` has it already. */
  readonly index?: string;
  /** The canonical path, after rewrites, decoded: what nginx calls `$document_uri`. */
  readonly documentUri: string;
  /** The same, with the index behind a final `/`: what nginx calls `$fastcgi_script_name`. */
  readonly scriptName: string;
  /** The policy's own parameters, with the values of this request. */
  readonly params: Readonly<Record<string, string>>;
}

/** Only FastCGI has a script; nginx knows the variable everywhere, and fills it in from the same path. */
const scriptVariable = 'fastcgi_script_name';

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
    const unknown = template.ok ? unknownVariables(template.value).filter((variable) => variable !== scriptVariable) : [];
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

/** Fills a policy in for a request. */
export function declaredFastCgi({ index, params }: FastCgiPolicy, exchange: Exchange): DeclaredFastCgi {
  const { request, upstreamPath } = exchange;
  // Where the client's own spelling goes upstream, scripts are still named by the path that was matched and authorised.
  const documentUri = decodedPath(upstreamPath === request.rawPath ? request.path : upstreamPath);
  const scriptName = index !== undefined && documentUri.endsWith('/') ? `${documentUri}${index}` : documentUri;
  // A parameter may name a file by any of them, so all of them are the path that was authorised.
  const paths: ReadonlyMap<string, string> = new Map([
    [scriptVariable, scriptName],
    ['document_uri', documentUri],
    ['uri', documentUri],
  ]);
  const values = params.map(({ name, value }) => {
    const known = value.map((part) => (typeof part === 'string' ? part : (paths.get(part.variable) ?? part)));
    return [name, evaluateTemplate(known, exchange).text] as const;
  });
  return { ...(index === undefined ? {} : { index }), documentUri, scriptName, params: Object.fromEntries(values) };
}

// A slash or backslash that is still encoded did not part segments when the path was authorised, so it must not do so for the script either. Control
// characters are in the name of no script; php-fpm had to learn what they do to patterns (CVE-2019-11043).
const decodable = /(?:%(?!2F|5C|[01][0-9A-F]|7F)[0-9A-F]{2})+/gi;

/** A canonical path as the name of a file: decoded once, as CGI wants it (RFC 3875 §4.1.13). What is not UTF-8 stays encoded. */
function decodedPath(path: string): string {
  return path.replaceAll(decodable, (run) => {
    try {
      return decodeURIComponent(run);
    } catch {
      return run;
    }
  });
}
