import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isIpv4, isLabel, isPathSegment, isPortName, isPortNumber, isServiceName, isSubdomain, isWildcardSubdomain } from './names.ts';
import { nearestName } from './nearest-name.ts';
import { formatRef, objectKey, refOf } from './ref.ts';

// Kubernetes' own expressions (k8s.io/apimachinery, util/validation), to compare the character checks with.
const label = '[a-z0-9]([-a-z0-9]*[a-z0-9])?';
const subdomain = new RegExp(`^${label}(\\.${label})*$`);
const service = /^[a-z]([-a-z0-9]*[a-z0-9])?$/;
const wildcard = new RegExp(`^\\*\\.${label}(\\.${label})*$`);

const text = fc.oneof(
  fc.string({ unit: fc.constantFrom('a', 'z', '0', '9', '-', '.', '*', 'A', '_', 'ä', '/'), maxLength: 12 }),
  fc.integer({ min: 60, max: 256 }).map((length) => 'a'.repeat(length)),
  fc.string(),
);

describe('names', () => {
  it('are Kubernetes’ names', () => {
    fc.assert(
      fc.property(text, (name) => {
        expect(isSubdomain(name)).toBe(name.length <= 253 && subdomain.test(name));
        expect(isWildcardSubdomain(name)).toBe(name.length <= 253 && wildcard.test(name));
        expect(isLabel(name)).toBe(name.length <= 63 && new RegExp(`^${label}$`).test(name));
        expect(isServiceName(name)).toBe(name.length <= 63 && service.test(name));
      }),
      { numRuns: 2000 },
    );
  });

  it('of ports', () => {
    for (const name of ['http', 'a', '1a', 'a-b-c', 'abcdefghijklmno']) expect(isPortName(name), name).toBe(true);
    for (const name of ['', '80', 'a--b', '-a', 'a-', 'A', 'abcdefghijklmnop', 'a_b']) expect(isPortName(name), name).toBe(false);
    for (const port of [1, 80, 65535]) expect(isPortNumber(port)).toBe(true);
    for (const port of [0, -1, 65536, 1.5, Number.NaN, Number.POSITIVE_INFINITY]) expect(isPortNumber(port)).toBe(false);
  });

  it('of addresses and references', () => {
    for (const address of ['1.2.3.4', '0.0.0.0', '255.255.255.255', '01.2.3.4']) expect(isIpv4(address), address).toBe(true);
    for (const address of ['', '1.2.3', '1.2.3.4.5', '256.1.1.1', 'a.b.c.4', '1.2.3.4a', '::1'])
      expect(isIpv4(address), address).toBe(false);
    for (const segment of ['a', 'A b', '...', '__proto__']) expect(isPathSegment(segment)).toBe(true);
    for (const segment of ['', '.', '..', 'a/b', 'a%2fb']) expect(isPathSegment(segment)).toBe(false);
  });
});

describe('the nearest name', () => {
  const names = ['cors-max-age', 'cors-allow-origin', 'enable-cors', 'app-root', 'auth-url', 'a', 'ab'];
  it.each([
    ['cors-maxage', 'cors-max-age'],
    ['CORS_MAX_AGE', 'cors-max-age'],
    ['cors-mxa-age', 'cors-max-age'],
    ['cors-allow-orgin', 'cors-allow-origin'],
    ['enabled-cors', 'enable-cors'],
    ['aproot', 'app-root'],
    ['auth-uri', 'auth-url'],
    ['', undefined],
    ['b', undefined],
    ['something-else', undefined],
    ['__proto__', undefined],
  ])('of %j is %j', (name, nearest) => {
    expect(nearestName(name, names)).toBe(nearest);
  });

  it('is the first of two as near, itself when it is there, and cheap for hostile text', () => {
    expect(nearestName('abcx', ['abcd', 'abce'])).toBe('abcd');
    fc.assert(
      fc.property(
        fc.array(fc.string({ unit: fc.constantFrom('a', 'b', 'c'), minLength: 3, maxLength: 9 }), { minLength: 1 }),
        (all) => nearestName(all[0] ?? '', all) === all[0],
      ),
    );
    expect(nearestName('x'.repeat(1_000_000), [`${'x'.repeat(128)}`])).toBe('x'.repeat(128));
  });
});

describe('references', () => {
  it('are written and keyed without running into each other', () => {
    expect(refOf({ kind: 'Ingress', metadata: { name: 'a', namespace: 'b', uid: 'u' } })).toEqual({
      kind: 'Ingress',
      namespace: 'b',
      name: 'a',
      uid: 'u',
    });
    expect(refOf({ kind: 'Namespace', metadata: { name: 'a' } })).toEqual({ kind: 'Namespace', name: 'a' });
    expect([formatRef({ namespace: 'b', name: 'a' }), formatRef({ name: 'a' }), formatRef({ namespace: '', name: 'a' })]).toEqual([
      'b/a',
      'a',
      'a',
    ]);
    const keys = [
      objectKey('A', 'b', 'c'),
      objectKey('A', undefined, 'b-c'),
      objectKey('A', 'b-c', 'd'),
      objectKey('A', 'b', 'c-d'),
      objectKey('A', '', 'b'),
    ];
    expect(new Set(keys).size).toBe(keys.length);
  });
});
