import { mseApiGroup } from '@ingresskit/resources';
import { mseIngressConfigSchema } from '@ingresskit/resources/schema';
import { crdFields, type FieldNote } from './crd-fields.ts';
import { type StructuralSchema, toStructuralSchema } from './structural-schema.ts';

/** A manifest: plain JSON values. */
export interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string; readonly labels?: Readonly<Record<string, string>> };
  readonly [field: string]: unknown;
}

const text: StructuralSchema = { type: 'string' };

/** The status as the controller writes it. */
const status: StructuralSchema = {
  type: 'object',
  description: 'What became of the gateway. Written by the controller.',
  properties: {
    phase: { ...text, description: 'Pending, Running, Listening or Failed.', enum: ['Pending', 'Running', 'Listening', 'Failed'] },
    message: { ...text, description: 'The phase in a sentence, with the reason of a failure.' },
    provider: { ...text, description: 'Where the gateway comes from: local, or the cloud (mse).' },
    observedGeneration: { type: 'integer', format: 'int64', description: 'The generation of the object this status is about.' },
    gatewayId: { ...text, description: 'The gateway in use.' },
    gatewayIds: {
      type: 'array',
      items: text,
      description: 'Gateways that were created for the object.',
      'x-kubernetes-list-type': 'atomic',
    },
    creatingSince: { ...text, description: 'A creation whose outcome is not known yet.' },
    urls: { type: 'array', items: text, description: 'Where the gateway can be reached.', 'x-kubernetes-list-type': 'atomic' },
    conditions: {
      type: 'array',
      description: 'Ready: the gateway serves. Applied: everything the object asks for is in force.',
      'x-kubernetes-list-type': 'map',
      'x-kubernetes-list-map-keys': ['type'],
      items: {
        type: 'object',
        required: ['type', 'status', 'reason', 'message', 'lastTransitionTime'],
        properties: {
          type: text,
          status: { ...text, enum: ['True', 'False', 'Unknown'] },
          reason: text,
          message: text,
          lastTransitionTime: { ...text, format: 'date-time' },
          observedGeneration: { type: 'integer', format: 'int64' },
        },
      },
    },
  },
};

/** The CustomResourceDefinition of MseIngressConfig, generated from the zod schema that reads the objects: what the one knows the other accepts. */
export function crdManifest(): Manifest {
  const annotate = (path: string): FieldNote | Record<string, never> =>
    Object.hasOwn(crdFields, path) ? (crdFields[path] as FieldNote) : {};
  const spec = toStructuralSchema(mseIngressConfigSchema, (path) => ({ ...annotate(path) }), 'spec');
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: `mseingressconfigs.${mseApiGroup}` },
    spec: {
      group: mseApiGroup,
      scope: 'Cluster',
      names: { kind: 'MseIngressConfig', listKind: 'MseIngressConfigList', plural: 'mseingressconfigs', singular: 'mseingressconfig' },
      versions: [
        {
          name: 'v1alpha1',
          served: true,
          storage: true,
          subresources: { status: {} },
          additionalPrinterColumns: [
            { name: 'Phase', type: 'string', jsonPath: '.status.phase' },
            { name: 'Class', type: 'string', jsonPath: '.spec.ingress.local.ingressClass' },
            { name: 'Gateway', type: 'string', jsonPath: '.status.gatewayId' },
            { name: 'URL', type: 'string', jsonPath: '.status.urls[0]' },
            { name: 'Age', type: 'date', jsonPath: '.metadata.creationTimestamp' },
            { name: 'Message', type: 'string', jsonPath: '.status.message', priority: 1 },
          ],
          schema: {
            openAPIV3Schema: {
              type: 'object',
              description: 'One gateway and its settings.',
              properties: {
                apiVersion: text,
                kind: text,
                metadata: { type: 'object' },
                spec: { ...withExclusion(spec), description: 'What the gateway should be. Every field is optional.' },
                status,
              },
            },
          },
        },
      ],
    },
  };
}

/** xTrace and openTelemetry exclude each other (mse.md §3.1). */
function withExclusion(spec: StructuralSchema): StructuralSchema {
  const monitor = spec.properties?.['monitor'] as StructuralSchema;
  const tracing = { ...monitor.properties?.['tracing'], not: { required: ['xTrace', 'openTelemetry'] } };
  return { ...spec, properties: { ...spec.properties, monitor: { ...monitor, properties: { ...monitor.properties, tracing } } } };
}
