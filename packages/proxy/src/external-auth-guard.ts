import { isIPv6 } from 'node:net';
import { addressProblem } from '@ingresskit/families';
import type { ExternalAuthClientOptions } from './external-auth/index.ts';
import type { ProxyOptions } from './proxy-options.ts';

/** Where authentication services may be: what tenants may reach through the gateway, and what its operator allows beyond that. */
export function guardOf({ resolver, allowAddress }: ProxyOptions): Pick<ExternalAuthClientOptions, 'checkAddress' | 'resolve'> {
  return {
    checkAddress: (address) => (allowAddress?.(address) === true ? undefined : addressProblem(address)?.message),
    ...(resolver === undefined
      ? {}
      : {
          resolve: async (name) => {
            const addresses = await resolver.resolve(name);
            return addresses.map((address) => ({ address, family: isIPv6(address) ? 6 : 4 }));
          },
        }),
  };
}
