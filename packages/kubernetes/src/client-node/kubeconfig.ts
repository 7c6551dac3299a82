import type { KubeConfig } from '@kubernetes/client-node';
import { type Clock, systemClock } from '../clock.ts';
import type { ClusterOptions, Credentials, TlsMaterial } from '../cluster.ts';
import { KubernetesError } from '../errors.ts';

/** Which kubeconfig, and what of it. */
export interface KubeconfigOptions {
  /** Path of the file. Default: `KUBECONFIG`, then `~/.kube/config`, then the pod's service account, as client-node finds them. */
  readonly file?: string;
  /** Text of a kubeconfig, instead of a file. */
  readonly text?: string;
  /** Name of a context; default: the current one. */
  readonly context?: string;
  readonly clock?: Clock;
}

/**
 * A cluster from a kubeconfig, read by `@kubernetes/client-node` (an optional peer dependency, loaded only here), so that exec plugins, OIDC and
 * client certificates work. Only its reading of credentials is used: connections and watches stay this package's own.
 */
export async function clusterFromKubeconfig(options: KubeconfigOptions = {}): Promise<ClusterOptions> {
  const load = await loader(options);
  const cluster = load().getCurrentCluster();
  if (cluster === null || cluster === undefined) {
    throw new KubernetesError(
      'kubernetes/bad-options',
      'The kubeconfig has no cluster for its current context. Name a context that has one.',
    );
  }
  if (cluster.proxyUrl !== undefined && cluster.proxyUrl !== '') {
    throw new KubernetesError(
      'kubernetes/bad-options',
      'The kubeconfig asks for a proxy, which is not supported. Run "kubectl proxy" and use its URL.',
    );
  }
  const clock = options.clock ?? systemClock;
  return { server: cluster.server, credentials: new KubeconfigCredentials(load, clock), clock };
}

async function loader({ file, text, context }: KubeconfigOptions): Promise<() => KubeConfig> {
  const library = await import('@kubernetes/client-node').catch((cause: unknown) => {
    throw new KubernetesError('kubernetes/bad-options', 'Reading a kubeconfig needs the package @kubernetes/client-node. Install it.', {
      cause,
    });
  });
  return () => {
    const kubeconfig = new library.KubeConfig();
    try {
      if (text !== undefined) kubeconfig.loadFromString(text);
      else if (file !== undefined) kubeconfig.loadFromFile(file);
      else kubeconfig.loadFromDefault();
      if (context !== undefined) kubeconfig.setCurrentContext(context);
      return kubeconfig;
    } catch (cause) {
      throw new KubernetesError('kubernetes/bad-options', `The kubeconfig${file === undefined ? '' : ` ${file}`} cannot be read.`, {
        cause,
      });
    }
  };
}

interface Material {
  readonly headers: Readonly<Record<string, string>>;
  readonly tls: TlsMaterial;
}

/** The parts of the request options that client-node fills in. */
interface FilledOptions {
  headers?: Record<string, string | readonly string[] | undefined>;
  auth?: string | null;
  ca?: unknown;
  cert?: unknown;
  key?: unknown;
  servername?: string;
  rejectUnauthorized?: boolean;
}

class KubeconfigCredentials implements Credentials {
  readonly #load: () => KubeConfig;
  readonly #clock: Clock;
  #kubeconfig: KubeConfig | undefined;
  #material: Promise<Material> | undefined;
  #readAt = 0;

  constructor(load: () => KubeConfig, clock: Clock) {
    this.#load = load;
    this.#clock = clock;
  }

  async headers(): Promise<Readonly<Record<string, string>>> {
    return (await this.#read()).headers;
  }

  async tls(): Promise<TlsMaterial> {
    return (await this.#read()).tls;
  }

  renew(): boolean {
    // The whole file is read again: a login command may have replaced it, and client-node keeps exec credentials inside the old object.
    this.#kubeconfig = undefined;
    this.#material = undefined;
    return true;
  }

  #read(): Promise<Material> {
    // Exec plugins and token files have an expiry that only client-node knows, so it is asked again every few seconds; its own caches make that cheap.
    if (this.#material === undefined || this.#clock.now() - this.#readAt > 10_000) {
      this.#readAt = this.#clock.now();
      const material = this.#fill();
      this.#material = material;
      material.catch(() => {
        if (this.#material === material) this.#material = undefined;
      });
    }
    return this.#material;
  }

  async #fill(): Promise<Material> {
    this.#kubeconfig ??= this.#load();
    const filled: FilledOptions = {};
    await this.#kubeconfig.applyToHTTPSOptions(filled as Parameters<KubeConfig['applyToHTTPSOptions']>[0]);
    const headers: Record<string, string> = {};
    for (const [name, value] of Object.entries(filled.headers ?? {})) {
      if (value !== undefined) headers[name.toLowerCase()] = typeof value === 'string' ? value : value.join(', ');
    }
    if (typeof filled.auth === 'string') headers['authorization'] = `Basic ${Buffer.from(filled.auth).toString('base64')}`;
    return {
      headers,
      tls: {
        ...pem('ca', filled.ca),
        ...pem('cert', filled.cert),
        ...pem('key', filled.key),
        ...(filled.servername === undefined ? {} : { serverName: filled.servername }),
        ...(filled.rejectUnauthorized === false ? { insecureSkipTlsVerify: true } : {}),
      },
    };
  }
}

function pem(field: 'ca' | 'cert' | 'key', value: unknown): TlsMaterial {
  if (typeof value === 'string') return { [field]: value };
  return Buffer.isBuffer(value) ? { [field]: value.toString('utf8') } : {};
}
