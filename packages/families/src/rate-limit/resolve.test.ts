import { describe, expect, it } from 'vitest';
import { resolveFamily } from '../testing/resolve.ts';
import { rateLimit } from './rate-limit.ts';

const resolve = (annotations: Readonly<Record<string, string>>) => resolveFamily(rateLimit, annotations);

describe('limits of single clients', () => {
  it('count each address on all routes of the Ingress, with a burst of limit times multiplier', () => {
    const { policy } = resolve({ 'limit-rps': '5', 'limit-rpm': '60', 'limit-burst-multiplier': '2', 'limit-allowlist': '10.0.0.0/8' });
    const shared = {
      algorithm: 'leaky-bucket',
      scope: 'ingress',
      counted: 'replica',
      key: [{ variable: 'remote_addr' }],
      exempt: ['10.0.0.0/8'],
    };
    expect(policy).toMatchObject({
      limits: [
        { name: 'limit-rps', requests: 5, perMs: 1000, burst: 10, ...shared },
        { name: 'limit-rpm', requests: 60, perMs: 60_000, burst: 120, ...shared },
      ],
      allowlist: ['10.0.0.0/8'],
    });
  });

  it('are off at 0 and below', () => {
    expect(resolve({ 'limit-rps': '0', 'limit-rpm': '-1' }).policy).toBeUndefined();
  });

  it('take a multiplier of 0 for none', () => {
    expect(resolve({ 'limit-rps': '4', 'limit-burst-multiplier': '0' }).policy?.limits[0]?.burst).toBe(20);
  });

  it('close the routes when they or their exemptions cannot be read', () => {
    for (const annotations of [
      { 'limit-rps': '5r/s' },
      { 'limit-rps': '5', 'limit-allowlist': '10.0.0.0/8, office' },
      { 'limit-rps': ' ' },
    ]) {
      expect(resolve(annotations)).toMatchObject({ policy: undefined, isDenied: true, codes: ['annotation/invalid-value'] });
    }
  });

  it('read the older name of the allow list when the current one is absent', () => {
    expect(resolve({ 'limit-rps': '5', 'limit-whitelist': '192.0.2.0/24' }).policy?.allowlist).toEqual(['192.0.2.0/24']);
    expect(resolve({ 'limit-rps': '5', 'limit-whitelist': '192.0.2.0/24', 'limit-allowlist': '10.0.0.1' })).toMatchObject({
      policy: { allowlist: ['10.0.0.1'] },
      codes: ['annotation/unused-alias'],
    });
  });
});

describe('the limit of older releases for all replicas', () => {
  it('counts by a key in a window', () => {
    const { policy } = resolve({
      'global-rate-limit': '100',
      'global-rate-limit-window': '2m',
      'global-rate-limit-key': '$host-$remote_addr',
      'global-rate-limit-ignored-cidrs': '127.0.0.1',
    });
    expect(policy?.limits).toEqual([
      {
        name: 'global-rate-limit',
        algorithm: 'sliding-window',
        requests: 100,
        perMs: 120_000,
        burst: 0,
        scope: 'ingress',
        counted: 'gateway',
        key: [{ variable: 'host' }, '-', { variable: 'remote_addr' }],
        exempt: ['127.0.0.1'],
        answer: { status: 429, headers: {}, body: '' },
      },
    ]);
  });

  it('closes the routes without a window or with a key nobody knows', () => {
    expect(resolve({ 'global-rate-limit': '100' })).toMatchObject({ isDenied: true, codes: ['rate-limit/window-missing'] });
    const unknown = { 'global-rate-limit': '100', 'global-rate-limit-window': '1m', 'global-rate-limit-key': '$request_id' };
    expect(resolve(unknown)).toMatchObject({ isDenied: true, codes: ['rate-limit/unknown-variable'] });
  });
});

it('details without a limit are named', () => {
  for (const name of ['route-limit-burst-multiplier', 'limit-burst-multiplier']) {
    expect(resolve({ [name]: '2' })).toMatchObject({ policy: undefined, isDenied: false, codes: ['rate-limit/nothing-to-modify'] });
  }
});

it('zero and negative limits of routes close them, where the twin takes them for huge ones', () => {
  for (const value of ['0', '-1', '1e3', '9007199254740993']) expect(resolve({ 'route-limit-rps': value }).isDenied).toBe(true);
});
