import type { z } from 'zod';
import type { Kind, Resource } from '../resource.ts';
import { configMapSchema } from './config-map.ts';
import { endpointSliceSchema } from './endpoint-slice.ts';
import { endpointsSchema } from './endpoints.ts';
import { ingressSchema } from './ingress.ts';
import { ingressClassSchema } from './ingress-class.ts';
import { mseIngressConfigSchema } from './mse-ingress-config.ts';
import { namespaceSchema } from './namespace.ts';
import { type Conversion, oldEndpointSlice, oldIngress, oldIngressClass } from './older-versions.ts';
import { podSchema } from './pod.ts';
import { writtenSecretSchema } from './secret.ts';
import { serviceSchema } from './service.ts';

/** What reading an object of a kind takes. */
export interface KindReading {
  readonly kind: Kind;
  /** The API version objects have once they are read. */
  readonly apiVersion: string;
  readonly schema: z.ZodType<Resource>;
  /** Older versions and how they become `apiVersion`. */
  readonly older?: Readonly<Record<string, Conversion>>;
  /** What to say about fields whose place or name people know from elsewhere. */
  readonly hints?: Readonly<Record<string, string>>;
}

const serviceHint = 'In networking.k8s.io/v1 a backend is written "service: { name: …, port: { number: … } }".';

/** By kind. */
export const kindReadings: Readonly<Record<Kind, KindReading>> = {
  Ingress: {
    kind: 'Ingress',
    apiVersion: 'networking.k8s.io/v1',
    schema: ingressSchema,
    older: { 'extensions/v1beta1': oldIngress, 'networking.k8s.io/v1beta1': oldIngress },
    hints: {
      serviceName: serviceHint,
      servicePort: serviceHint,
      backend:
        'In networking.k8s.io/v1 the field is named "defaultBackend", and its service is written "service: { name: …, port: { number: … } }".',
    },
  },
  IngressClass: {
    kind: 'IngressClass',
    apiVersion: 'networking.k8s.io/v1',
    schema: ingressClassSchema,
    older: { 'networking.k8s.io/v1beta1': oldIngressClass },
  },
  Service: { kind: 'Service', apiVersion: 'v1', schema: serviceSchema },
  EndpointSlice: {
    kind: 'EndpointSlice',
    apiVersion: 'discovery.k8s.io/v1',
    schema: endpointSliceSchema,
    older: { 'discovery.k8s.io/v1beta1': oldEndpointSlice },
  },
  Endpoints: { kind: 'Endpoints', apiVersion: 'v1', schema: endpointsSchema },
  Pod: { kind: 'Pod', apiVersion: 'v1', schema: podSchema },
  Secret: { kind: 'Secret', apiVersion: 'v1', schema: writtenSecretSchema },
  ConfigMap: { kind: 'ConfigMap', apiVersion: 'v1', schema: configMapSchema },
  Namespace: { kind: 'Namespace', apiVersion: 'v1', schema: namespaceSchema },
  MseIngressConfig: { kind: 'MseIngressConfig', apiVersion: 'mse.alibabacloud.com/v1alpha1', schema: mseIngressConfigSchema },
};

/**
 * Whether an object of a known kind in this API version is meant to be that kind. `Service` of `serving.knative.dev/v1` is another thing; `Ingress`
 * of `v1` is a slip, since groups without a dot and those of `k8s.io` belong to Kubernetes itself.
 */
export function isMeantAs(reading: KindReading, apiVersion: string): boolean {
  const group = groupOf(apiVersion);
  return group === groupOf(reading.apiVersion) || !group.includes('.') || group.endsWith('.k8s.io');
}

function groupOf(apiVersion: string): string {
  const slash = apiVersion.indexOf('/');
  return slash < 0 ? '' : apiVersion.slice(0, slash);
}
