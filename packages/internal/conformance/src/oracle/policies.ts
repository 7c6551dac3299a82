import type { Ingress } from '@ingresskit/resources';
import { addressItems, annotation, flag, integer } from './annotations.ts';
import { secretNames } from './cluster.ts';

/** What the annotations of one Ingress mean for its locations, as far as plain nginx can do it (ingress-nginx.md §3–§6, §11). */
export interface Policies {
  /** Every location answers 503 (§0.2, DENY). */
  readonly isDenied: boolean;
  readonly redirect: { readonly status: number; readonly target: string } | undefined;
  readonly sslRedirect: { readonly isForced: boolean; readonly keepsSlash: boolean } | undefined;
  readonly rewriteTarget: string | undefined;
  readonly forwardedPrefix: string | undefined;
  readonly deny: readonly string[];
  readonly allow: readonly string[];
  /** Name of the Secret, and the realm. */
  readonly basicAuth: { readonly secret: string; readonly realm: string } | undefined;
  readonly satisfiesAny: boolean;
  readonly limits: { readonly perMinute: number; readonly burst: number; readonly exempt: readonly string[] } | undefined;
  /** Requests of one client in flight (§6). */
  readonly connections: { readonly most: number; readonly exempt: readonly string[] } | undefined;
  /** Redirects that nginx makes by itself have no scheme and host. */
  readonly relativeRedirects: boolean;
}

/** Reads the annotations of an Ingress. */
export function policiesOf(ingress: Ingress): Policies {
  const lists = [
    annotation(ingress, 'allowlist-source-range') ?? annotation(ingress, 'whitelist-source-range'),
    annotation(ingress, 'denylist-source-range'),
  ];
  const [allow, deny] = lists.map((text) => (text === undefined ? { items: [], areValid: true } : addressItems(text)));
  const basicAuth = basicAuthOf(ingress);
  return {
    isDenied: allow?.areValid === false || deny?.areValid === false || (basicAuth !== undefined && !secretNames.includes(basicAuth.secret)),
    redirect: redirectOf(ingress),
    sslRedirect: sslRedirectOf(ingress),
    rewriteTarget: annotation(ingress, 'rewrite-target'),
    forwardedPrefix: annotation(ingress, 'x-forwarded-prefix'),
    allow: allow?.items ?? [],
    deny: deny?.items ?? [],
    basicAuth,
    satisfiesAny: annotation(ingress, 'satisfy') === 'any',
    limits: limitsOf(ingress),
    connections: connectionsOf(ingress),
    relativeRedirects: flag(ingress, 'relative-redirects', false),
  };
}

function basicAuthOf(ingress: Ingress): Policies['basicAuth'] {
  if (annotation(ingress, 'auth-type') !== 'basic') return undefined;
  return { secret: annotation(ingress, 'auth-secret') ?? '', realm: annotation(ingress, 'auth-realm') ?? '' };
}

/** §11: the temporary one wins; a status out of range is the default. */
function redirectOf(ingress: Ingress): Policies['redirect'] {
  const temporal = annotation(ingress, 'temporal-redirect');
  if (temporal !== undefined) return { status: statusWithin(integer(ingress, 'temporal-redirect-code'), 307, 302), target: temporal };
  const permanent = annotation(ingress, 'permanent-redirect');
  if (permanent === undefined) return undefined;
  return { status: statusWithin(integer(ingress, 'permanent-redirect-code'), 308, 301), target: permanent };
}

function statusWithin(status: number | undefined, highest: number, fallback: number): number {
  return status === undefined || status < 300 || status > highest ? fallback : status;
}

function sslRedirectOf(ingress: Ingress): Policies['sslRedirect'] {
  const isForced = flag(ingress, 'force-ssl-redirect', false);
  if (!isForced && !flag(ingress, 'ssl-redirect', true)) return undefined;
  return { isForced, keepsSlash: flag(ingress, 'preserve-trailing-slash', false) };
}

function limitsOf(ingress: Ingress): Policies['limits'] {
  const perMinute = integer(ingress, 'limit-rpm') ?? 0;
  if (perMinute <= 0) return undefined;
  const multiplier = integer(ingress, 'limit-burst-multiplier') ?? 5;
  return { perMinute, burst: perMinute * multiplier, exempt: exemptOf(ingress) };
}

function connectionsOf(ingress: Ingress): Policies['connections'] {
  const most = integer(ingress, 'limit-connections') ?? 0;
  return most <= 0 ? undefined : { most, exempt: exemptOf(ingress) };
}

function exemptOf(ingress: Ingress): readonly string[] {
  const exempt = annotation(ingress, 'limit-allowlist') ?? annotation(ingress, 'limit-whitelist');
  return exempt === undefined ? [] : addressItems(exempt).items;
}
