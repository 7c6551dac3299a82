import type { Field } from '@ingresskit/annotations';
import { absolutePath, bool, cookieName, field, oneOf, seconds } from '@ingresskit/annotations';
import { cookieDomain, sameSite } from './codecs.ts';

/** The fields of the family, by their names in code. */
export type SessionAffinityFields = {
  readonly affinity: Field<'cookie'>;
  readonly mode: Field<'balanced' | 'persistent'>;
  readonly canary: Field<'sticky' | 'legacy', never>;
  readonly name: Field<string, never>;
  readonly path: Field<string>;
  readonly maxAge: Field<number>;
  readonly expires: Field<number>;
  readonly changeOnFailure: Field<boolean, never>;
  readonly conditionalSameSiteNone: Field<boolean, never>;
  readonly domain: Field<string>;
  readonly sameSite: Field<string>;
  readonly secure: Field<boolean, never>;
};

/** Browsers keep a cookie for 400 days at most; dates must stay dates. */
const longest = 10_000_000_000;
const service = { scope: 'service', risk: 'Low' } as const;

/** The annotations of session affinity. */
export const sessionAffinityFields: SessionAffinityFields = {
  affinity: field('affinity', oneOf(['cookie']), {
    ...service,
    doc: 'Switches affinity by cookie on for the Service.',
    example: 'cookie',
    badExample: 'ip',
  }),
  mode: field('affinity-mode', oneOf(['balanced', 'persistent']), {
    ...service,
    doc: '`balanced`, also without it: scaling moves a part of the clients. `persistent`: nobody moves while their endpoint lives.',
    example: 'balanced',
    badExample: 'sticky',
    risk: 'Medium',
  }),
  canary: field('affinity-canary-behavior', oneOf(['sticky', 'legacy']), {
    ...service,
    doc: '`sticky`: clients stay on the side, primary or canary, of their first request. `legacy`: each request is decided anew.',
    default: 'sticky',
    example: 'legacy',
    badExample: 'never',
  }),
  name: field('session-cookie-name', cookieName(), {
    ...service,
    doc: 'The name of the cookie.',
    default: 'INGRESSCOOKIE',
    example: 'route',
    badExample: 'my cookie',
    risk: 'Medium',
  }),
  path: field('session-cookie-path', absolutePath(), {
    ...service,
    doc: 'The path for which browsers send the cookie.',
    example: '/shop',
    badExample: 'shop',
    risk: 'Medium',
  }),
  maxAge: field('session-cookie-max-age', seconds({ max: longest }), {
    ...service,
    doc: 'Seconds that browsers keep the cookie; without it until they close.',
    example: '172800',
    badExample: '2d',
    risk: 'Medium',
  }),
  expires: field('session-cookie-expires', seconds({ max: longest }), {
    ...service,
    doc: 'The same as a date, for browsers that know no Max-Age.',
    example: '172800',
    badExample: 'tomorrow',
    risk: 'Medium',
  }),
  changeOnFailure: field('session-cookie-change-on-failure', bool(), {
    ...service,
    doc: 'After a failed attempt the client gets another endpoint and a new cookie.',
    default: false,
    example: 'true',
    badExample: 'on',
  }),
  conditionalSameSiteNone: field('session-cookie-conditional-samesite-none', bool(), {
    ...service,
    doc: 'Leaves SameSite=None out for browsers that take it for Strict.',
    default: false,
    example: 'true',
    badExample: 'on',
  }),
  domain: field('session-cookie-domain', cookieDomain, {
    ...service,
    doc: 'The domain whose hosts get the cookie too.',
    example: 'example.com',
    badExample: 'example.com; Secure',
    risk: 'Medium',
  }),
  sameSite: field('session-cookie-samesite', sameSite, {
    ...service,
    doc: 'Whether pages of other sites may send the cookie: `None`, `Lax` or `Strict`, spelt like this.',
    example: 'Lax',
    badExample: 'maybe',
  }),
  secure: field('session-cookie-secure', bool(), {
    ...service,
    doc: 'Marks the cookie Secure also where the client came without TLS; with TLS it always is.',
    default: false,
    example: 'true',
    badExample: 'on',
  }),
};
