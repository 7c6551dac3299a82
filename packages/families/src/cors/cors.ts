import type { Exchange, Family } from '@ingresskit/annotations';
import { bool, defineFamily, field, int } from '@ingresskit/annotations';
import { defineDiagnostics } from '@ingresskit/resources';
import { redirect } from '../redirect/redirect.ts';
import { sslRedirect } from '../ssl-redirect/ssl-redirect.ts';
import type { AllowedOrigins, OriginComparison } from './origins.ts';
import { isAllowedOrigin, originList } from './origins.ts';
import { tokenList } from './tokens.ts';

/** What a route tells browsers about requests from pages of other origins. */
export interface CorsPolicy {
  readonly allowOrigins: AllowedOrigins;
  /** `['*']`: whatever the preflight asks for. */
  readonly allowMethods: readonly string[];
  /** `['*']`: whatever the preflight asks for. */
  readonly allowHeaders: readonly string[];
  readonly exposeHeaders: readonly string[];
  readonly allowCredentials: boolean;
  /** How long, in seconds, a browser may remember the answer to a preflight. -1 means not at all. */
  readonly maxAge: number;
}

/** What differs between gateways. The defaults are those of the `mse` profile (higress.md A.2). */
export interface CorsSettings extends OriginComparison {
  readonly preflightStatus: number;
  /** Headers of the answer to a preflight that have nothing to do with origins. */
  readonly preflightHeaders: Readonly<Record<string, string>>;
  /** Whether only an OPTIONS request that carries Access-Control-Request-Method is a preflight. */
  readonly preflightNeedsRequestMethod: boolean;
  /** What `*` allows is answered with the request's own origin, or with a literal `*`, then even to requests without an Origin. */
  readonly allowAllValue: 'echo' | '*';
  /** Whether it acts on requests that are redirected. Where it does not, they are neither marked nor answered as preflights (higress.md A.2). */
  readonly onRedirects: boolean;
  /** Whether the headers of a preflight also stand on every other response. */
  readonly headersOnEveryResponse: boolean;
  /** The request headers that are allowed where the annotation is absent; unset: those of the field. */
  readonly defaultAllowHeaders?: readonly string[];
}

const settings: CorsSettings = {
  preflightStatus: 200,
  preflightHeaders: {},
  preflightNeedsRequestMethod: true,
  allowAllValue: 'echo',
  onRedirects: false,
  headersOnEveryResponse: false,
  wildcardDepth: 'any',
  originIgnoresCase: false,
};

/**
 * Cross-origin resource sharing: answers preflights, and marks the responses to requests from allowed origins (higress.md A.2, mse.md §1.3).
 * It restricts nothing, since servers do not enforce CORS, and it never opens more than was written: a list that cannot be read switches it off.
 */
export const cors: Family<'cors', CorsPolicy> = defineFamily({
  name: 'cors',
  title: 'Cross-origin requests from browsers',
  scope: 'route',
  phase: 'cors',
  settings,
  fields: {
    enable: field('enable-cors', bool(), {
      doc: 'Switches CORS on for the routes of the Ingress.',
      default: false,
      example: 'true',
      badExample: 'yes',
      risk: 'Low',
    }),
    allowOrigins: field('cors-allow-origin', originList, {
      doc: 'The origins whose pages may read responses; `*` allows every origin.',
      default: 'any',
      example: 'https://shop.example.com, https://*.example.org:8443',
      badExample: ' , ',
      risk: 'Medium',
      // The default allows everyone, so a list that cannot be read must not fall back to it.
      onInvalid: 'ignore-family',
    }),
    allowMethods: field('cors-allow-methods', tokenList('methods'), {
      doc: 'The methods that a preflight answer allows; `*` allows the one that is asked for.',
      default: ['GET', 'PUT', 'POST', 'DELETE', 'PATCH', 'OPTIONS'],
      example: 'GET, POST',
      badExample: 'GET POST',
      risk: 'Medium',
      onInvalid: 'ignore-family',
    }),
    allowHeaders: field('cors-allow-headers', tokenList('header names'), {
      doc: 'The request headers that a preflight answer allows; `*` allows those that are asked for.',
      default: [
        'DNT',
        'X-CustomHeader',
        'Keep-Alive',
        'User-Agent',
        'X-Requested-With',
        'If-Modified-Since',
        'Cache-Control',
        'Content-Type',
        'Authorization',
      ],
      example: 'Content-Type, X-Token',
      badExample: 'X Token',
      risk: 'Medium',
      onInvalid: 'ignore-family',
    }),
    exposeHeaders: field('cors-expose-headers', tokenList('header names'), {
      doc: 'The response headers that pages may read besides the harmless ones.',
      example: 'X-Total-Count',
      badExample: 'X Total',
      risk: 'Medium',
    }),
    allowCredentials: field('cors-allow-credentials', bool(), {
      doc: 'Whether pages may send cookies and read the response nevertheless.',
      default: true,
      example: 'false',
      badExample: 'off',
      risk: 'Low',
    }),
    maxAge: field('cors-max-age', int({ min: -1, max: 2_147_483_647 }), {
      doc: 'Seconds for which browsers may remember the answer to a preflight; -1 means not at all.',
      default: 1_728_000,
      example: '600',
      badExample: '10m',
      risk: 'Low',
    }),
  },
  diagnostics: defineDiagnostics('cors', {
    'no-origin-allowed': {
      severity: 'warning',
      consequence: 'none',
      title: 'No item of the origin list can be used',
      doc: 'CORS is on, and every origin in the list was left out for a reason of its own, so no page of another origin can read responses. Correct the list.',
    },
  }),
  resolve({ enable, allowOrigins, allowMethods, allowHeaders, exposeHeaders, allowCredentials, maxAge }, context) {
    if (!enable) return undefined;
    if (allowOrigins.length === 0) {
      context.report('no-origin-allowed', {
        field: 'allowOrigins',
        message: 'No item of the list can be used as an origin, so no origin is allowed.',
        help: 'Write origins as scheme://host[:port], for example "https://shop.example.com".',
      });
    }
    return {
      allowOrigins,
      allowMethods,
      allowHeaders: context.present('allowHeaders') ? allowHeaders : (context.settings.defaultAllowHeaders ?? allowHeaders),
      exposeHeaders: exposeHeaders ?? [],
      allowCredentials,
      maxAge,
    };
  },
  request(policy, exchange) {
    const settings = exchange.settings as unknown as CorsSettings;
    if (!settings.onRedirects && isRedirected(exchange)) {
      exchange.note('the request is redirected, so CORS plays no part');
      return undefined;
    }
    const origin = exchange.request.header('origin') ?? '';
    const answer = originAnswer(policy, origin, settings);
    if (answer === undefined) {
      if (origin !== '') exchange.note('the Origin is not allowed, so the response gets no CORS headers from here');
      return undefined;
    }
    const asked = exchange.request.header('access-control-request-method') ?? '';
    const isPreflight = exchange.request.method === 'OPTIONS' && (asked !== '' || !settings.preflightNeedsRequestMethod);
    const headers = {
      ...originHeaders(policy, answer),
      ...(isPreflight || settings.headersOnEveryResponse ? preflightHeaders(policy, exchange) : {}),
      ...(!isPreflight || settings.headersOnEveryResponse ? exposeHeaders(policy) : {}),
    };
    if (isPreflight) {
      return {
        kind: 'respond',
        status: settings.preflightStatus,
        headers: { ...settings.preflightHeaders, ...headers },
        reason: 'cors-preflight',
      };
    }
    for (const [name, value] of Object.entries(headers)) exchange.setResponseHeader(name, value);
    return undefined;
  },
});

function isRedirected(exchange: Exchange): boolean {
  if (exchange.policy(redirect) !== undefined) return true;
  return exchange.request.scheme !== 'https' && exchange.policy(sslRedirect) !== undefined;
}

/** The value of Access-Control-Allow-Origin, or nothing where the request's origin is not allowed. */
function originAnswer({ allowOrigins }: CorsPolicy, origin: string, settings: CorsSettings): string | undefined {
  if (allowOrigins === 'any' && settings.allowAllValue === '*') return '*';
  return isAllowedOrigin(allowOrigins, origin, settings) ? origin : undefined;
}

function originHeaders({ allowCredentials }: CorsPolicy, origin: string): Record<string, string> {
  return { 'access-control-allow-origin': origin, ...(allowCredentials ? { 'access-control-allow-credentials': 'true' } : {}) };
}

function exposeHeaders({ exposeHeaders }: CorsPolicy): Record<string, string> {
  return exposeHeaders.length === 0 ? {} : { 'access-control-expose-headers': exposeHeaders.join(',') };
}

function preflightHeaders({ allowMethods, allowHeaders, maxAge }: CorsPolicy, { request }: Exchange): Record<string, string> {
  return {
    'access-control-allow-methods': listOrEcho(allowMethods, request.header('access-control-request-method')),
    'access-control-allow-headers': listOrEcho(allowHeaders, request.header('access-control-request-headers')),
    'access-control-max-age': String(maxAge),
  };
}

/** A lone `*` answers with what was asked for, as long as a response header can hold it. */
function listOrEcho(allowed: readonly string[], asked: string | undefined): string {
  if (allowed[0] !== '*' || asked === undefined || !/^[ -~]+$/.test(asked)) return allowed.join(',');
  return asked;
}
