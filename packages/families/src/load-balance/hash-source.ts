import type { Exchange } from '@ingresskit/annotations';
import type { NginxTemplate } from '../nginx-variables/index.ts';
import { evaluateTemplate, formatTemplate, namesOfVariables, parseTemplate, unknownVariables } from '../nginx-variables/index.ts';

/** Where the key of a consistent hash comes from. */
export type HashSource =
  | { readonly from: 'template'; readonly template: NginxTemplate }
  /** A header as it is spelt, without nginx's underscores for dashes (higress.md A.10). */
  | { readonly from: 'header'; readonly name: string }
  | { readonly from: 'parameter'; readonly name: string };

/** How a gateway spells keys. */
export type HashSpelling = 'single' | 'template';

/** Why a text cannot be a key here. */
export interface UnusableKey {
  readonly problem: string;
  readonly help: string;
}

const singles: readonly string[] = ['request_uri', 'host', 'remote_addr'];
const singleHelp = 'Write $request_uri, $host, $remote_addr, $http_<header> or $arg_<parameter>, alone.';

/** Reads a key in a gateway's spelling. */
export function readHashSource(text: string, spelling: HashSpelling): HashSource | UnusableKey {
  return spelling === 'single' ? single(text) : template(text);
}

function single(text: string): HashSource | UnusableKey {
  const name = /^\$([A-Za-z0-9_-]+)$/.exec(text)?.[1];
  if (name === undefined)
    return { problem: text.includes('$') ? 'mixes a variable with something else' : 'has no variable', help: singleHelp };
  if (singles.includes(name)) return { from: 'template', template: [{ variable: name }] };
  const header = /^http_(.+)$/.exec(name)?.[1];
  if (header !== undefined) return { from: 'header', name: header.toLowerCase() };
  const parameter = /^arg_(.+)$/.exec(name)?.[1];
  if (parameter !== undefined) return { from: 'parameter', name: parameter };
  return { problem: `has the variable $${name}, which this gateway does not hash by`, help: singleHelp };
}

function template(text: string): HashSource | UnusableKey {
  const result = parseTemplate(text);
  if (!result.ok) return { problem: result.problem.message, help: result.problem.help ?? 'Write a variable such as "$remote_addr".' };
  const unknown = unknownVariables(result.value);
  if (unknown.length === 0) return { from: 'template', template: result.value };
  return { problem: `has ${namesOfVariables(unknown)}, whose value is not known from a request`, help: 'Use variables of the request.' };
}

/** The key of a request; `''` where the request lacks it, as in nginx. */
export function hashKeyOf(source: HashSource, exchange: Exchange): string {
  switch (source.from) {
    case 'template':
      return evaluateTemplate(source.template, exchange).text;
    case 'header':
      return exchange.request.header(source.name) ?? '';
    case 'parameter':
      return exchange.request.queryParameter(source.name) ?? '';
  }
}

/** The key as an annotation has it. */
export function formatHashSource(source: HashSource): string {
  return source.from === 'template' ? formatTemplate(source.template) : `$${source.from === 'header' ? 'http' : 'arg'}_${source.name}`;
}
