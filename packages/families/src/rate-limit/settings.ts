import type { NginxTemplate } from '../nginx-variables/index.ts';

/** What differs between gateways. The defaults are those of the `mse` profile (mse.md §2.15). */
export interface RateLimitSettings {
  /** What limit-rps and limit-rpm count apart (ConfigMap `limit-conn-zone-variable`). */
  readonly clientKey: NginxTemplate;
  /** Of a request above limit-rps or limit-rpm (ConfigMap `limit-req-status-code`). */
  readonly clientLimitStatus: number;
  /** Of a request above global-rate-limit (ConfigMap `global-rate-limit-status-code`). */
  readonly globalLimitStatus: number;
  /** Of a request above route-limit-rps or -rpm: 429, and 503 before gateway 1.2.23. */
  readonly routeLimitStatus: number;
  /** Headers of that answer. */
  readonly routeLimitHeaders: Readonly<Record<string, string>>;
  /** What a request gets whose counter nobody could read or write: refused, as a gate that cannot tell, or let through. */
  readonly whenUncounted: 'refuse' | 'pass';
}

/** The settings of the `mse` profile. The twin marks what it refuses with a header (higress.md A.11). */
export const rateLimitSettings: RateLimitSettings = {
  clientKey: [{ variable: 'remote_addr' }],
  clientLimitStatus: 503,
  globalLimitStatus: 429,
  routeLimitStatus: 429,
  routeLimitHeaders: { 'x-local-rate-limit': 'true' },
  whenUncounted: 'refuse',
};
