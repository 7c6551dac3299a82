import type { Family } from '@ingresskit/annotations';
import { defineFamily, field, seconds } from '@ingresskit/annotations';
import { loadBalance } from '../load-balance/load-balance.ts';
import { sessionAffinity } from '../session-affinity/session-affinity.ts';

/** How long a new endpoint gets less than its share. */
export interface WarmupPolicy {
  readonly windowMs: number;
}

/**
 * New endpoints of a Service start with a tenth of their share and get all of it when the window is over (mse.md §2.8, higress.md §16). It acts with
 * round robin and least connections; where a cookie or a hash chooses the endpoint, it cannot.
 */
export const warmup: Family<'warmup', WarmupPolicy> = defineFamily({
  name: 'warmup',
  title: 'Slow start of new endpoints',
  scope: 'backend',
  phase: 'forward',
  fields: {
    window: field('warmup', seconds({ max: 86_400 }), {
      doc: 'Seconds over which a new endpoint comes to its full share; 0 is off.',
      dialect: 'mse',
      example: '60',
      badExample: '1m',
      scope: 'service',
      risk: 'Low',
    }),
  },
  resolve({ window }) {
    return window === undefined || window === 0 ? undefined : { windowMs: window * 1000 };
  },
  request({ windowMs }, exchange) {
    const balance = exchange.policy(loadBalance);
    const hinders =
      exchange.policy(sessionAffinity) !== undefined
        ? 'an affinity cookie'
        : balance?.hash !== undefined
          ? 'a hash'
          : balance?.algorithm === 'random'
            ? 'the random algorithm'
            : undefined;
    exchange.declare('warmUp', { windowMs, acts: hinders === undefined });
    if (hinders !== undefined) exchange.note(`warming up has no effect: ${hinders} chooses the endpoint`);
    return undefined;
  },
});
