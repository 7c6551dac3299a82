import type { Family } from '@ingresskit/annotations';
import { defineFamily, field, int } from '@ingresskit/annotations';
import { defineDiagnostics } from '@ingresskit/resources';

/** How fast the body of a response is sent to the client. */
export interface BandwidthLimitPolicy {
  readonly bytesPerSecond: number;
  /** Bytes that are sent before the limit begins. */
  readonly afterBytes: number;
}

/** What differs between gateways: what holds without an annotation, in kilobytes (ConfigMap `limit-rate`, `limit-rate-after`). */
export interface BandwidthLimitSettings {
  readonly kilobytesPerSecond: number;
  readonly afterKilobytes: number;
}

const settings: BandwidthLimitSettings = { kilobytesPerSecond: 0, afterKilobytes: 0 };
const kilobyte = 1024;
const largest = 1_000_000_000;

/**
 * The bandwidth of each response (ingress-nginx.md §6). The numbers are kilobytes, whatever the original's own page says, and nginx limits only
 * responses that it buffers. No gate: whoever is slowed down still gets everything.
 */
export const bandwidthLimit: Family<'bandwidth-limit', BandwidthLimitPolicy> = defineFamily({
  name: 'bandwidth-limit',
  title: 'Bandwidth of responses',
  scope: 'route',
  phase: 'forward',
  settings,
  fields: {
    rate: field('limit-rate', int({ min: 0, max: largest }), {
      doc: 'Kilobytes a second that a response is sent with; 0 is no limit. It needs proxy-buffering.',
      example: '100',
      badExample: '100k',
      scope: 'ingress',
      risk: 'Low',
    }),
    after: field('limit-rate-after', int({ min: 0, max: largest }), {
      doc: 'Kilobytes of a response that are sent before limit-rate begins.',
      example: '500',
      badExample: '0.5m',
      scope: 'ingress',
      risk: 'Low',
    }),
  },
  diagnostics: defineDiagnostics('bandwidth-limit', {
    'no-rate': {
      severity: 'warning',
      consequence: 'family-ignored',
      title: 'limit-rate-after without limit-rate',
      doc: 'There is no limit that could begin after some kilobytes. Add limit-rate with a number above 0, or remove the annotation.',
    },
  }),
  resolvesWhenAbsent: ({ kilobytesPerSecond }) => kilobytesPerSecond > 0,
  resolve({ rate, after }, context) {
    const kilobytesPerSecond = rate ?? context.settings.kilobytesPerSecond;
    if (kilobytesPerSecond <= 0) {
      if (after !== undefined) {
        context.report('no-rate', {
          field: 'after',
          message: 'limit-rate-after has no effect, since limit-rate is missing or 0.',
          help: 'Add limit-rate, or remove limit-rate-after.',
        });
      }
      return undefined;
    }
    return { bytesPerSecond: kilobytesPerSecond * kilobyte, afterBytes: (after ?? context.settings.afterKilobytes) * kilobyte };
  },
  request(policy, exchange) {
    exchange.declare('bandwidth', policy);
    return undefined;
  },
});

/** How many bytes of a response may have been sent when it has been going on for some time: nginx counts whole seconds, and the running one in full. */
export function bytesAllowed({ bytesPerSecond, afterBytes }: BandwidthLimitPolicy, elapsedMs: number): number {
  return afterBytes + bytesPerSecond * (Math.floor(Math.max(0, elapsedMs) / 1000) + 1);
}
