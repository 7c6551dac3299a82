import { createProxy, type Endpoint, type IngressProxy, type ProxyOptions, selfSignedCertificates, withEndpoints } from '@ingresskit/proxy';
import { compile, formatDiagnostics, parseManifests } from 'ingresskit';

/** A gateway that serves a text of manifests and sends requests to the given endpoints, by `namespace/service:port`. It opens nothing before `listen`. */
export function createGateway(manifests: string, endpoints: Record<string, Endpoint[]>, options: ProxyOptions = {}): IngressProxy {
  const { resources, diagnostics: reading } = parseManifests(manifests, { file: 'manifests.yaml' });
  const { table, snapshot, diagnostics } = compile(resources);
  console.error(formatDiagnostics([...reading, ...diagnostics]));

  const proxy = createProxy({
    listeners: [{ port: 8080 }, { port: 8443, tls: true }],
    defaultCertificate: selfSignedCertificates('localhost'),
    ...options,
  });
  proxy.on('exchange', ({ raw, status, details, route }) => console.log(raw.method, raw.target, status, details, route ?? '-'));
  proxy.on('error', (error) => console.error(error));
  proxy.update(withEndpoints(table, new Map(Object.entries(endpoints))), snapshot);
  return proxy;
}
