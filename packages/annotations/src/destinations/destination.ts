import type { Problem } from '../codec.ts';
import type { UrlValue } from '../codecs/url.ts';
import type { AddressOptions } from './addresses.ts';
import { addressProblem } from './addresses.ts';

/** A host that a tenant names for the gateway to connect to. */
export interface Destination {
  /** Lower case, without port; IPv6 in brackets. */
  readonly host: string;
  readonly port?: number | undefined;
}

export interface DestinationOptions extends AddressOptions {
  /**
   * Whether names of Services in a namespace may be used: `cart.shop.svc`, `cart.shop.svc.cluster.local`. Default no. Let it ask
   * `Lookups.mayRefer`, so that a URL reaches no namespace which a reference could not.
   */
  readonly allowNamespace?: (namespace: string) => boolean;
  /** Suffix of the cluster's own names. Default `cluster.local`. */
  readonly clusterDomain?: string;
}

/**
 * Why the gateway may not connect to a destination, or nothing: the check of its text, when manifests are compiled (reliability.md §2.5, A31). Names
 * can still resolve to anything, so whoever connects asks `addressProblem` too.
 */
export function destinationProblem({ host, port }: Destination, options: DestinationOptions = {}): Problem | undefined {
  return portProblem(port) ?? hostProblem(host.toLowerCase(), options);
}

/** The same for a URL, which must name its host. */
export function urlProblem({ host, port, scheme }: UrlValue, options: DestinationOptions = {}): Problem | undefined {
  if (host === undefined || scheme === undefined) return { message: 'names no host', help: 'Write a full URL, with scheme and host.' };
  return destinationProblem({ host, port }, options);
}

function hostProblem(host: string, options: DestinationOptions): Problem | undefined {
  if (host.startsWith('[')) return addressProblem(host.slice(1, -1), options);
  const name = host.endsWith('.') ? host.slice(0, -1) : host;
  const labels = name.split('.');
  const last = labels.at(-1) ?? '';
  // `2130706433`, `0x7f.1`, `0177.0.0.1`, `127.1`: names that some resolvers read as addresses (WHATWG URL, "ends in a number").
  if (/^(?:[0-9]+|0x[0-9a-f]*)$/.test(last)) {
    const strict = addressProblem(name, options);
    return strict?.message === 'is not an IP address'
      ? { message: 'is an IP address in a form that programs read differently', help: 'Write four decimal numbers.' }
      : strict;
  }
  if (isLocalName(name)) return { message: 'leads to the gateway itself', help: 'Name a host that other machines can reach.' };
  if (metadataNames.has(name)) return { message: 'leads to the metadata service of a cloud', help: 'Name another host.' };
  const cluster = clusterNameOf(labels, options.clusterDomain ?? 'cluster.local');
  if (cluster !== undefined) return clusterProblem(cluster, options);
  if (labels.length === 1)
    return {
      message: 'is a name without a dot, which means another host in every namespace',
      help: 'Write the full name, for example "name.namespace.svc.cluster.local".',
    };
  return undefined;
}

const metadataNames: ReadonlySet<string> = new Set([
  'metadata',
  'metadata.google.internal',
  'metadata.goog',
  'instance-data',
  'instance-data.ec2.internal',
  'metadata.tencentyun.com',
  'metadata.azure.internal',
]);

function isLocalName(name: string): boolean {
  return (
    name === 'localhost' ||
    name.endsWith('.localhost') ||
    /^(?:localhost|ip6-localhost|ip6-loopback)(?:\.localdomain6?|\.local)?$/.test(name)
  );
}

/** A name of the cluster's own: a Service and its namespace, or neither where the name has another form (Pods, nodes). */
interface ClusterName {
  readonly service?: string;
  readonly namespace?: string;
}

function clusterNameOf(labels: readonly string[], clusterDomain: string): ClusterName | undefined {
  const domain = clusterDomain.toLowerCase().split('.');
  const inDomain = labels.length > domain.length && domain.every((label, index) => labels[labels.length - domain.length + index] === label);
  const inner = inDomain ? labels.slice(0, -domain.length) : labels;
  const kind = inner.at(-1);
  if (kind === 'svc' && inner.length >= 3) return { service: inner.at(-3) ?? '', namespace: inner.at(-2) ?? '' };
  return inDomain || kind === 'svc' || kind === 'pod' ? {} : undefined;
}

function clusterProblem({ service, namespace }: ClusterName, { allowNamespace }: DestinationOptions): Problem | undefined {
  if (namespace === undefined)
    return { message: 'is a name of the cluster that is no Service', help: 'Name a Service: "name.namespace.svc.cluster.local".' };
  if (namespace === 'default' && service === 'kubernetes')
    return { message: 'leads to the API server of the cluster', help: 'Name another Service.' };
  if (allowNamespace?.(namespace) === true) return undefined;
  return {
    message: `leads to a Service of namespace "${namespace}", which may not be referred to`,
    help: 'Name a Service of the namespace of the Ingress, or allow references across namespaces.',
  };
}

/**
 * Ports that no web service has: below 1024 all but 80 and 443, those of etcd, kubelet and API server, and those that browsers refuse because another
 * protocol would take a request for its own (WHATWG Fetch, port blocking).
 */
const oddPorts: ReadonlySet<number> = new Set([
  1719, 1720, 1723, 2049, 2375, 2376, 2379, 2380, 3306, 3659, 4045, 4190, 5060, 5061, 5432, 6000, 6379, 6443, 6566, 6665, 6666, 6667, 6668,
  6669, 6679, 6697, 10080, 10248, 10249, 10250, 10255, 10256, 10257, 10259, 11211, 27017,
]);

function portProblem(port: number | undefined): Problem | undefined {
  if (port === undefined || port === 80 || port === 443 || (port >= 1024 && !oddPorts.has(port))) return undefined;
  return {
    message: `has port ${port}, which is no port of a web service`,
    help: 'Use 80, 443, or a port from 1024 on that belongs to no other protocol.',
  };
}
