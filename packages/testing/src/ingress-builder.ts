import type { Ingress, IngressBackend, IngressPath, IngressTls, PathType } from '@ingresskit/resources';
import { deepFreeze } from './freeze.ts';
import { namespacedMeta, serviceAndPort } from './object-name.ts';

interface Parts {
  readonly name: string;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly created?: string;
  readonly ingressClass?: string;
  readonly defaultBackend?: IngressBackend;
  readonly tls: readonly IngressTls[];
  readonly rules: readonly { readonly host?: string; readonly paths: readonly IngressPath[] }[];
}

/**
 * An Ingress under construction. Every method returns a new builder, so a common beginning can be kept in a constant:
 *
 * ```ts
 * const shop = ingress('shop/web').host('shop.example.com').path('/', 'web:80');
 * const guarded = shop.annotate({ 'nginx.ingress.kubernetes.io/whitelist-source-range': '10.0.0.0/8' });
 * ```
 */
export class IngressBuilder {
  readonly #parts: Parts;

  /** Use `ingress(name)`. */
  constructor(parts: Parts) {
    this.#parts = parts;
    Object.freeze(this);
  }

  /** Begins the paths of a host: `path` calls that follow belong to it. A wildcard is written `*.example.com`. */
  host(host: string): IngressBuilder {
    return this.#with({ rules: [...this.#parts.rules, { host, paths: [] }] });
  }

  /**
   * Adds a path to the host named last, or to every host when none was named.
   *
   * @param backend `SERVICE:PORT`, the port as number or name; the Service is one of the Ingress's namespace.
   * @param pathType default `Prefix`.
   */
  path(path: string, backend: string, pathType: PathType = 'Prefix'): IngressBuilder {
    const rules = this.#parts.rules.length === 0 ? [{ paths: [] }] : this.#parts.rules;
    const last = rules.length - 1;
    const added: IngressPath = { path, pathType, backend: backendOf(backend) };
    return this.#with({ rules: rules.map((rule, index) => (index === last ? { ...rule, paths: [...rule.paths, added] } : rule)) });
  }

  /** Adds annotations, by their full keys; of one key the last value counts. */
  annotate(annotations: Readonly<Record<string, string>>): IngressBuilder {
    return this.#with({ annotations: { ...this.#parts.annotations, ...annotations } });
  }

  /** The class, as `spec.ingressClassName`. */
  ingressClass(name: string): IngressBuilder {
    return this.#with({ ingressClass: name });
  }

  /** `spec.defaultBackend`, written as in `path`. */
  defaultBackend(backend: string): IngressBuilder {
    return this.#with({ defaultBackend: backendOf(backend) });
  }

  /** Adds an entry to `spec.tls`. */
  tls(secretName: string, ...hosts: readonly string[]): IngressBuilder {
    return this.#with({ tls: [...this.#parts.tls, { secretName, hosts }] });
  }

  /** When it was created, RFC 3339. Of two Ingresses that conflict the older wins. */
  createdAt(timestamp: string): IngressBuilder {
    return this.#with({ created: timestamp });
  }

  /** The Ingress, plain and frozen. */
  build(): Ingress {
    const { name, annotations, created, ingressClass, defaultBackend, tls, rules } = this.#parts;
    return deepFreeze({
      apiVersion: 'networking.k8s.io/v1',
      kind: 'Ingress',
      metadata: {
        ...namespacedMeta(name),
        ...(created === undefined ? {} : { creationTimestamp: created }),
        ...(annotations === undefined ? {} : { annotations: { ...annotations } }),
      },
      spec: {
        ...(ingressClass === undefined ? {} : { ingressClassName: ingressClass }),
        ...(defaultBackend === undefined ? {} : { defaultBackend }),
        ...(tls.length === 0 ? {} : { tls }),
        ...(rules.length === 0
          ? {}
          : { rules: rules.map(({ host, paths }) => ({ ...(host === undefined ? {} : { host }), http: { paths } })) }),
      },
    });
  }

  #with(parts: Partial<Parts>): IngressBuilder {
    return new IngressBuilder({ ...this.#parts, ...parts });
  }
}

/** Begins an Ingress. @param name `name` in namespace `default`, or `namespace/name`. */
export function ingress(name: string): IngressBuilder {
  return new IngressBuilder({ name, tls: [], rules: [] });
}

function backendOf(text: string): IngressBackend {
  const { name, port } = serviceAndPort(text);
  return { service: { name, port } };
}
