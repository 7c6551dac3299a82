import type { Denied, ResolveContext, ValuesOf } from '@ingresskit/annotations';
import { fallbackAnswer } from '../limit-answer.ts';
import { namesOfVariables, unknownVariables } from '../nginx-variables/index.ts';
import type { RateLimitFields } from './fields.ts';
import type { RateLimit, RateLimitPolicy } from './rate-limit-policy.ts';
import type { RateLimitSettings } from './settings.ts';

type Values = ValuesOf<RateLimitFields>;
type Context = ResolveContext<RateLimitSettings>;

const second = 1000;
const minute = 60_000;

/** The limits that the annotations of an Ingress set. */
export function resolveRateLimits(values: Values, context: Context): RateLimitPolicy | Denied | undefined {
  const limits: RateLimit[] = [];
  const route = routeLimit(values, context);
  if (route !== undefined) limits.push(route);
  const gateway = gatewayLimit(values, context);
  if (gateway !== undefined) limits.push(gateway);
  limits.push(...clientLimits(values, context));
  const global = globalLimit(values, context);
  if (global !== undefined && 'denied' in global) return global;
  if (global !== undefined) limits.push(global);
  const { allowlist } = values;
  if (limits.length === 0 && allowlist === undefined) {
    reportNothing(context);
    return undefined;
  }
  return allowlist === undefined ? { limits } : { limits, allowlist };
}

function routeLimit({ routeRpm, routeRps, routeMultiplier }: Values, context: Context): RateLimit | undefined {
  const requests = routeRpm ?? routeRps;
  if (requests === undefined) return undefined;
  if (routeRpm !== undefined && routeRps !== undefined) {
    context.report('minute-hides-second', {
      field: 'routeRps',
      message: `route-limit-rpm is set too and acts alone: ${routeRpm} a minute.`,
      help: 'Remove route-limit-rps or route-limit-rpm.',
    });
  }
  const { routeLimitStatus: status, routeLimitHeaders } = context.settings;
  return {
    name: routeRpm === undefined ? 'route-limit-rps' : 'route-limit-rpm',
    algorithm: 'token-bucket',
    requests,
    perMs: routeRpm === undefined ? second : minute,
    burst: requests * routeMultiplier,
    scope: 'route',
    counted: 'replica',
    answer: { status, headers: { 'content-type': 'text/plain', ...routeLimitHeaders }, body: 'local_rate_limited' },
  };
}

function gatewayLimit({ gatewayRps, code, bodyType, body, redirect }: Values, context: Context): RateLimit | undefined {
  if (gatewayRps === undefined) return undefined;
  if (code !== undefined && redirect !== undefined) {
    context.report('status-hides-redirect', {
      field: 'redirect',
      message: `A status (${code}) is set too and is sent; the redirect has no effect.`,
      help: 'Remove rate-limit-fallback-custom-response-code or rate-limit-fallback-redirect-url.',
    });
  }
  return {
    name: 'rate-limit',
    algorithm: 'slot-window',
    requests: gatewayRps,
    perMs: second,
    burst: 0,
    scope: 'route',
    counted: 'gateway',
    answer: fallbackAnswer({ code, bodyType, body, redirect }),
  };
}

function clientLimits({ clientRps = 0, clientRpm = 0, clientMultiplier, allowlist }: Values, context: Context): readonly RateLimit[] {
  const limitOf = (name: string, requests: number, perMs: number): readonly RateLimit[] => {
    // 0 and less is off (ingress-nginx.md §6). A burst of 0 nginx would refuse to start with, so such a multiplier counts as absent.
    if (requests <= 0) return [];
    return [
      {
        name,
        algorithm: 'leaky-bucket',
        requests,
        perMs,
        burst: requests * (clientMultiplier > 0 ? clientMultiplier : defaultMultiplier),
        scope: 'ingress',
        counted: 'replica',
        key: context.settings.clientKey,
        ...(allowlist === undefined ? {} : { exempt: allowlist }),
        answer: { status: context.settings.clientLimitStatus, headers: {}, body: '' },
      },
    ];
  };
  return [...limitOf('limit-rps', clientRps, second), ...limitOf('limit-rpm', clientRpm, minute)];
}

const defaultMultiplier = 5;

function globalLimit({ global = 0, globalWindow, globalKey, globalIgnored }: Values, context: Context): RateLimit | Denied | undefined {
  if (global <= 0) return undefined;
  if (globalWindow === undefined) {
    return context.deny('window-missing', {
      field: 'global',
      message: 'global-rate-limit needs global-rate-limit-window, which is missing; every route of this Ingress answers 503.',
      help: 'Add global-rate-limit-window, for example "1m".',
    });
  }
  const unknown = unknownVariables(globalKey);
  if (unknown.length > 0) {
    return context.deny('unknown-variable', {
      field: 'globalKey',
      message: `The value of ${namesOfVariables(unknown)} is not known from a request; every route of this Ingress answers 503.`,
      help: 'Use variables of the request, for example "$remote_addr".',
      data: { variables: unknown },
    });
  }
  return {
    name: 'global-rate-limit',
    algorithm: 'sliding-window',
    requests: global,
    perMs: globalWindow,
    burst: 0,
    scope: 'ingress',
    counted: 'gateway',
    key: globalKey,
    ...(globalIgnored === undefined ? {} : { exempt: globalIgnored }),
    answer: { status: context.settings.globalLimitStatus, headers: {}, body: '' },
  };
}

const modifiers = [
  'routeMultiplier',
  'clientMultiplier',
  'code',
  'bodyType',
  'body',
  'redirect',
  'globalWindow',
  'globalKey',
  'globalIgnored',
] as const;

function reportNothing(context: Context): void {
  const field = modifiers.find((name) => context.present(name));
  if (field === undefined) return;
  context.report('nothing-to-modify', {
    field,
    message: `${context.keyOf(field) ?? field} says how a limit acts, and no limit is set; nothing is limited.`,
    help: 'Add the annotation with the limit, or remove this one.',
  });
}
