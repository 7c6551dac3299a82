import type { Clock } from './clock.ts';
import { KubernetesError } from './errors.ts';
import type { Transport } from './transport.ts';

/** What TLS needs: PEM text. Absent `ca`: the system's authorities. */
export interface TlsMaterial {
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
  /** The name on the server's certificate, when it is not the host of the URL. */
  readonly serverName?: string;
  /** Trusts any certificate. Only for a cluster on one's own machine. */
  readonly insecureSkipTlsVerify?: boolean;
}

/** Who we are and whom we trust, asked for again whenever it may have changed. */
export interface Credentials {
  /** Headers of each request, `authorization` among them. */
  headers(): Promise<Readonly<Record<string, string>>>;
  /** Equal contents may come as different objects; connections are replaced only when the contents differ. */
  tls(): Promise<TlsMaterial>;
  /** Forgets what was read: the server refused the token, or its certificate is not trusted. False when reading again cannot help. */
  renew(): boolean;
}

/** How to reach one cluster. Files are read again at least every 60 s, so rotated tokens and certificates are picked up. */
export interface ClusterOptions {
  /** `https://host:port`, with the path prefix of a proxy if there is one. Plain `http` is for `kubectl proxy`. */
  readonly server: string;
  readonly token?: string;
  readonly tokenFile?: string;
  readonly ca?: string;
  readonly caFile?: string;
  /** Client certificate, PEM. */
  readonly cert?: string;
  readonly certFile?: string;
  readonly key?: string;
  readonly keyFile?: string;
  readonly serverName?: string;
  readonly insecureSkipTlsVerify?: boolean;
  /** Sent with every request, for example `impersonate-user`. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Instead of the fields above: credentials of another kind. */
  readonly credentials?: Credentials;
  /** Milliseconds to connect; default 10,000. */
  readonly connectTimeout?: number;
  /** Milliseconds until the head of an answer; default 30,000. */
  readonly headersTimeout?: number;
  /** Milliseconds of silence inside the body of a short call; default 60,000. Watches have a deadline of their own. */
  readonly bodyTimeout?: number;
  readonly clock?: Clock;
}

/** A cluster by URL, by options, or by a transport that someone else owns and closes. */
export type ClusterSource = string | ClusterOptions | Transport;

/** A cluster reached with a bearer token, as of a service account outside the cluster. */
export function clusterFromToken(
  server: string,
  token: string,
  options: { readonly ca?: string; readonly caFile?: string } = {},
): ClusterOptions {
  return { server, token, ...options };
}

/** Where Kubernetes mounts a pod's service account. */
const serviceAccountFolder = '/var/run/secrets/kubernetes.io/serviceaccount';

/** The cluster this process is a pod of: the mounted token and CA, and the address from the environment. */
export function inCluster(
  environment: Readonly<Record<string, string | undefined>> = process.env,
  folder: string = serviceAccountFolder,
): ClusterOptions {
  const host = environment['KUBERNETES_SERVICE_HOST'];
  const port = environment['KUBERNETES_SERVICE_PORT_HTTPS'] ?? environment['KUBERNETES_SERVICE_PORT'] ?? '443';
  if (host === undefined || host === '') {
    throw new KubernetesError('kubernetes/bad-options', 'KUBERNETES_SERVICE_HOST is not set: this process does not run in a cluster.');
  }
  // An IPv6 address needs brackets in a URL.
  const authority = host.includes(':') ? `[${host}]` : host;
  return { server: `https://${authority}:${port}`, tokenFile: `${folder}/token`, caFile: `${folder}/ca.crt` };
}
