import type { Codec } from '@ingresskit/annotations';
import { quote } from '@ingresskit/resources';
import { externalAuthFields as fields } from './fields.ts';
import type { GlobalExternalAuth } from './policy.ts';
import type { ExternalAuthValues } from './resolve.ts';

type GlobalValues = { readonly values: ExternalAuthValues } | { readonly key: string; readonly problem: string };

const keys: Readonly<Record<keyof GlobalExternalAuth, string>> = {
  url: 'global-auth-url',
  method: 'global-auth-method',
  signin: 'global-auth-signin',
  signinRedirectParam: 'global-auth-signin-redirect-param',
  responseHeaders: 'global-auth-response-headers',
  requestRedirect: 'global-auth-request-redirect',
  alwaysSetCookie: 'global-auth-always-set-cookie',
  cacheKey: 'global-auth-cache-key',
  cacheDurations: 'global-auth-cache-duration',
};

/** The controller's values in the place of the Ingress's, read with the grammars of the annotations. Blank ones count as absent. */
export function globalValues(global: GlobalExternalAuth, own: ExternalAuthValues): GlobalValues {
  const values: Record<string, unknown> = {};
  for (const name of Object.keys(keys) as (keyof GlobalExternalAuth)[]) {
    const text = global[name];
    const { codec, default: fallback } = fields[name];
    values[name] = fallback;
    if (text === undefined || text.trim() === '') continue;
    const read = (codec as Codec<unknown>).parse(text);
    if (!read.ok) return { key: keys[name], problem: `${quote(text, 80)} ${read.problem.message}` };
    values[name] = read.value;
  }
  if (values['url'] === undefined) return { key: keys.url, problem: 'is blank' };
  const off = {
    proxySetHeaders: undefined,
    keepalive: 0,
    keepaliveRequests: own.keepaliveRequests,
    keepaliveTimeout: own.keepaliveTimeout,
  };
  return { values: { ...own, ...off, ...values } };
}
