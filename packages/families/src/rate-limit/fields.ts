import type { Field } from '@ingresskit/annotations';
import { cidrList, duration, field, int } from '@ingresskit/annotations';
import type { FallbackFields } from '../limit-answer.ts';
import { fallbackFields } from '../limit-answer.ts';
import type { NginxTemplate } from '../nginx-variables/index.ts';
import { nginxTemplate } from '../nginx-variables/index.ts';

/** Far above any use, and small enough that products with a multiplier stay exact. */
const largest = 1_000_000_000;
const largestMultiplier = 1_000_000;

/** The fields of the family, by their names in code. */
export type RateLimitFields = FallbackFields & {
  readonly routeRpm: Field<number>;
  readonly routeRps: Field<number>;
  readonly routeMultiplier: Field<number, never>;
  readonly gatewayRps: Field<number>;
  readonly clientRps: Field<number>;
  readonly clientRpm: Field<number>;
  readonly clientMultiplier: Field<number, never>;
  readonly allowlist: Field<readonly string[]>;
  readonly global: Field<number>;
  readonly globalWindow: Field<number>;
  readonly globalKey: Field<NginxTemplate, never>;
  readonly globalIgnored: Field<readonly string[]>;
};

const mse = { dialect: 'mse', risk: 'Low' } as const;

/** The annotations that limit rates. */
export const rateLimitFields: RateLimitFields = {
  routeRpm: field('route-limit-rpm', int({ min: 1, max: largest }), {
    ...mse,
    doc: 'Requests a minute on each route, counted by each replica of the gateway. It wins over route-limit-rps.',
    example: '600',
    badExample: '600/m',
  }),
  routeRps: field('route-limit-rps', int({ min: 1, max: largest }), {
    ...mse,
    doc: 'Requests a second on each route, counted by each replica of the gateway.',
    example: '10',
    badExample: '-1',
  }),
  routeMultiplier: field('route-limit-burst-multiplier', int({ min: 1, max: largestMultiplier }), {
    ...mse,
    doc: 'The route limit times this many requests pass at once.',
    default: 5,
    example: '2',
    badExample: '0',
  }),
  gatewayRps: field('rate-limit', int({ min: 1, max: largest }), {
    ...mse,
    doc: 'Requests a second on each route, counted for the whole gateway, without burst.',
    example: '100',
    badExample: 'many',
    since: '1.2.25',
  }),
  ...fallbackFields('rate-limit'),
  clientRps: field('limit-rps', int({ min: -largest, max: largest }), {
    doc: 'Requests a second of each client address, on all routes of the Ingress together. 0 and less is off.',
    example: '5',
    badExample: '5r/s',
    scope: 'ingress',
    risk: 'Low',
  }),
  clientRpm: field('limit-rpm', int({ min: -largest, max: largest }), {
    doc: 'Requests a minute of each client address, on all routes of the Ingress together. 0 and less is off.',
    example: '300',
    badExample: '300r/m',
    scope: 'ingress',
    risk: 'Low',
  }),
  clientMultiplier: field('limit-burst-multiplier', int({ min: -largestMultiplier, max: largestMultiplier }), {
    doc: 'limit-rps and limit-rpm times this many requests pass at once, besides the first.',
    default: 5,
    example: '3',
    badExample: 'x3',
    scope: 'ingress',
    risk: 'Low',
    tunes: true,
  }),
  allowlist: field('limit-allowlist', cidrList(), {
    doc: 'Client ranges that limit-rps, limit-rpm and limit-connections leave alone.',
    example: '10.0.0.0/8, 192.0.2.7',
    badExample: '10.0.0.0/33',
    aliases: ['limit-whitelist'],
    scope: 'ingress',
    risk: 'Low',
  }),
  global: field('global-rate-limit', int({ min: -largest, max: largest }), {
    doc: 'Requests in each global-rate-limit-window, counted for the whole gateway. 0 and less is off. Removed from ingress-nginx in 1.12.',
    example: '100',
    badExample: '100/m',
    scope: 'ingress',
    risk: 'Low',
  }),
  globalWindow: field('global-rate-limit-window', duration({ min: 1, max: 86_400_000 }), {
    doc: 'The window of global-rate-limit.',
    example: '1m',
    badExample: 'soon',
    scope: 'ingress',
    risk: 'Low',
  }),
  globalKey: field('global-rate-limit-key', nginxTemplate(), {
    doc: 'What global-rate-limit counts apart, with nginx variables.',
    default: [{ variable: 'remote_addr' }],
    example: '$remote_addr-$http_x_api_client',
    badExample: '$',
    scope: 'ingress',
    risk: 'High',
  }),
  globalIgnored: field('global-rate-limit-ignored-cidrs', cidrList(), {
    doc: 'Client ranges that global-rate-limit leaves alone.',
    example: '127.0.0.1, 10.0.0.0/8',
    badExample: 'localhost',
    scope: 'ingress',
    risk: 'Medium',
  }),
};
