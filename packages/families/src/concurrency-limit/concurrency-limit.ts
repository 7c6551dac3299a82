import type { Exchange, Family, Outcome } from '@ingresskit/annotations';
import { addressSet, defineFamily, field, int } from '@ingresskit/annotations';
import { defineDiagnostics } from '@ingresskit/resources';
import { routeId } from '@ingresskit/route-table';
import type { LimitAnswer } from '../limit-answer.ts';
import { fallbackAnswer, fallbackFields, refuse, statusOf } from '../limit-answer.ts';
import type { NginxTemplate } from '../nginx-variables/index.ts';
import { evaluateTemplate } from '../nginx-variables/index.ts';
import { rateLimit } from '../rate-limit/rate-limit.ts';
import type { ConcurrencyAnswer, ConcurrencyCounter, ConcurrencyQuestion } from './concurrency-question.ts';

/** How many requests may be in flight at once, and what the others get. */
export interface ConcurrencyLimitPolicy {
  readonly limits: readonly ConcurrencyLimit[];
}

export interface ConcurrencyLimit {
  /** The annotation that sets it, without prefix; unique within the policy. */
  readonly name: 'concurrency-limit' | 'limit-connections';
  readonly most: number;
  /** What shares one counter: a route, or each client on all routes of the Ingress. */
  readonly scope: 'route' | 'client';
  readonly counted: 'replica' | 'gateway';
  /** What tells clients apart. */
  readonly key?: NginxTemplate;
  readonly answer: LimitAnswer;
}

/** What differs between gateways. */
export interface ConcurrencyLimitSettings {
  /** What limit-connections counts apart (ConfigMap `limit-conn-zone-variable`). */
  readonly clientKey: NginxTemplate;
  /** Of a request above limit-connections (ConfigMap `limit-conn-status-code`). */
  readonly clientLimitStatus: number;
  /** What a request gets whose counter nobody could read or write: refused, as a gate that cannot tell, or let through. */
  readonly whenUncounted: 'refuse' | 'pass';
}

const settings: ConcurrencyLimitSettings = { clientKey: [{ variable: 'remote_addr' }], clientLimitStatus: 503, whenUncounted: 'refuse' };
const largest = 1_000_000_000;
/** Of a request that does not say: it is over before the next virtual millisecond, so requests of the same instant overlap. */
const defaultDurationMs = 1;

/**
 * Limits of the requests in flight: on a route for the whole gateway (mse.md §2.15), or of each client address (ingress-nginx.md §6). As with
 * rates, the filter asks and somebody else counts.
 */
export const concurrencyLimit: Family<'concurrency-limit', ConcurrencyLimitPolicy> = defineFamily({
  name: 'concurrency-limit',
  title: 'Requests at the same time',
  scope: 'route',
  phase: 'limit',
  restricting: true,
  settings,
  fields: {
    gateway: field('concurrency-limit', int({ min: 1, max: largest }), {
      doc: 'Requests that may be in flight on each route at once, counted for the whole gateway.',
      dialect: 'mse',
      example: '50',
      badExample: '0',
      since: '1.2.25',
      risk: 'Low',
    }),
    ...fallbackFields('concurrency-limit'),
    client: field('limit-connections', int({ min: -largest, max: largest }), {
      doc: 'Requests of one client address that may be in flight at once, on all routes of the Ingress together. 0 and less is off.',
      example: '8',
      badExample: 'eight',
      scope: 'ingress',
      risk: 'Low',
    }),
  },
  diagnostics: defineDiagnostics('concurrency-limit', {
    'status-hides-redirect': {
      severity: 'warning',
      consequence: 'field-ignored',
      title: 'A status and a redirect for requests above the limit',
      doc: 'concurrency-limit-fallback-custom-response-code and concurrency-limit-fallback-redirect-url exclude each other. The status is sent; remove one of the two.',
    },
    'nothing-to-modify': {
      severity: 'warning',
      consequence: 'family-ignored',
      title: 'The fallback of a limit without the limit',
      doc: 'A fallback says what requests above concurrency-limit get, and that annotation is missing. Nothing is limited.',
    },
  }),
  resolve({ gateway, client = 0, code, bodyType, body, redirect }, context) {
    const limits: ConcurrencyLimit[] = [];
    if (gateway !== undefined) {
      if (code !== undefined && redirect !== undefined) {
        context.report('status-hides-redirect', {
          field: 'redirect',
          message: `A status (${code}) is set too and is sent; the redirect has no effect.`,
          help: 'Remove concurrency-limit-fallback-custom-response-code or concurrency-limit-fallback-redirect-url.',
        });
      }
      const answer = fallbackAnswer({ code, bodyType, body, redirect });
      limits.push({ name: 'concurrency-limit', most: gateway, scope: 'route', counted: 'gateway', answer });
    }
    if (client > 0) {
      const answer = { status: context.settings.clientLimitStatus, headers: {}, body: '' };
      limits.push({
        name: 'limit-connections',
        most: client,
        scope: 'client',
        counted: 'replica',
        key: context.settings.clientKey,
        answer,
      });
    }
    const modifier = (['code', 'bodyType', 'body', 'redirect'] as const).find((name) => context.present(name));
    if (gateway === undefined && modifier !== undefined) {
      context.report('nothing-to-modify', {
        field: modifier,
        message: `${context.keyOf(modifier) ?? modifier} says what requests above concurrency-limit get, which is missing; it has no effect.`,
        help: 'Add concurrency-limit, or remove this annotation.',
      });
    }
    return limits.length === 0 ? undefined : { limits };
  },
  request({ limits }, exchange) {
    exchange.declare(
      'concurrencyLimit',
      limits.map(({ most, scope, counted, answer }) => ({ most, status: statusOf(answer), scope, counted })),
    );
    const asked: ConcurrencyLimit[] = [];
    const counters: ConcurrencyCounter[] = [];
    for (const limit of limits) {
      if (isExempt(limit, exchange)) continue;
      const counter = counterOf(limit, exchange);
      if (counter === undefined) return { kind: 'deny', why: `the key of ${limit.name} is not known` };
      // nginx counts nobody without a key.
      if (counter === '') continue;
      asked.push(limit);
      counters.push({ counter, most: limit.most, counted: limit.counted });
    }
    if (asked.length === 0) return undefined;
    const { at, durationMs = defaultDurationMs } = exchange.request;
    const question: ConcurrencyQuestion = { kind: 'concurrency-limit', at, durationMs, counters };
    return { kind: 'ask', question, resume: (answer) => settle(asked, answer as ConcurrencyAnswer | undefined, exchange) };
  },
});

/** limit-allowlist belongs to all limits of single clients (ingress-nginx.md §6). */
function isExempt({ scope, name }: ConcurrencyLimit, exchange: Exchange): boolean {
  const allowlist = exchange.policy(rateLimit)?.allowlist;
  if (scope !== 'client' || allowlist === undefined || !addressSet(allowlist).has(exchange.request.clientAddress)) return false;
  exchange.note(`${exchange.request.clientAddress} is exempt from ${name}`);
  return true;
}

/** The name of the counter; empty where the key is, `undefined` where its value is not known. */
function counterOf({ name, key }: ConcurrencyLimit, exchange: Exchange): string | undefined {
  const { route } = exchange;
  if (key === undefined) return `${name} ${routeId(route)}`;
  const { text, missing } = evaluateTemplate(key, exchange);
  const { namespace, name: ingress } = route.provenance.ingress;
  return missing.length > 0 ? undefined : text === '' ? '' : `${name} ${namespace}/${ingress} ${text}`;
}

function settle(limits: readonly ConcurrencyLimit[], answer: ConcurrencyAnswer | undefined, exchange: Exchange): Outcome | undefined {
  // Nobody counts here, so nothing can be above a limit: a simulation shows limits, a data plane always answers.
  if (answer === undefined) return undefined;
  if (answer.verdict === 'passes') {
    const watched = answer.above === undefined ? undefined : limits[answer.above];
    exchange.note(
      watched === undefined
        ? `there is room within ${limits.map(({ name }) => name).join(' and ')}`
        : `${watched.most} requests are in flight already; ${watched.name} is only watched`,
    );
    return undefined;
  }
  const exceeded = answer.verdict === 'exceeds' ? limits[answer.index] : undefined;
  if (exceeded !== undefined) {
    exchange.note(`${exceeded.most} requests are in flight already, as many as ${exceeded.name} allows`);
    return refuse(exceeded.answer, exchange);
  }
  const { whenUncounted } = exchange.settings as unknown as ConcurrencyLimitSettings;
  const why = answer.verdict === 'uncounted' ? answer.why : 'the counters gave no answer';
  if (whenUncounted === 'refuse') return { kind: 'deny', why: `the requests in flight could not be counted: ${why}` };
  exchange.note(`the request is not counted: ${why}`);
  return undefined;
}
