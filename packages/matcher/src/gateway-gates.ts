import type { CanonicalRequest } from '@ingresskit/annotations';
import { addressSet, isAddress } from '@ingresskit/annotations';
import type { RouteTable } from '@ingresskit/route-table';
import type { Decision } from './decision.ts';
import type { Recorder } from './trace.ts';

/** Gateway-level gates: every list must let the client pass, whatever its host and route say. */
export function refuseAtGateway(
  { gateway }: RouteTable,
  { clientAddress }: CanonicalRequest,
  record: Recorder | undefined,
): Decision | undefined {
  if (gateway.denied !== undefined) {
    record?.({
      stage: 'gateway',
      outcome: 'answered',
      message: 'The address list of the gateway cannot be read, so every request is refused.',
      object: gateway.denied.source,
      data: { code: gateway.denied.code },
    });
    return { kind: 'respond', status: 503, headers: {}, body: '', reason: 'denied' };
  }
  for (const { allow, deny, source } of gateway.addressLists) {
    const isRefused =
      !isAddress(clientAddress) ||
      (deny !== undefined && addressSet(deny).has(clientAddress)) ||
      (allow !== undefined && !addressSet(allow).has(clientAddress));
    record?.({
      stage: 'gateway',
      outcome: isRefused ? 'answered' : 'passed',
      message: `The address list of the gateway ${isRefused ? 'refuses' : 'lets'} ${clientAddress}${isRefused ? '' : ' pass'}.`,
      object: source,
      path: ['spec', 'global', 'ipAccessControl'],
    });
    if (isRefused) return { kind: 'respond', status: 403, headers: {}, body: '', reason: 'ip-access' };
  }
  return undefined;
}
