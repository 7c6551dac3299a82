import type { Ingress } from '@ingresskit/resources';

/** Ingresses that meet on one gateway, and the requests sent to it. */
export interface Scene {
  readonly ingresses: readonly Ingress[];
  readonly requests: readonly SceneRequest[];
}

/** A request as it goes over the wire. */
export interface SceneRequest {
  readonly method: string;
  /** Path and query, as sent. */
  readonly target: string;
  /** Values of Host headers: one, none, or several. */
  readonly hosts: readonly string[];
  /** The loopback address that it comes from. */
  readonly source: string;
  readonly headers: readonly (readonly [name: string, value: string])[];
}

/** What became of a request: of the real gateway, or of the model. Members that an answer does not have are absent. */
export interface Observation {
  readonly status: number;
  readonly location?: string;
  /** WWW-Authenticate. */
  readonly challenge?: string;
  /** Who got the request; absent when the gateway answered by itself. */
  readonly upstream?: ObservedUpstream;
}

export interface ObservedUpstream {
  /** `namespace/service:port`, or `default` for the controller's own default backend. */
  readonly backend: string;
  /** `namespace/name path` of the rule that sent it there; `/` for what no rule has. Empty for the controller's own default backend. */
  readonly owner: string;
  /** Path and query as they arrive. */
  readonly uri: string;
  /** The headers that are compared, by name; a header that did not arrive is absent. */
  readonly headers: Readonly<Record<string, string>>;
}

/** Request headers that are compared when a request arrives at a backend. */
export const comparedHeaders: readonly string[] = [
  'host',
  'authorization',
  'proxy',
  'x-forwarded-for',
  'x-forwarded-host',
  'x-forwarded-port',
  'x-forwarded-proto',
  'x-forwarded-scheme',
  'x-forwarded-prefix',
  'x-original-forwarded-for',
  'x-original-forwarded-host',
  'x-real-ip',
  'x-scheme',
  'x-probe',
];

/** The controller's own default backend. */
export const defaultBackendName = 'default';

/** The text of a request for messages. */
export function formatRequest({ method, target, hosts, source, headers }: SceneRequest): string {
  const lines = [...hosts.map((host) => `Host: ${host}`), ...headers.map(([name, value]) => `${name}: ${value}`)];
  return [`${method} ${target} HTTP/1.1   (from ${source})`, ...lines].join('\n');
}
