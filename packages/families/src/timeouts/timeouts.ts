import type { Family } from '@ingresskit/annotations';
import { defineFamily, field, seconds } from '@ingresskit/annotations';

/** How long the gateway waits for a backend. All times are in milliseconds; an absent one is no limit of this kind. */
export interface TimeoutsPolicy {
  /** For the whole exchange, from the request to the end of the response. */
  readonly timeoutMs?: number;
  /** Until a connection stands. */
  readonly connectTimeoutMs?: number;
  /** Between two writes of the request. */
  readonly sendTimeoutMs?: number;
  /** Between two reads of the response. */
  readonly readTimeoutMs?: number;
}

/** What differs between gateways: the times, in seconds, that hold without an annotation. The `mse` profile has none (mse.md §2.9). */
export interface TimeoutsSettings {
  readonly connectSeconds?: number;
  readonly sendSeconds?: number;
  readonly readSeconds?: number;
}

const settings: TimeoutsSettings = {};
/** Node's timers and those of other runtimes hold 31 bits of milliseconds. */
const max = 2_147_483;
const names = ['timeoutMs', 'connectTimeoutMs', 'sendTimeoutMs', 'readTimeoutMs'] as const;

/**
 * Limits for a slow backend (mse.md §2.9, higress.md A.8, ingress-nginx.md §7). MSE knows one limit for the whole exchange; ingress-nginx knows three for
 * its stages. The data plane carries them out.
 */
export const timeouts: Family<'timeouts', TimeoutsPolicy> = defineFamily({
  name: 'timeouts',
  title: 'How long to wait for a backend',
  scope: 'route',
  phase: 'forward',
  settings,
  fields: {
    whole: field('timeout', seconds({ max }), {
      doc: 'Seconds that the whole exchange with the backend may take; 0 means no limit.',
      example: '30',
      badExample: '30s',
      dialect: 'mse',
      risk: 'Low',
    }),
    connect: field('proxy-connect-timeout', seconds({ min: 1, max }), {
      doc: 'Seconds within which a connection to the backend must stand.',
      example: '5',
      badExample: '5s',
      risk: 'Low',
    }),
    send: field('proxy-send-timeout', seconds({ min: 1, max }), {
      doc: 'Seconds that may pass between two writes of a request to the backend.',
      example: '60',
      badExample: '1m',
      risk: 'Low',
    }),
    read: field('proxy-read-timeout', seconds({ min: 1, max }), {
      doc: 'Seconds that may pass between two reads of a response from the backend.',
      example: '3600',
      badExample: '1h',
      risk: 'Low',
    }),
  },
  resolvesWhenAbsent: ({ connectSeconds, sendSeconds, readSeconds }) => (connectSeconds ?? sendSeconds ?? readSeconds) !== undefined,
  resolve({ whole, connect, send, read }, { settings }) {
    const policy: TimeoutsPolicy = {
      ...milliseconds('timeoutMs', whole === 0 ? undefined : whole),
      ...milliseconds('connectTimeoutMs', connect ?? settings.connectSeconds),
      ...milliseconds('sendTimeoutMs', send ?? settings.sendSeconds),
      ...milliseconds('readTimeoutMs', read ?? settings.readSeconds),
    };
    return Object.keys(policy).length === 0 ? undefined : policy;
  },
  request(policy, exchange) {
    for (const name of names) {
      const value = policy[name];
      if (value !== undefined) exchange.declare(name, value);
    }
    return undefined;
  },
});

function milliseconds(name: keyof TimeoutsPolicy, value: number | undefined): TimeoutsPolicy {
  return value === undefined ? {} : { [name]: value * 1000 };
}
