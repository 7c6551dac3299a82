import { describe, expect, it, test } from 'vitest';
import { exchangeOf } from '../testing/exchange.ts';
import { resolveFamily } from '../testing/resolve.ts';
import { hash32 } from './hash.ts';
import { loadBalance } from './load-balance.ts';
import { subsetsOf } from './subset.ts';

/** The spelling of a variable that ends at its brace. */
const braced = '$'.concat('{host}');
const nginx = { algorithms: { round_robin: 'round_robin', ewma: 'ewma' }, ignoresCase: false, hashKeys: 'template' };
const resolve = (annotations: Readonly<Record<string, string>>, settings = {}) => resolveFamily(loadBalance, annotations, { settings });

function declared(
  annotations: Readonly<Record<string, string>>,
  url: string,
  headers: Readonly<Record<string, string>> = {},
  settings = {},
) {
  const { policy } = resolve(annotations, settings);
  if (policy === undefined) throw new Error('there is no policy');
  const { exchange, edits } = exchangeOf({ url, headers, clientAddress: '192.0.2.1' });
  loadBalance.request?.(policy, exchange);
  return edits.declared;
}

describe('algorithms', () => {
  it('are words of the gateway, in any case where it does not care', () => {
    expect(resolve({ 'load-balance': 'Least_Conn' }).policy).toEqual({ algorithm: 'least_conn' });
    expect(resolve({ 'load-balance': 'ewma' }, nginx).policy).toEqual({ algorithm: 'ewma' });
    expect(resolve({ 'load-balance': 'EWMA' }, nginx)).toEqual({
      policy: { algorithm: 'round_robin' },
      isDenied: false,
      codes: ['load-balance/unknown-algorithm'],
    });
    expect(resolve({ 'load-balance': 'constructor' }).codes).toEqual(['load-balance/unknown-algorithm']);
  });
});

describe('keys', () => {
  test.each([
    ['$request_uri', '/a%20b?x=1'],
    ['$host', 'shop.example.com'],
    ['$remote_addr', '192.0.2.1'],
    ['$http_x-stage', 'gray'],
    ['$arg_x', '1'],
  ])('%s is one variable alone on MSE', (key, value) => {
    const { hash } = declared({ 'upstream-hash-by': key }, 'http://shop.example.com/a%20b?x=1', { 'x-stage': 'gray' });
    expect(hash).toEqual({ by: key, position: hash32(value) });
  });

  test.each(['$uri', '$cookie_a', 'text', '$host$uri', braced, 'a$host'])('%s is no key on MSE', (key) => {
    expect(resolve({ 'upstream-hash-by': key })).toMatchObject({ policy: undefined, codes: ['load-balance/unusable-key'] });
  });

  test.each([
    ['$http_x_stage', 'gray'],
    [`${braced}-$arg_x`, 'shop.example.com-1'],
    ['$cookie_a', 'b'],
    ['fixed', 'fixed'],
  ])('%s is a template on ingress-nginx', (key, value) => {
    const { hash } = declared({ 'upstream-hash-by': key }, 'http://shop.example.com/?x=1', { 'x-stage': 'gray', cookie: 'a=b' }, nginx);
    expect(hash).toMatchObject({ position: hash32(value) });
  });

  it('of ingress-nginx have values that requests tell', () => {
    expect(resolve({ 'upstream-hash-by': '$request_id' }, nginx).codes).toEqual(['load-balance/unusable-key']);
  });

  it('never stand in the decision, since they may be credentials', () => {
    const all = declared(
      { 'upstream-hash-by': '$http_authorization' },
      'http://shop.example.com/',
      { authorization: 'Basic c2VjcmV0' },
      nginx,
    );
    expect(JSON.stringify(all)).not.toContain('c2VjcmV0');
  });
});

describe('subsets', () => {
  it('have three endpoints unless said otherwise', () => {
    const key = { 'upstream-hash-by': '$host', 'upstream-hash-by-subset': 'true' };
    expect(resolve(key, nginx).policy?.hash?.subsetSize).toBe(3);
    expect(resolve({ ...key, 'upstream-hash-by-subset-size': '0' }, nginx).policy?.hash?.subsetSize).toBe(3);
    expect(resolve({ ...key, 'upstream-hash-by-subset-size': '5' }, nginx).policy?.hash?.subsetSize).toBe(5);
    expect(declared({ ...key }, 'http://shop.example.com/', {}, nginx)['hash']).toMatchObject({ subsetSize: 3 });
  });

  it('need a key', () => {
    expect(resolve({ 'upstream-hash-by-subset': 'true' })).toMatchObject({ policy: undefined, codes: ['load-balance/subset-without-key'] });
  });

  it('fill the last group from the start', () => {
    expect(subsetsOf([1, 2, 3, 4, 5], 2)).toEqual([
      [1, 2],
      [3, 4],
      [5, 1],
    ]);
    expect(subsetsOf([1], 3)).toEqual([[1]]);
  });
});
