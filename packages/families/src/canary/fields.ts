import type { Field } from '@ingresskit/annotations';
import { bool, cookieName, field, int } from '@ingresskit/annotations';
import { headerName, pattern, queryName, value } from './codecs.ts';

/** The largest weight and total that are read: far above any use, far below the numbers that lose precision. */
const largest = 1_000_000_000;

/** The fields of the family, by their names in code. */
export type CanaryFields = {
  readonly enabled: Field<boolean, never>;
  readonly header: Field<string>;
  readonly headerValue: Field<string>;
  readonly headerPattern: Field<string>;
  readonly query: Field<string>;
  readonly queryValue: Field<string>;
  readonly queryPattern: Field<string>;
  readonly cookie: Field<string>;
  readonly cookieValue: Field<string>;
  readonly weight: Field<number, never>;
  readonly total: Field<number, never>;
};

/** The annotations of a canary Ingress. */
export const canaryFields: CanaryFields = {
  enabled: field('canary', bool(), {
    doc: 'Makes the Ingress a canary of the Ingress with the same host, path and path type.',
    default: false,
    example: 'true',
    badExample: 'yes',
    risk: 'Low',
  }),
  header: field('canary-by-header', headerName, {
    doc: 'The request header that selects the canary; without a value or pattern it must hold `always`.',
    example: 'x-stage',
    badExample: 'x stage',
    risk: 'Medium',
  }),
  headerValue: field('canary-by-header-value', value, {
    doc: 'What the header must hold, exactly.',
    example: 'gray',
    badExample: 'gray\u0000',
    risk: 'Medium',
  }),
  headerPattern: field('canary-by-header-pattern', pattern, {
    doc: 'An RE2 pattern that must match somewhere in the header. The value, where there is one, holds instead.',
    example: '^user-[0-9]+$',
    badExample: '(',
    risk: 'Medium',
  }),
  query: field('canary-by-query', queryName, {
    doc: 'The query parameter that selects the canary; without a value or pattern it must hold `always`. Beside a header, both must match.',
    example: 'stage',
    badExample: 'a=b',
    dialect: 'mse',
    risk: 'Medium',
  }),
  queryValue: field('canary-by-query-value', value, {
    doc: 'What the query parameter must hold, exactly and before decoding.',
    example: 'gray',
    badExample: 'gray\u0000',
    dialect: 'mse',
    risk: 'Medium',
  }),
  queryPattern: field('canary-by-query-pattern', pattern, {
    doc: 'An RE2 pattern that must match somewhere in the query parameter. The value, where there is one, holds instead.',
    example: '^[0-4]',
    badExample: '(',
    dialect: 'mse',
    risk: 'Medium',
  }),
  cookie: field('canary-by-cookie', cookieName(), {
    doc: 'The cookie that selects the canary; without a value it must hold `always`.',
    example: 'stage',
    badExample: 'a=b',
    risk: 'Medium',
  }),
  cookieValue: field('canary-by-cookie-value', value, {
    doc: 'What the cookie must hold, exactly.',
    example: 'gray',
    badExample: 'gray\u0000',
    dialect: 'mse',
    since: '1.2.30',
    risk: 'Medium',
  }),
  weight: field('canary-weight', int({ min: 0, max: largest }), {
    doc: 'The part of the requests that the canary takes, out of `canary-weight-total`.',
    default: 0,
    example: '20',
    badExample: '-1',
    risk: 'Low',
  }),
  total: field('canary-weight-total', int({ min: 1, max: largest }), {
    doc: 'The whole that `canary-weight` is a part of.',
    default: 100,
    example: '1000',
    badExample: '0',
    risk: 'Low',
  }),
};
