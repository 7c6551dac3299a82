import type { RequestInput } from '@ingresskit/annotations';
import { canonicalize } from '@ingresskit/annotations';
import type { Backend, Route, RouteTable, VirtualHost } from '@ingresskit/route-table';
import { backendKey } from '@ingresskit/route-table';
import type { Arm } from './arms.ts';
import type { ForwardDecision } from './decision.ts';
import { decisionBackend } from './decision.ts';
import { forwardDecision } from './forward.ts';
import { LiveExchange } from './live-exchange.ts';
import type { WalkSetup } from './route-walk.ts';
import { endpointsAt } from './usable-endpoints.ts';

/** Where no route is: nothing but the Service has a say. */
const nowhere: { readonly host: VirtualHost; readonly route: Route } = Object.freeze({
  host: Object.freeze({ host: '', policies: Object.freeze({}), routes: Object.freeze([]) }) as unknown as VirtualHost,
  route: Object.freeze({
    path: Object.freeze({ kind: 'prefix', value: '/' }),
    pathType: 'Prefix',
    pathText: '/',
    backends: Object.freeze([]),
    policies: Object.freeze({}),
  }) as unknown as Route,
});
const shown = Object.freeze({ ingress: '', host: '', path: '/', pathType: 'Prefix' });

/**
 * How a request goes to a Service that no route led it to: the protocol that its port has, and the policies of its backend. `undefined` for a request
 * that is none, and where a policy of the Service would answer by itself.
 */
export function serviceDecision(
  { planner }: WalkSetup,
  table: RouteTable,
  backend: Backend,
  input: RequestInput,
): ForwardDecision | undefined {
  const canonical = canonicalize(input, table.request);
  if (!canonical.ok) return undefined;
  const key = backendKey(backend);
  const arm: Arm = { backend, shown: decisionBackend(backend), key, canary: undefined, policies: undefined, split: undefined };
  const exchange = new LiveExchange(canonical.request, nowhere, arm, table.backends, undefined);
  exchange.upstreamProtocol = endpointsAt(table, key)?.protocol ?? 'HTTP';
  const policies = table.backends.get(key);
  for (const step of policies === undefined ? [] : planner.backendPlanOf(policies)) {
    exchange.settings = step.settings;
    if (step.family.request?.(step.policy, exchange) !== undefined) return undefined;
  }
  return forwardDecision(exchange, backend, { route: shown, arm, fallback: undefined, status: undefined });
}
