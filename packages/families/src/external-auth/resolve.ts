import type { Denied, ResolveContext, ValuesOf } from '@ingresskit/annotations';
import { namesOfVariables, unknownVariables } from '../nginx-variables/index.ts';
import type { externalAuthFields } from './fields.ts';
import { globalValues } from './global.ts';
import type { AuthHeader, ExternalAuthPolicy, ExternalAuthSettings } from './policy.ts';
import { questionHeaders } from './question-headers.ts';
import { urlProblemOf } from './url-problem.ts';

/** The values of the annotations. */
export type ExternalAuthValues = ValuesOf<typeof externalAuthFields>;
type Context = ResolveContext<ExternalAuthSettings>;

/** The policy of an Ingress: of its own annotations, else of the controller. */
export function resolveExternalAuth(values: ExternalAuthValues, context: Context): ExternalAuthPolicy | Denied | undefined {
  if (values.url !== undefined) return policyOf(values, context, false);
  const { global } = context.settings;
  if (global === undefined || !values.globalAuth) {
    if (global === undefined) reportNotSwitchedOn(context);
    return undefined;
  }
  const read = globalValues(global, values);
  if ('problem' in read) {
    return context.deny('global-auth-invalid', {
      message: `The controller's ${read.key} ${read.problem}; every route of this Ingress answers 503.`,
      help: 'Correct the ConfigMap of the controller.',
      data: { key: read.key },
    });
  }
  return policyOf(read.values, context, true);
}

function policyOf(values: ExternalAuthValues, context: Context, isGlobal: boolean): ExternalAuthPolicy | Denied | undefined {
  const { url, signin, method, requestRedirect } = values;
  if (url === undefined) return undefined;
  const unknown = unknownVariables(url.template);
  if (unknown.length > 0) {
    return context.deny('unknown-variable', {
      field: 'url',
      message: `${namesOfVariables(unknown)} cannot be known here, so nobody could be asked; every route of this Ingress answers 503.`,
      help: 'Use variables that the request tells, such as $host or $http_x_name.',
      data: { variables: unknown },
    });
  }
  const problem = urlProblemOf(url, context);
  if (problem !== undefined) {
    return context.deny('url-not-allowed', {
      field: 'url',
      message: `The host of auth-url ${problem.message}; every route of this Ingress answers 503.`,
      ...(problem.help === undefined ? {} : { help: problem.help }),
      data: { host: url.host },
    });
  }
  const headers = values.proxySetHeaders === undefined ? noHeaders : questionHeaders(values.proxySetHeaders, context);
  if ('denied' in headers) return headers;
  reportUnknown('signin', values.signin?.template, 'clients get the 401', context);
  reportUnknown('cacheKey', values.cacheKey, 'no answer is kept', context);
  const keepalive = keepaliveOf(values, context);
  return {
    url: url.template,
    ...(url.host === undefined ? { checkHostFor: context.namespace } : {}),
    ...(method === undefined ? {} : { method }),
    ...(signin === undefined ? {} : { signin: signin.template }),
    signinRedirectParam: values.signinRedirectParam,
    responseHeaders: values.responseHeaders ?? [],
    ...(requestRedirect === undefined ? {} : { requestRedirect }),
    alwaysSetCookie: values.alwaysSetCookie,
    requestHeaders: headers,
    ...(values.cacheKey === undefined ? {} : { cache: { key: values.cacheKey, durations: values.cacheDurations } }),
    ...(keepalive === undefined ? {} : { keepalive }),
    isGlobal,
  };
}

const noHeaders: readonly AuthHeader[] = [];

function reportUnknown(field: 'signin' | 'cacheKey', template: ExternalAuthValues['cacheKey'], done: string, context: Context): void {
  const unknown = template === undefined ? [] : unknownVariables(template);
  if (unknown.length === 0) return;
  context.report('unknown-variable', {
    severity: 'warning',
    consequence: 'field-ignored',
    field,
    message: `${namesOfVariables(unknown)} cannot be known here; ${done}.`,
    help: 'Use variables that the request tells, such as $host or $http_x_name.',
    data: { variables: unknown },
  });
}

/** Connections are kept only where all three numbers are positive, the host is fixed, and no client speaks HTTP/2 (ingress-nginx.md §3.2). */
function keepaliveOf(values: ExternalAuthValues, context: Context): ExternalAuthPolicy['keepalive'] {
  const { keepalive, keepaliveRequests, keepaliveTimeout, keepaliveShareVars, url } = values;
  if (keepalive <= 0) return undefined;
  const off =
    keepaliveRequests <= 0 || keepaliveTimeout <= 0
      ? 'auth-keepalive-requests or auth-keepalive-timeout is not positive'
      : url?.host === undefined
        ? 'the host of auth-url has a variable'
        : context.settings.http2
          ? 'clients may speak HTTP/2'
          : undefined;
  const kept = { connections: keepalive, requests: keepaliveRequests, idleMs: keepaliveTimeout * 1000, shareVariables: keepaliveShareVars };
  if (off === undefined) return kept;
  context.report('keepalive-off', {
    field: 'keepalive',
    message: `Connections to the service are not kept, because ${off}.`,
    data: { why: off },
  });
  return { ...kept, off };
}

function reportNotSwitchedOn(context: Context): void {
  const tuning = [
    'method',
    'signin',
    'responseHeaders',
    'requestRedirect',
    'proxySetHeaders',
    'cacheKey',
    'cacheDurations',
    'signinRedirectParam',
  ];
  const field = tuning.find((name) => context.present(name));
  if (field === undefined) return;
  context.report('not-switched-on', {
    field,
    message: 'External authentication is described and auth-url is missing, so nobody is asked: the routes are not protected.',
    help: 'Add the annotation auth-url.',
  });
}
