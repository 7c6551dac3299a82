import type { Field } from '@ingresskit/annotations';
import { bool, configMapRef, field, int, oneOf } from '@ingresskit/annotations';
import type { NginxTemplate } from '../nginx-variables/index.ts';
import type { CacheDuration } from './cache-durations.ts';
import { cacheDurations } from './cache-durations.ts';
import type { UrlTemplate } from './codecs.ts';
import { cacheKey, parameterName, redirectText, strictHeaderNames, urlTemplate } from './codecs.ts';

/** Methods that a question may have. */
export type AuthMethod = 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE' | 'CONNECT' | 'OPTIONS' | 'TRACE';

/** The annotations of external authentication (ingress-nginx.md §3.2). */
export const externalAuthFields: {
  readonly url: Field<UrlTemplate>;
  readonly method: Field<AuthMethod>;
  readonly signin: Field<UrlTemplate>;
  readonly signinRedirectParam: Field<string, never>;
  readonly responseHeaders: Field<readonly string[]>;
  readonly requestRedirect: Field<string>;
  readonly alwaysSetCookie: Field<boolean, never>;
  readonly proxySetHeaders: Field<{ readonly namespace?: string; readonly name: string }>;
  readonly cacheKey: Field<NginxTemplate>;
  readonly cacheDurations: Field<readonly CacheDuration[], never>;
  readonly keepalive: Field<number, never>;
  readonly keepaliveRequests: Field<number, never>;
  readonly keepaliveTimeout: Field<number, never>;
  readonly keepaliveShareVars: Field<boolean, never>;
  readonly globalAuth: Field<boolean, never>;
} = {
  url: field('auth-url', urlTemplate({ allowRelative: false }), {
    doc: 'The service that is asked about every request: 2xx lets it pass, 401 and 403 go to the client, anything else is 500.',
    example: 'http://auth.example.com/check?host=$host',
    badExample: 'auth.example.com',
    risk: 'High',
  }),
  method: field('auth-method', oneOf(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'CONNECT', 'OPTIONS', 'TRACE']), {
    doc: 'The method of the question; without it GET. Where it is set, the service also learns X-Original-URI and X-Scheme.',
    example: 'POST',
    badExample: 'post',
    risk: 'Low',
  }),
  signin: field('auth-signin', urlTemplate({ allowRelative: true }), {
    doc: 'Where a client goes whom the service answers with 401, instead of the 401.',
    example: 'https://auth.example.com/start?app=shop',
    badExample: 'auth.example.com/start',
    risk: 'High',
    tunes: true,
  }),
  signinRedirectParam: field('auth-signin-redirect-param', parameterName, {
    doc: 'The query parameter in which the sign-in page gets the URL that the client wanted.',
    default: 'rd',
    example: 'return_to',
    badExample: 'return to',
    risk: 'Medium',
    tunes: true,
  }),
  responseHeaders: field('auth-response-headers', strictHeaderNames, {
    doc: "Headers of the service's answer that the backend gets, in the place of what the client sent under these names.",
    example: 'X-User, X-Groups',
    badExample: 'X User',
    risk: 'Medium',
  }),
  requestRedirect: field('auth-request-redirect', redirectText, {
    doc: 'What the service gets as X-Auth-Request-Redirect, instead of the target of the request.',
    example: 'https://shop.example.com/after',
    badExample: '/after#top',
    risk: 'Medium',
  }),
  alwaysSetCookie: field('auth-always-set-cookie', bool(), {
    doc: "Whether the client gets the service's cookies with every status, and not only with successes and redirects.",
    default: false,
    example: 'true',
    badExample: 'yes',
    risk: 'Low',
  }),
  proxySetHeaders: field('auth-proxy-set-headers', configMapRef(), {
    doc: 'A ConfigMap, `name` or `namespace/name`, whose entries are headers of the question; the values may hold variables.',
    example: 'default/auth-headers',
    badExample: 'a/b/c',
    risk: 'Medium',
    tunes: true,
  }),
  cacheKey: field('auth-cache-key', cacheKey, {
    doc: 'Switches on a cache of answers: requests of a route with equal keys share one.',
    example: '$remote_user$http_authorization',
    badExample: '$host;',
    risk: 'Medium',
    tunes: true,
  }),
  cacheDurations: field('auth-cache-duration', cacheDurations, {
    doc: 'How long answers are used again, by status. A status that is not listed is asked for again each time.',
    default: [{ statuses: [200, 202, 401], milliseconds: 300_000 }],
    example: '200 202 10m, 401 5m',
    badExample: '200',
    risk: 'Medium',
  }),
  keepalive: field('auth-keepalive', int(), {
    doc: 'Idle connections to the service that are kept; 0 keeps none. Acts only where the gateway speaks no HTTP/2 to clients.',
    default: 0,
    example: '16',
    badExample: '16 connections',
    risk: 'Low',
    tunes: true,
  }),
  keepaliveRequests: field('auth-keepalive-requests', int(), {
    doc: 'Requests after which a kept connection is closed.',
    default: 1000,
    example: '500',
    badExample: '1k',
    risk: 'Low',
    tunes: true,
  }),
  keepaliveTimeout: field('auth-keepalive-timeout', int({ max: 2_147_483 }), {
    doc: 'Seconds after which an idle connection is closed.',
    default: 60,
    example: '30',
    badExample: '30s',
    risk: 'Low',
    tunes: true,
  }),
  keepaliveShareVars: field('auth-keepalive-share-vars', bool(), {
    doc: 'Whether the question shares the variables of the request, its id among them. Here it always does.',
    default: false,
    example: 'true',
    badExample: 'on',
    risk: 'Low',
    tunes: true,
  }),
  globalAuth: field('enable-global-auth', bool(), {
    doc: 'Whether the external authentication of the whole controller holds for the routes that have none of their own.',
    default: true,
    example: 'false',
    badExample: 'no',
    risk: 'Low',
    tunes: true,
  }),
};
