import type { NginxTemplate } from '../nginx-variables/index.ts';
import type { CacheDuration } from './cache-durations.ts';

/** How an external service is asked about each request, and what its answer does. */
export interface ExternalAuthPolicy {
  readonly url: NginxTemplate;
  /** The namespace whose Services the URL may name where its host is known only at the request. Absent: the host was checked when compiled. */
  readonly checkHostFor?: string;
  readonly method?: string;
  readonly signin?: NginxTemplate;
  readonly signinRedirectParam: string;
  readonly responseHeaders: readonly string[];
  readonly requestRedirect?: string;
  readonly alwaysSetCookie: boolean;
  readonly requestHeaders: readonly AuthHeader[];
  readonly cache?: { readonly key: NginxTemplate; readonly durations: readonly CacheDuration[] };
  readonly keepalive?: AuthKeepalive;
  /** Whether it is the controller's, from which some locations are exempt whatever their Ingress says. */
  readonly isGlobal: boolean;
}

/** Connections to the service that are kept. */
export interface AuthKeepalive {
  readonly connections: number;
  readonly requests: number;
  readonly idleMs: number;
  readonly shareVariables: boolean;
  /** Why none are kept all the same. */
  readonly off?: string;
}

/** A header of the question. */
export interface AuthHeader {
  readonly name: string;
  readonly value: NginxTemplate;
}

/** The controller's own external authentication, as the values of its ConfigMap (`global-auth-…`) stand there. */
export interface GlobalExternalAuth {
  readonly url: string;
  readonly method?: string;
  readonly signin?: string;
  readonly signinRedirectParam?: string;
  readonly responseHeaders?: string;
  readonly requestRedirect?: string;
  readonly alwaysSetCookie?: string;
  readonly cacheKey?: string;
  readonly cacheDurations?: string;
}

/** What differs between gateways. The defaults are those of ingress-nginx (ingress-nginx.md §3.2). */
export interface ExternalAuthSettings {
  /** Asked where a route names no service of its own. Unset: there is none. */
  readonly global?: GlobalExternalAuth;
  /** Routes whose path text begins so are never asked about (ingress-nginx.md §1.13). */
  readonly exemptLocations: readonly string[];
  /** Whether clients may speak HTTP/2: connections to the service are then not kept. */
  readonly http2: boolean;
  /** The value of X-Sent-From. */
  readonly sentFrom: string;
  /** Suffix of the cluster's own names. */
  readonly clusterDomain: string;
}
