import type { BackendProtocolPolicy, BufferingPolicy, ConnectionPolicy, ObservabilityPolicy } from '@ingresskit/families';
import type { Diagnostic, DiagnosticSet, ObjectRef } from '@ingresskit/resources';
import { defineDiagnostics } from '@ingresskit/resources';
import type { Policies, RouteTable } from '@ingresskit/route-table';
import { speaksHttp2 } from './exchange/forward-policies.ts';

/** The keys of a decision's `policies` that the data plane carries out. */
export const enforcedPolicies: readonly string[] = Object.freeze([
  'accessLog',
  'affinity',
  'bandwidth',
  'buffering',
  'concurrencyLimit',
  'connectTimeoutMs',
  'connections',
  'fastcgi',
  'hash',
  'httpVersion',
  'loadBalance',
  'maxBodyBytes',
  'mirror',
  'rateLimit',
  'readTimeoutMs',
  'retry',
  'sendTimeoutMs',
  'serverTls',
  'serviceUpstream',
  'timeoutMs',
  'tracing',
  'upstreamConnection',
  'upstreamTls',
  'warmUp',
]);

/** The keys that it does not carry out, and why. */
export const declaredOnly: Readonly<Record<string, string>> = Object.freeze({
  http2rpc: 'Dubbo calls are not made; the request goes to the backend as it is.',
  mcpServer: 'MCP servers are not part of the data plane; the request goes to the backend as it is.',
  mcpSession: 'Sessions of MCP do not choose the endpoint.',
  rewriteLog: 'Steps of rewrites are not logged; `ingresskit explain` shows them.',
  waf: 'No firewall looks into requests.',
  wasmPlugin: 'Modules are never loaded.',
});

/** What serving a table reports. */
export const proxyDiagnostics: DiagnosticSet = defineDiagnostics('proxy', {
  'policy-not-enforced': {
    severity: 'warning',
    consequence: 'none',
    title: 'The data plane does not carry a policy out, or not all of it',
    doc: 'Decisions name the policy, and requests are served without what it asks for. The message says what happens instead. It is reported once for each family.',
  },
});

/** What of a family's policy nobody here carries out: a sentence, or `undefined` where all of it is. */
type Shortfall = (policy: never, options: EnforcementOptions, place: Place) => string | undefined;

/** What else is known where a policy holds. */
interface Place {
  /** What the Pods speak, for policies of a Service. */
  readonly protocol: string | undefined;
}

const shortfalls: Readonly<Record<string, Shortfall>> = {
  'backend-protocol': ({ protocol, httpVersion }: BackendProtocolPolicy) => {
    if (protocol === 'AJP') return 'AJP is not spoken; requests to such a backend are answered with 502.';
    return httpVersion === '1.0' ? 'A connection carries one request, as with HTTP/1.0, and the request still says HTTP/1.1.' : undefined;
  },
  buffering: ({ responses, fileBytes }: BufferingPolicy) =>
    // Where nothing is said, nginx takes 1 GiB of disk.
    responses === true && fileBytes !== 0
      ? 'Nothing is written to disk: what the buffers do not hold of a response waits at the backend.'
      : undefined,
  'connection-policy': ({ mostConnections }: ConnectionPolicy, _options, { protocol = 'HTTP' }) =>
    mostConnections !== undefined && speaksHttp2(protocol)
      ? 'Over HTTP/2 each endpoint gets as many connections as the whole Service may have; what all of them have together is not bounded.'
      : undefined,
  http2rpc: () => declaredOnly['http2rpc'],
  'load-balance': ({ mcpSession }: { readonly mcpSession?: unknown }) =>
    mcpSession === undefined ? undefined : declaredOnly['mcpSession'],
  'mcp-server': () => declaredOnly['mcpServer'],
  observability: ({ rewriteLog, tracing }: ObservabilityPolicy, { traces }) => {
    if (rewriteLog === true) return declaredOnly['rewriteLog'];
    return tracing?.enabled === true && !traces ? 'Nothing records spans here; contexts of traces pass as they came.' : undefined;
  },
  waf: ({ enabled }: { readonly enabled: boolean }) => (enabled ? declaredOnly['waf'] : undefined),
  'wasm-plugin': () => declaredOnly['wasmPlugin'],
};

/** What a data plane has beside the table. */
export interface EnforcementOptions {
  /** Whether it records spans. */
  readonly traces: boolean;
}

/** Says which policies of a table the data plane does not carry out: one diagnostic for each family and shortfall, at the first Ingress that has it. */
export function enforcementDiagnostics(table: RouteTable, options: EnforcementOptions = { traces: false }): readonly Diagnostic[] {
  const found = new Map<
    string,
    { readonly family: string; readonly text: string; readonly object: ObjectRef | undefined; count: number }
  >();
  const look = (policies: Policies | undefined, object: ObjectRef | undefined, protocol?: string): void => {
    for (const family in policies) {
      const text = shortfalls[family]?.(policies[family] as never, options, { protocol });
      if (text === undefined) continue;
      const key = `${family} ${text}`;
      const known = found.get(key);
      if (known === undefined) found.set(key, { family, text, object, count: 1 });
      else known.count += 1;
    }
  };
  for (const [, { policies, routes }] of table.hosts) {
    look(policies, routes[0]?.provenance.ingress);
    for (const route of routes) {
      look(route.policies, route.provenance.ingress);
      for (const arm of route.backends) look(arm.policies, route.provenance.ingress);
      for (const canary of route.canaries ?? []) look(canary.policies, canary.provenance.ingress);
    }
  }
  for (const [key, policies] of table.backends) {
    const own = policies['backend-protocol'] as BackendProtocolPolicy | undefined;
    look(policies, undefined, own?.protocol ?? table.endpoints.get(key)?.protocol);
  }
  return Array.from(found.values(), ({ family, text, object, count }) =>
    proxyDiagnostics.make('policy-not-enforced', {
      message: `${family}: ${text}`,
      help: 'Remove the annotation, or serve these routes with a gateway that has it.',
      ...(object === undefined ? {} : { object }),
      data: { family, places: count },
    }),
  );
}
