import type { Profile } from '@ingresskit/annotations';
import { parseManifests } from '@ingresskit/resources/yaml';
import { type Compiled, compile } from 'ingresskit';
import type { Endpoint } from '../endpoint.ts';
import type { ExchangeRecord } from '../exchange/record.ts';
import type { IngressProxy } from '../ingress-proxy.ts';
import type { ListenerAddress } from '../listen/listener.ts';
import type { PassthroughRecord } from '../passthrough/index.ts';
import { createProxy } from '../proxy.ts';
import type { ProxyOptions } from '../proxy-options.ts';
import { withEndpoints } from '../with-endpoints.ts';

/** Manifests, compiled, with the endpoints of some Service ports. */
export function compiled(
  manifests: string,
  endpoints: Readonly<Record<string, readonly Endpoint[]>> = {},
  profile: string | Profile = 'mse',
): Compiled {
  const { resources } = parseManifests(manifests, { file: 'test.yaml' });
  const result = compile(resources, { profile });
  return {
    ...result,
    table: withEndpoints(result.table, new Map(Object.entries(endpoints))),
    snapshot: result.snapshot,
    diagnostics: result.diagnostics,
  };
}

/** A Service with one port, as YAML. */
export function serviceYaml(name: string, port = 80): string {
  return `---\napiVersion: v1\nkind: Service\nmetadata: { name: ${name} }\nspec: { ports: [{ port: ${port} }] }\n`;
}

/** An Ingress with paths of one host, as YAML. */
export function ingressYaml(
  name: string,
  host: string,
  paths: Readonly<Record<string, string>>,
  annotations: Readonly<Record<string, string>> = {},
  tlsSecret?: string,
): string {
  const notes = Object.entries(annotations).map(
    ([key, value]) => `    ${key.includes('/') ? key : `nginx.ingress.kubernetes.io/${key}`}: ${JSON.stringify(value)}\n`,
  );
  const rows = Object.entries(paths).map(
    ([path, service]) =>
      `          - { path: ${JSON.stringify(path)}, pathType: Prefix, backend: { service: { name: ${service}, port: { number: 80 } } } }\n`,
  );
  return (
    `---\napiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata:\n  name: ${name}\n` +
    (notes.length === 0 ? '' : `  annotations:\n${notes.join('')}`) +
    `spec:\n${tlsSecret === undefined ? '' : `  tls: [{ hosts: [${JSON.stringify(host)}], secretName: ${tlsSecret} }]\n`}` +
    `  rules:\n    - host: ${JSON.stringify(host)}\n      http:\n        paths:\n${rows.join('')}`
  );
}

/** A proxy with one plain listener, serving the table, and what it recorded. */
export interface Running {
  readonly proxy: IngressProxy;
  readonly port: number;
  readonly tlsPort: number;
  readonly records: ExchangeRecord[];
  /** TLS connections that it handed on unopened. */
  readonly passthroughs: PassthroughRecord[];
  readonly errors: unknown[];
  /** The next exchange that ends. */
  nextRecord(): Promise<ExchangeRecord>;
  nextPassthrough(): Promise<PassthroughRecord>;
  close(): Promise<void>;
}

export async function startProxy(
  served: Compiled,
  options: ProxyOptions = {},
  listeners: ProxyOptions['listeners'] = [{ port: 0 }],
): Promise<Running> {
  const proxy = createProxy({ listeners, ...options });
  const records: ExchangeRecord[] = [];
  const passthroughs: PassthroughRecord[] = [];
  const errors: unknown[] = [];
  const waitingToPass: ((record: PassthroughRecord) => void)[] = [];
  const waiting: ((record: ExchangeRecord) => void)[] = [];
  proxy.on('exchange', (record) => {
    records.push(record);
    waiting.shift()?.(record);
  });
  proxy.on('passthrough', (record) => {
    passthroughs.push(record);
    waitingToPass.shift()?.(record);
  });
  proxy.on('error', (error) => errors.push(error));
  proxy.update(served.table, served.snapshot);
  const addresses = await proxy.listen();
  const portOf = (scheme: ListenerAddress['scheme']): number => addresses.find((address) => address.scheme === scheme)?.port ?? 0;
  return {
    proxy,
    port: portOf('http'),
    tlsPort: portOf('https'),
    records,
    passthroughs,
    errors,
    nextRecord: () => new Promise((resolve) => waiting.push(resolve)),
    nextPassthrough: () => new Promise((resolve) => waitingToPass.push(resolve)),
    close: () => proxy.close(),
  };
}
