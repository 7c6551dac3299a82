import { expect, test } from 'vitest';
import { resolveFamily } from '../testing/resolve.ts';
import { connectionPolicy } from './connection-policy.ts';

test.each([
  ['tcp-max-connection', { mostConnections: 7 }],
  ['tcp-max-connection-per-endpoint', { mostConnectionsPerEndpoint: 7 }],
  ['http-max-request-per-connection', { requestsPerConnection: 7 }],
])('%s sets one bound, and a bad value none', (name, policy) => {
  const key = `connection-policy-${name}`;
  expect(resolveFamily(connectionPolicy, { [key]: '7' })).toEqual({ policy, isDenied: false, codes: [] });
  for (const value of ['0', '-1', '7 ', '1.5', 'many', '1000000001']) {
    expect(resolveFamily(connectionPolicy, { [key]: value })).toEqual({
      policy: undefined,
      isDenied: false,
      codes: ['annotation/invalid-value'],
    });
  }
});
