import { type Kind, lastAppliedAnnotation } from '@ingresskit/resources';
import type { ApiObject } from './api-object.ts';
import { isMap, type JsonMap } from './json.ts';

/** Server-side selectors of a collection. */
export interface Selectors {
  readonly labelSelector?: string;
  readonly fieldSelector?: string;
}

/** Types of Secrets that no gateway reads; together they are most of the bytes of all Secrets of a usual cluster. */
const unusedSecretTypes: readonly string[] = [
  'helm.sh/release.v1',
  'kubernetes.io/service-account-token',
  'kubernetes.io/dockerconfigjson',
  'kubernetes.io/dockercfg',
  'kubernetes.io/ssh-auth',
  'bootstrap.kubernetes.io/token',
];

/** What is asked for when nobody says otherwise: objects that no gateway reads never leave the server. */
export const defaultSelectors: Readonly<Partial<Record<Kind, Selectors>>> = {
  Secret: { fieldSelector: unusedSecretTypes.map((type) => `type!=${type}`).join(',') },
  // Every namespace has a copy of this certificate.
  ConfigMap: { fieldSelector: 'metadata.name!=kube-root-ca.crt' },
};

/**
 * What is kept of an object: no `managedFields`, no last-applied annotation; of an Ingress no status (the gateways write that themselves, and its
 * changes must not look like changes of routes), of a Pod its labels, phase and address.
 */
export function keepNeeded(object: ApiObject): ApiObject {
  const { managedFields: _fields, annotations, ...metadata } = object.metadata;
  const kept = annotations === undefined ? {} : { annotations: withoutLastApplied(annotations) };
  if (object.kind === 'Pod') {
    const { name, namespace, uid, resourceVersion, labels, deletionTimestamp } = object.metadata;
    const status = isMap(object['status']) ? object['status'] : {};
    return {
      apiVersion: object.apiVersion,
      kind: object.kind,
      metadata: dropAbsent({ name, namespace, uid, resourceVersion, labels, deletionTimestamp }) as unknown as ApiObject['metadata'],
      status: dropAbsent({ phase: status['phase'], podIP: status['podIP'] }),
    };
  }
  const { status: _status, ...rest } = object;
  return { ...(object.kind === 'Ingress' ? rest : object), metadata: { ...metadata, ...kept } } as ApiObject;
}

function withoutLastApplied(annotations: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  if (!Object.hasOwn(annotations, lastAppliedAnnotation)) return annotations;
  const { [lastAppliedAnnotation]: _last, ...rest } = annotations;
  return rest;
}

function dropAbsent(map: JsonMap): JsonMap {
  return Object.fromEntries(Object.entries(map).filter(([, value]) => value !== undefined));
}
