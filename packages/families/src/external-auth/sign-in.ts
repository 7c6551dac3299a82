import type { Exchange } from '@ingresskit/annotations';
import type { NginxTemplate } from '../nginx-variables/index.ts';
import { escapeUriComponent, evaluateTemplate, formatTemplate, namesOfVariables } from '../nginx-variables/index.ts';

/**
 * Where the sign-in page is, with the URL that the client wanted in a query parameter. Only its path and query are percent-encoded, as ingress-nginx does;
 * a page that has the parameter already is left as it is. `undefined` where a variable cannot be known.
 */
export function signInLocation(signin: NginxTemplate, parameter: string, exchange: Exchange): string | undefined {
  const { text, missing } = evaluateTemplate(signin, exchange);
  if (missing.length > 0) {
    exchange.note(`there is no way to the sign-in page, since ${namesOfVariables(missing)} cannot be known`);
    return undefined;
  }
  const { request } = exchange;
  const page = text.startsWith('/') ? `${request.scheme}://${request.authority}${text}` : text;
  // What the author wrote decides, not what a variable brings in: the client must not be able to switch the parameter off.
  const mark = formatTemplate(signin).indexOf('?');
  const query = mark < 0 ? '' : formatTemplate(signin).slice(mark + 1);
  if (query.split('&').some((pair) => pair.startsWith(`${parameter}=`) && pair.length > parameter.length + 1)) return page;
  const target = request.query === undefined ? request.rawPath : `${request.rawPath}?${request.query}`;
  const wanted = `${request.scheme}://${request.authority}${escapeUriComponent(target)}`;
  return `${page}${query === '' ? (mark < 0 ? '?' : '') : '&'}${parameter}=${wanted}`;
}
