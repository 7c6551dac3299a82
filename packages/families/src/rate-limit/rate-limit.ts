import type { Exchange, Family, Outcome } from '@ingresskit/annotations';
import { addressSet, defineFamily } from '@ingresskit/annotations';
import type { Route } from '@ingresskit/route-table';
import { routeId } from '@ingresskit/route-table';
import { refuse, statusOf } from '../limit-answer.ts';
import { evaluateTemplate, formatTemplate } from '../nginx-variables/index.ts';
import { rateLimitDiagnostics } from './diagnostics.ts';
import type { RateLimitFields } from './fields.ts';
import { rateLimitFields } from './fields.ts';
import type { RateLimit, RateLimitPolicy } from './rate-limit-policy.ts';
import type { RateAnswer, RateCounter, RateLimitQuestion } from './rate-question.ts';
import { resolveRateLimits } from './resolve.ts';
import type { RateLimitSettings } from './settings.ts';
import { rateLimitSettings } from './settings.ts';

/** A limit as the decision shows it (cli-contract.md §1); `burst` is what passes above the rate at once. */
export interface DeclaredRateLimit {
  /** Of a limit for a minute its sixtieth part, with the limit itself beside it. */
  readonly perSecond: number;
  readonly perMinute?: number;
  readonly burst: number;
  readonly status: number;
  readonly scope: 'route' | 'ingress';
  readonly counted: 'replica' | 'gateway';
  /** What is counted apart, as nginx would write it; absent: everybody together. */
  readonly key?: string;
}

/**
 * Limits of the request rate: for a route on each replica or on the whole gateway (mse.md §2.15), or for each client (ingress-nginx.md §6). The
 * filter declares the limits and asks whether the request fits; whoever answers keeps the counters and the clock. Nobody has to: without virtual
 * time and without an answer the limits are only shown.
 */
export const rateLimit: Family<'rate-limit', RateLimitPolicy> = defineFamily<
  'rate-limit',
  RateLimitPolicy,
  RateLimitFields,
  RateLimitSettings
>({
  name: 'rate-limit',
  title: 'Requests in a time',
  scope: 'route',
  phase: 'limit',
  restricting: true,
  settings: rateLimitSettings,
  fields: rateLimitFields,
  diagnostics: rateLimitDiagnostics,
  resolve: resolveRateLimits,
  request(policy, exchange) {
    if (policy.limits.length === 0) return undefined;
    const common = knownOf(policy);
    exchange.declare('rateLimit', common.declared);
    const counters = countersOf(policy, common, exchange);
    if (typeof counters === 'string') return { kind: 'deny', why: counters };
    if (counters.length === 0) return undefined;
    const { at } = exchange.request;
    const question: RateLimitQuestion = { kind: 'rate-limit', at, counters };
    return { kind: 'ask', question, resume: (answer) => settle(counters, answer as RateAnswer | undefined, exchange) };
  },
});

function settle(counters: readonly RateCounter[], answer: RateAnswer | undefined, exchange: Exchange): Outcome | undefined {
  // Nobody counts here, so nothing can be above a limit: a simulation shows limits, a data plane always answers.
  if (answer === undefined) return undefined;
  if (answer.verdict === 'passes') {
    const watched = answer.above === undefined ? undefined : counters[answer.above]?.limit;
    exchange.note(
      watched === undefined
        ? `within ${counters.map(({ limit }) => limit.name).join(' and ')}`
        : `above ${watched.name}, which is only watched`,
    );
    return undefined;
  }
  const exceeded = answer.verdict === 'exceeds' ? counters[answer.index]?.limit : undefined;
  if (answer.verdict === 'exceeds' && exceeded !== undefined) {
    exchange.note(`above ${exceeded.name}${Number.isFinite(answer.retryAfterMs) ? `, room again in ${answer.retryAfterMs} ms` : ''}`);
    return refuse(exceeded.answer, exchange);
  }
  const { whenUncounted } = exchange.settings as unknown as RateLimitSettings;
  const why = answer.verdict === 'uncounted' ? answer.why : 'the counters gave no answer';
  if (whenUncounted === 'refuse') return { kind: 'deny', why: `the request could not be counted: ${why}` };
  exchange.note(`the request is not counted: ${why}`);
  return undefined;
}

/** The counters that a request falls into, or why none can be named. */
function countersOf(
  { limits }: RateLimitPolicy,
  { countsAll, counters: ofRoute }: Known,
  exchange: Exchange,
): readonly RateCounter[] | string {
  const { route, request } = exchange;
  if (countsAll) {
    const counters = ofRoute.get(route);
    if (counters !== undefined) return counters;
  }
  const { namespace, name } = route.provenance.ingress;
  const counters: RateCounter[] = [];
  for (const limit of limits) {
    if (limit.exempt !== undefined && addressSet(limit.exempt).has(request.clientAddress)) {
      exchange.note(`${request.clientAddress} is exempt from ${limit.name}`);
      continue;
    }
    const owner = limit.scope === 'route' ? routeId(route) : `${namespace}/${name}`;
    let counter = `${limit.name} ${owner}`;
    if (limit.key !== undefined) {
      const { text, missing } = evaluateTemplate(limit.key, exchange);
      if (missing.length > 0) return `the key of ${limit.name} is not known`;
      // nginx counts nobody without a key (limit_req_zone: "requests with an empty key value are not accounted").
      if (text === '') continue;
      counter = `${counter} ${text}`;
    }
    counters.push({ counter, limit });
  }
  if (countsAll) ofRoute.set(route, counters);
  return counters;
}

/** What all requests under a policy have in common, worked out for the first of them. */
interface Known {
  readonly declared: readonly DeclaredRateLimit[];
  /** Whether every request on a route falls into the same counters, whoever sent it. */
  readonly countsAll: boolean;
  readonly counters: WeakMap<Route, readonly RateCounter[]>;
}

const known = new WeakMap<RateLimitPolicy, Known>();

function knownOf(policy: RateLimitPolicy): Known {
  let found = known.get(policy);
  if (found === undefined) {
    const { limits } = policy;
    found = {
      declared: Object.freeze(limits.map(declare)),
      countsAll: limits.every(({ key, exempt }) => key === undefined && exempt === undefined),
      counters: new WeakMap(),
    };
    known.set(policy, found);
  }
  return found;
}

function declare({ requests, perMs, burst, scope, counted, key, answer }: RateLimit): DeclaredRateLimit {
  return {
    perSecond: (requests * 1000) / perMs,
    ...(perMs === 60_000 ? { perMinute: requests } : {}),
    burst,
    status: statusOf(answer),
    scope,
    counted,
    ...(key === undefined ? {} : { key: formatTemplate(key) }),
  };
}
