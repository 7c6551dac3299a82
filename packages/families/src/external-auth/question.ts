import type { Exchange, ExternalAuthQuestion } from '@ingresskit/annotations';
import { isFieldValue, url as urlCodec } from '@ingresskit/annotations';
import { certificateHeaders, certificateHeadersOf } from '../client-tls/check.ts';
import { clientTls } from '../client-tls/client-tls.ts';
import { urlProblem } from '../destinations/index.ts';
import { evaluateTemplate, namesOfVariables } from '../nginx-variables/index.ts';
import type { ExternalAuthPolicy, ExternalAuthSettings } from './policy.ts';

const targets = urlCodec();

/** The question about a request, or why it cannot be put. */
export function questionAbout(policy: ExternalAuthPolicy, exchange: Exchange): ExternalAuthQuestion | { readonly problem: string } {
  const settings = exchange.settings as unknown as ExternalAuthSettings;
  const { text: url, missing } = evaluateTemplate(policy.url, exchange);
  if (missing.length > 0) return { problem: `${namesOfVariables(missing)} in auth-url cannot be known` };
  // Values of the request stand in the URL as they are, so it is checked as if it were new.
  const target = targets.parse(url);
  if (!target.ok) return { problem: `auth-url ${target.problem.message}` };
  if (policy.checkHostFor !== undefined) {
    const allowNamespace = (namespace: string): boolean => namespace === policy.checkHostFor;
    const problem = urlProblem(target.value, { clusterDomain: settings.clusterDomain, allowNamespace });
    if (problem !== undefined) return { problem: `the host of auth-url ${problem.message}` };
  }
  const headers = headersOf(policy, exchange, settings);
  if (typeof headers === 'string') return { problem: headers };
  const method = policy.method ?? 'GET';
  const cache = cacheOf(policy, exchange, method, url);
  return {
    kind: 'external-auth',
    method,
    url,
    headers,
    ...(cache === undefined ? {} : { cache }),
    ...(keptOf(policy) ?? {}),
  };
}

function headersOf(
  policy: ExternalAuthPolicy,
  exchange: Exchange,
  settings: ExternalAuthSettings,
): ExternalAuthQuestion['headers'] | string {
  const { request } = exchange;
  const target = request.query === undefined ? request.rawPath : `${request.rawPath}?${request.query}`;
  const set: Record<string, string> = {
    'x-original-url': `${request.scheme}://${request.authority}${target}`,
    'x-original-method': request.method,
    'x-sent-from': settings.sentFrom,
    'x-real-ip': request.clientAddress,
    'x-forwarded-for': request.clientAddress,
    'x-auth-request-redirect': policy.requestRedirect ?? target,
    ...(policy.method === undefined ? {} : { 'x-original-uri': target, 'x-scheme': request.scheme }),
  };
  const remove = ['content-length', 'transfer-encoding', 'x-forwarded-proto'];
  if (exchange.policy(clientTls) !== undefined) {
    // The service may go by the certificate, which the gateway alone knows.
    remove.push(...certificateHeaders);
    Object.assign(set, certificateHeadersOf(exchange));
  }
  for (const { name, value } of policy.requestHeaders) {
    const { text, missing } = evaluateTemplate(value, exchange);
    if (missing.length > 0) return `${namesOfVariables(missing)} in the header ${name} cannot be known`;
    if (!isFieldValue(text)) return `the header ${name} would have a character that no header value has`;
    // nginx sends no header whose value is empty; what the client sent under the name must not take its place.
    if (text === '') remove.push(name);
    else set[name] = text;
  }
  return { set, remove };
}

function keptOf({ keepalive }: ExternalAuthPolicy): Pick<ExternalAuthQuestion, 'keepalive'> | undefined {
  if (keepalive === undefined || keepalive.off !== undefined) return undefined;
  const { connections, requests, idleMs } = keepalive;
  return { keepalive: { connections, requests, idleMs } };
}

function cacheOf(policy: ExternalAuthPolicy, exchange: Exchange, method: string, url: string): ExternalAuthQuestion['cache'] {
  const { cache } = policy;
  if (cache === undefined) return undefined;
  const { text, missing } = evaluateTemplate(cache.key, exchange);
  if (missing.length > 0) {
    exchange.note(`no answer is kept, since ${namesOfVariables(missing)} cannot be known`);
    return undefined;
  }
  const { route, host } = exchange;
  // A list, not a joined text: no two routes can be spelled so that their keys meet (CVE-2020-8553, CVE-2026-85596).
  return { key: JSON.stringify([host.host, route.pathType, route.pathText, method, url, text]), durations: cache.durations };
}
