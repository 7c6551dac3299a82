export { type AffinityCookie, type CookieOccasion, formatAffinityCookie, readCookie } from '@ingresskit/families';
export { type AffinityOptions, affinityBackendKey } from './affinity.ts';
export type { BalanceHint, Balancer, BalanceWorld, EndpointReport, Pick, PickOutcome, Refusal } from './balancer.ts';
export { type BalancerOptions, createBalancer } from './create-balancer.ts';
export type { PassiveHealthOptions } from './passive-health.ts';
export type { HashOptions } from './ring-hash.ts';
