import type { FieldPath } from '../diagnostic.ts';
import { isMap, type JsonMap, valueAt, withEntry } from './tidy.ts';

/** How an older API version becomes the current one. */
export interface Conversion {
  /** The object in the current version's shape. Malformed parts are left as they are, for the schema to report. */
  convert(object: JsonMap): JsonMap;
  /** Where a field of the converted object stands in the written one. */
  writtenPath(path: FieldPath): FieldPath;
}

/** Ingress of extensions/v1beta1 and networking.k8s.io/v1beta1. An absent `pathType` stays absent: there it was optional. */
export const oldIngress: Conversion = {
  convert(object) {
    const spec = valueAt(object, 'spec');
    if (!isMap(spec)) return object;
    let next = spec;
    const defaultBackend = valueAt(spec, 'backend');
    if (defaultBackend !== undefined && valueAt(spec, 'defaultBackend') === undefined) {
      next = withEntry(withEntry(next, 'backend', undefined), 'defaultBackend', convertBackend(defaultBackend));
    }
    const rules = valueAt(spec, 'rules');
    if (Array.isArray(rules)) next = withEntry(next, 'rules', rules.map(convertRule));
    return withEntry(object, 'spec', next);
  },
  writtenPath(path) {
    const at = path.findIndex((part) => part === 'backend' || part === 'defaultBackend');
    if (path[0] !== 'spec' || at < 0) return path;
    const head = [...path.slice(0, at), 'backend'];
    const tail = path.slice(at + 1);
    if (tail[0] !== 'service') return [...head, ...tail];
    return [...head, tail[1] === 'port' ? 'servicePort' : 'serviceName'];
  },
};

function convertRule(rule: unknown): unknown {
  const http = valueAt(rule, 'http');
  const paths = valueAt(http, 'paths');
  if (!isMap(rule) || !isMap(http) || !Array.isArray(paths)) return rule;
  return withEntry(rule, 'http', withEntry(http, 'paths', paths.map(convertPath)));
}

function convertPath(path: unknown): unknown {
  const backend = valueAt(path, 'backend');
  return isMap(path) && backend !== undefined ? withEntry(path, 'backend', convertBackend(backend)) : path;
}

function convertBackend(backend: unknown): unknown {
  const name = valueAt(backend, 'serviceName');
  const port = valueAt(backend, 'servicePort');
  if (!isMap(backend) || (name === undefined && port === undefined)) return backend;
  // A numeral in quotes is a port name to Kubernetes, and no valid one: that is for validation to say.
  const portOf = typeof port === 'string' ? { name: port } : { number: port };
  const service: JsonMap = { ...(name === undefined ? {} : { name }), ...(port === undefined ? {} : { port: portOf }) };
  return withEntry(withEntry(withEntry(backend, 'serviceName', undefined), 'servicePort', undefined), 'service', service);
}

/** IngressClass of networking.k8s.io/v1beta1, which has the shape of v1. */
export const oldIngressClass: Conversion = { convert: (object) => object, writtenPath: (path) => path };

const zoneLabel = 'topology.kubernetes.io/zone';
const hostnameLabel = 'kubernetes.io/hostname';

/** EndpointSlice of discovery.k8s.io/v1beta1, whose `topology` map became `zone` and `nodeName`. */
export const oldEndpointSlice: Conversion = {
  convert(object) {
    const endpoints = valueAt(object, 'endpoints');
    return Array.isArray(endpoints) ? withEntry(object, 'endpoints', endpoints.map(convertEndpoint)) : object;
  },
  writtenPath(path) {
    const [first, index, field] = path;
    if (first !== 'endpoints' || index === undefined) return path;
    if (field === 'zone') return [first, index, 'topology', zoneLabel];
    if (field === 'deprecatedTopology') return [first, index, 'topology', ...path.slice(3)];
    return path;
  },
};

function convertEndpoint(endpoint: unknown): unknown {
  const topology = valueAt(endpoint, 'topology');
  if (!isMap(endpoint) || !isMap(topology)) return endpoint;
  let next = withEntry(withEntry(endpoint, 'topology', undefined), 'deprecatedTopology', topology);
  if (valueAt(endpoint, 'zone') === undefined) next = withEntry(next, 'zone', valueAt(topology, zoneLabel));
  if (valueAt(endpoint, 'nodeName') === undefined) next = withEntry(next, 'nodeName', valueAt(topology, hostnameLabel));
  return next;
}
