import type { Family } from '@ingresskit/annotations';
import { defineFamily, field, oneOf } from '@ingresskit/annotations';

/** Any one access check is enough. Where all are needed there is no policy. */
export interface SatisfyPolicy {
  readonly mode: 'any';
}

/**
 * How address lists, passwords and external authentication combine (ingress-nginx.md §3.3). It stands before all of them. A value that cannot be read means
 * `all`, which lets nobody in whom `any` would keep out.
 */
export const satisfy: Family<'satisfy', SatisfyPolicy> = defineFamily({
  name: 'satisfy',
  title: 'Whether one access check is enough',
  scope: 'route',
  phase: 'address',
  fields: {
    mode: field('satisfy', oneOf(['any', 'all']), {
      doc: '`all`: address list, password and external authentication must let a request pass; `any`: one of them is enough.',
      default: 'all',
      example: 'any',
      badExample: 'one',
      risk: 'Low',
    }),
  },
  resolve: ({ mode }) => (mode === 'any' ? { mode } : undefined),
  request({ mode }, exchange) {
    exchange.combineAccess(mode);
    return undefined;
  },
});
