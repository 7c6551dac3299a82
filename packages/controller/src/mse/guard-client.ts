import { type ControllerClient, operations } from '@ingresskit/cloud';
import { notLeading } from '../controller/gateway-provider.ts';

/** A client whose calls that change something are not sent unless they may: between two steps of a plan the lead may be lost. */
export function guardClient(client: ControllerClient, mayAct: () => boolean): ControllerClient {
  const changing = new Set(
    Object.entries(operations)
      .filter(([, { kind }]) => kind !== 'read')
      .map(([name]) => name.slice(0, 1).toLowerCase() + name.slice(1)),
  );
  const guarded = Object.entries(client).map(([name, member]: [string, unknown]) => {
    if (typeof member !== 'function' || !changing.has(name)) return [name, member];
    const call = member as (...parameters: readonly unknown[]) => unknown;
    return [name, (...parameters: readonly unknown[]) => (mayAct() ? call(...parameters) : Promise.reject(notLeading()))];
  });
  return Object.fromEntries(guarded) as ControllerClient;
}
