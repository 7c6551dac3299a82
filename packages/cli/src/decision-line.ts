import type { Decision, DecisionArm, DecisionBackend, DecisionRoute, HeaderEdits, TraceStep } from 'ingresskit';

/** The policies in the order in which the contract shows them; others follow as they come. */
const policyOrder = ['timeoutMs', 'retry', 'mirror', 'loadBalance', 'affinity', 'rateLimit'];

/**
 * The line of a decision as the machine contract has it: every field at its place, whatever order the decision's own object has. `id` and `trace` only
 * where they are given.
 */
export function decisionLine(decision: Decision, id: string | undefined, trace: readonly TraceStep[] | undefined): string {
  return JSON.stringify({ ...(id === undefined ? {} : { id }), ...body(decision), ...(trace === undefined ? {} : { trace }) });
}

function body(decision: Decision): Readonly<Record<string, unknown>> {
  switch (decision.kind) {
    case 'forward': {
      const { kind, backend, split, upstream, response, policies, fallback } = decision;
      const { protocol, host, path } = upstream;
      return {
        kind,
        route: routeBody(decision.route),
        backend: backendBody(backend),
        ...(split === undefined ? {} : { split: split.map(armBody) }),
        upstream: { protocol, host, path, headers: editsBody(upstream.headers) },
        response: { ...(response.status === undefined ? {} : { status: response.status }), headers: editsBody(response.headers) },
        policies: policiesBody(policies),
        ...(fallback === undefined ? {} : { fallback: { from: backendBody(fallback.from), because: fallback.because } }),
      };
    }
    case 'redirect': {
      const { kind, status, location, headers, route } = decision;
      return { kind, status, location, headers, ...(route === undefined ? {} : { route: routeBody(route) }) };
    }
    case 'respond': {
      const { kind, status, headers, body: text, reason, route } = decision;
      return { kind, status, headers, body: text, reason, ...(route === undefined ? {} : { route: routeBody(route) }) };
    }
    case 'no-route':
      return { kind: decision.kind, status: decision.status };
  }
}

function routeBody({ ingress, host, path, pathType, canary }: DecisionRoute): DecisionRoute {
  return { ingress, host, path, pathType, ...(canary === undefined ? {} : { canary }) };
}

function backendBody({ namespace, service, port, subset }: DecisionBackend): DecisionBackend {
  return { namespace, service, port, ...(subset === undefined ? {} : { subset }) };
}

function armBody(arm: DecisionArm): DecisionArm {
  const { namespace, service, port, subset, weight } = arm;
  return { namespace, service, port, ...(subset === undefined ? {} : { subset }), weight };
}

function editsBody({ set, append, remove }: HeaderEdits): HeaderEdits {
  return { set, append, remove };
}

function policiesBody(policies: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const names = Object.keys(policies);
  const known = policyOrder.filter((name) => Object.hasOwn(policies, name));
  return Object.fromEntries([...known, ...names.filter((name) => !known.includes(name))].map((name) => [name, policies[name]]));
}
