import type { Family, Lookups, Profile } from '@ingresskit/annotations';
import { phases, registryOf, resolveAnnotations } from '@ingresskit/annotations';
import type { Diagnostic, Ingress, IngressBackend, Service } from '@ingresskit/resources';

/** What resolving the annotations of one family yields. */
export interface Resolved<P> {
  /** The policy, wherever its scope puts it. */
  readonly policy: P | undefined;
  readonly isDenied: boolean;
  /** Codes of what was reported, sorted, without infos. */
  readonly codes: readonly string[];
}

interface Surroundings {
  readonly settings?: Readonly<Record<string, unknown>>;
  readonly services?: readonly Service[];
  /** Services behind the paths of the Ingress. Default: none is looked at. */
  readonly backends?: readonly string[];
}

/** Resolves a family's annotations, given by name without prefix, under settings of a profile's own. */
export function resolveFamily<P>(
  family: Family<string, P>,
  annotations: Readonly<Record<string, string>>,
  { settings = {}, services = [], backends = ['cart'] }: Surroundings = {},
): Resolved<P> {
  const prefix = 'test.example/';
  const profile = {
    name: 'test',
    title: 'Test',
    prefixes: [{ prefix, dialects: ['nginx', 'mse', 'twin'] }],
    families: [family],
    inactive: [],
    phases,
    settings: { [family.name]: settings },
    onInvalid: {},
  } as unknown as Profile;
  const ingress: Ingress = {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'Ingress',
    metadata: {
      namespace: 'default',
      name: 'shop',
      annotations: Object.fromEntries(Object.entries(annotations).map(([name, value]) => [prefix + name, value])),
    },
    spec: {
      rules: [{ http: { paths: backends.map((name) => ({ path: `/${name}`, pathType: 'Prefix' as const, backend: backendOf(name) })) } }],
    },
  };
  const lookups: Lookups = {
    service: (namespace, name) => services.find(({ metadata }) => metadata.namespace === namespace && metadata.name === name),
    secret: () => undefined,
    configMap: () => undefined,
    mayRefer: (from, _kind, namespace) => from === namespace,
  };
  const diagnostics: Diagnostic[] = [];
  const resolved = resolveAnnotations(ingress, registryOf(profile), lookups, diagnostics);
  const policy = { ...resolved.backend, ...resolved.host, ...resolved.route }[family.name] as P | undefined;
  const codes = diagnostics.filter(({ severity }) => severity !== 'info').map(({ code }) => code);
  return { policy, isDenied: resolved.failed.length > 0, codes: codes.sort() };
}

function backendOf(name: string): IngressBackend {
  return { service: { name, port: { number: 80 } } };
}
