import type { Family } from '@ingresskit/annotations';
import { defineFamily } from '@ingresskit/annotations';

/** The value of Strict-Transport-Security. */
export interface HstsPolicy {
  readonly value: string;
}

/** What differs between gateways: the `mse` profile sends none (RFC 6797). */
export interface HstsSettings {
  readonly enabled: boolean;
  /** Seconds. */
  readonly maxAge: number;
  readonly includeSubDomains: boolean;
  readonly preload: boolean;
}

const settings: HstsSettings = { enabled: false, maxAge: 31_536_000, includeSubDomains: true, preload: false };

/**
 * Strict-Transport-Security on every answer over HTTPS, the gateway's own included (ingress-nginx.md §11). A setting of the whole controller: no
 * annotation changes it.
 */
export const hsts: Family<'hsts', HstsPolicy> = defineFamily({
  name: 'hsts',
  title: 'HTTPS only, remembered by browsers',
  scope: 'host',
  // Before anything can answer.
  phase: 'connection',
  settings,
  fields: {},
  resolvesWhenAbsent: ({ enabled }) => enabled,
  resolve(_values, { settings: { maxAge, includeSubDomains, preload } }) {
    return { value: `max-age=${maxAge}${includeSubDomains ? '; includeSubDomains' : ''}${preload ? '; preload' : ''}` };
  },
  request({ value }, exchange) {
    if (exchange.request.scheme === 'https') exchange.setResponseHeader('strict-transport-security', value);
    return undefined;
  },
});
