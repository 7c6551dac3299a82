import type { Family, ResolveContext } from '@ingresskit/annotations';
import { defineFamily, field, int, seconds } from '@ingresskit/annotations';
import { defineDiagnostics } from '@ingresskit/resources';
import { retryConditions } from './conditions.ts';
import type { RetryPolicy } from './retry-policy.ts';

/** What differs between gateways. The defaults are those of the `mse` profile (mse.md §2.10). */
export interface RetriesSettings {
  /** Whether the number of tries counts the first attempt, or only those after it, as in the twin. */
  readonly triesCountFirst: boolean;
  /** What 0 tries mean: no retries, or as many as it takes. */
  readonly zeroTries: 'off' | 'unbounded';
  /** What the timeout bounds: each attempt, or the time in which further ones may begin. */
  readonly timeout: 'per-try' | 'total';
  /** Whether `error`, `timeout` and `invalid_header` also mean any answer of 500 and above. */
  readonly serverErrors: boolean;
  /** Statuses that `http_NNN` may name; unset: any. */
  readonly statuses?: readonly number[];
  /** Whether every route retries, also without an annotation. */
  readonly always: boolean;
  /** What holds where an annotation is absent (ConfigMap `proxy-next-upstream`, `-tries`, `-timeout`). */
  readonly conditions: readonly string[];
  readonly tries: number;
  readonly timeoutSeconds: number;
  /** Whether requests are repeated whose effect might happen twice, also without `non_idempotent` (ConfigMap `retry-non-idempotent`). */
  readonly nonIdempotent: boolean;
}

const settings: RetriesSettings = {
  triesCountFirst: true,
  zeroTries: 'off',
  timeout: 'per-try',
  serverErrors: true,
  always: false,
  conditions: ['error', 'timeout'],
  tries: 3,
  timeoutSeconds: 0,
  nonIdempotent: false,
};

/**
 * When and how often a request is sent again to another endpoint (mse.md §2.10, higress.md A.9, ingress-nginx.md §7). The data plane carries it out;
 * it must be able to repeat the request, and nothing of an answer may have reached the client.
 */
export const retries: Family<'retries', RetryPolicy> = defineFamily({
  name: 'retries',
  title: 'Another attempt after a failure',
  scope: 'route',
  phase: 'forward',
  settings,
  fields: {
    conditions: field('proxy-next-upstream', retryConditions, {
      doc: 'The failures after which a request is sent again, `error,timeout` without it; `off` switches retries off.',
      example: 'error,timeout,http_502',
      badExample: 'always',
      risk: 'Medium',
    }),
    tries: field('proxy-next-upstream-tries', int({ min: 0, max: 1_000_000 }), {
      doc: 'How many attempts a request has in all; 3 without it.',
      example: '2',
      badExample: 'twice',
      risk: 'Low',
    }),
    timeout: field('proxy-next-upstream-timeout', seconds({ max: 2_147_483 }), {
      doc: 'Seconds for each attempt; on ingress-nginx the time in which further attempts may begin. 0 is no limit.',
      example: '5',
      badExample: '5s',
      risk: 'Low',
    }),
  },
  diagnostics: defineDiagnostics('retries', {
    'status-not-available': {
      severity: 'warning',
      consequence: 'field-ignored',
      title: 'The gateway does not retry after that status',
      doc: 'Only some statuses can be a condition on this gateway. The others of the list act.',
    },
  }),
  resolvesWhenAbsent: ({ always }) => always,
  resolve(values, context) {
    const { settings } = context;
    const { conditions = settings.conditions, tries = settings.tries, timeout = settings.timeoutSeconds } = values;
    // Values that cannot be read leave what the gateway does anyway; where that is nothing, it stays nothing.
    if (!settings.always && Object.values(values).every((value) => value === undefined)) return undefined;
    const off = conditions.includes('off') || (tries === 0 && settings.zeroTries === 'off');
    const on = off ? ['off'] : usable(conditions, context);
    const timeoutMs = timeout * 1000;
    return {
      tries: off ? 1 : settings.triesCountFirst ? tries : tries + 1,
      on,
      ...(conditions.includes('non_idempotent') || settings.nonIdempotent ? { nonIdempotent: true } : {}),
      ...(timeoutMs === 0 ? {} : settings.timeout === 'total' ? { timeoutMs } : { perTryTimeoutMs: timeoutMs }),
      ...(settings.serverErrors ? { serverErrors: true } : {}),
    };
  },
  request(policy, exchange) {
    exchange.declare('retry', policy);
    const { method } = exchange.request;
    if (policy.nonIdempotent !== true && ['POST', 'PATCH', 'LOCK'].includes(method)) {
      exchange.note(`${method} is sent again only where no backend has seen it`);
    }
    return undefined;
  },
});

function usable(conditions: readonly string[], context: ResolveContext<RetriesSettings>): readonly string[] {
  const { statuses } = context.settings;
  const isUsable = (condition: string): boolean =>
    statuses === undefined || !condition.startsWith('http_') || statuses.includes(Number(condition.slice(5)));
  const left = conditions.filter((condition) => !isUsable(condition));
  if (left.length > 0) {
    context.report('status-not-available', {
      field: 'conditions',
      message: `The gateway does not retry after ${left.join(', ')}; the other conditions act.`,
      help: `Use ${statuses?.map((status) => `http_${status}`).join(', ') ?? ''}.`,
      data: { conditions: left },
    });
  }
  return conditions.filter((condition) => condition !== 'non_idempotent' && isUsable(condition));
}
