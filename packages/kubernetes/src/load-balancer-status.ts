/** Where clients reach the gateway. */
export interface LoadBalancerAddress {
  readonly ip?: string;
  readonly hostname?: string;
}

/** The status of an Ingress served at these addresses, in an order that does not depend on theirs. */
export function ingressStatusOf(addresses: Iterable<LoadBalancerAddress>): Readonly<Record<string, unknown>> {
  const sorted = [...addresses].map(({ ip, hostname }) => ({
    ...(ip === undefined ? {} : { ip }),
    ...(hostname === undefined ? {} : { hostname }),
  }));
  const textOf = (address: LoadBalancerAddress): string => `${address.ip ?? ''} ${address.hostname ?? ''}`;
  sorted.sort((a, b) => (textOf(a) < textOf(b) ? -1 : textOf(a) > textOf(b) ? 1 : 0));
  return { loadBalancer: { ingress: sorted } };
}
