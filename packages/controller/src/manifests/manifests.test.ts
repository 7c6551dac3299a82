import { mseIngressConfigSchema, readResource } from '@ingresskit/resources/schema';
import { describe, expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { cloudPolicy, policyDifference, unusedActions } from './cloud-policy.ts';
import { crdManifest } from './crd.ts';
import { crdFields } from './crd-fields.ts';
import { deploymentManifests } from './deployment.ts';
import { formatManifests } from './format-manifests.ts';
import { rbacManifests, roleLines } from './rbac.ts';
import { type StructuralSchema, toStructuralSchema } from './structural-schema.ts';

type Version = {
  readonly schema: { readonly openAPIV3Schema: StructuralSchema };
  readonly additionalPrinterColumns: readonly { name: string }[];
};
const version = (): Version => (crdManifest()['spec'] as { versions: readonly Version[] }).versions[0] as Version;

function pathsOf(schema: StructuralSchema, path = ''): readonly string[] {
  return Object.entries(schema.properties ?? {}).flatMap(([name, field]) => {
    const own = path === '' ? name : `${path}.${name}`;
    return [own, ...pathsOf(field, own)];
  });
}

describe('the CRD', () => {
  it('has every field of the schema, and every field has a description', () => {
    const spec = version().schema.openAPIV3Schema.properties?.['spec'] as StructuralSchema;
    expect([...pathsOf(spec)].sort()).toEqual(Object.keys(crdFields).sort());
    const fromSchema = toStructuralSchema(mseIngressConfigSchema, () => ({}), 'spec');
    expect(pathsOf(spec)).toEqual(pathsOf(fromSchema));
    const walk = (schema: StructuralSchema): void => {
      for (const field of Object.values(schema.properties ?? {})) {
        expect(field.description).toMatch(/\.$/);
        walk(field);
      }
    };
    walk(spec);
  });

  it('is structural: one type for each level, or one of the two forms of a union', () => {
    const walk = (schema: StructuralSchema, path: string): void => {
      const isUnion = schema['x-kubernetes-int-or-string'] === true || schema['x-kubernetes-preserve-unknown-fields'] === true;
      expect([path, typeof schema.type === 'string', isUnion]).toEqual([path, !isUnion, isUnion]);
      expect(schema).not.toHaveProperty('additionalProperties');
      expect(schema).not.toHaveProperty('$schema');
      for (const [name, field] of Object.entries(schema.properties ?? {})) walk(field, `${path}.${name}`);
      if (schema.items !== undefined) walk(schema.items, `${path}[]`);
    };
    walk(version().schema.openAPIV3Schema, '');
  });

  it('says what is documented', () => {
    const spec = version().schema.openAPIV3Schema.properties?.['spec'] as StructuralSchema;
    const at = (...path: readonly string[]): StructuralSchema | undefined =>
      path.reduce<StructuralSchema | undefined>((schema, name) => schema?.properties?.[name], spec);
    expect(at('common', 'instance', 'replicas')).toMatchObject({ type: 'integer', minimum: 0, maximum: 30 });
    expect(at('common', 'instance', 'spec')).toMatchObject({ type: 'string', enum: ['2c4g', '4c8g', '8c16g', '16c32g'] });
    expect(at('global', 'downstreamIdleTimeout')).toMatchObject({ 'x-kubernetes-int-or-string': true });
    expect(at('monitor', 'tracing')).toMatchObject({ not: { required: ['xTrace', 'openTelemetry'] } });
    expect(version().additionalPrinterColumns.map(({ name }) => name)).toEqual(['Phase', 'Class', 'Gateway', 'URL', 'Age', 'Message']);
  });

  it('has no structural form for a union that structural schemas cannot express', async () => {
    const z = await import('zod');
    expect(() => toStructuralSchema(z.union([z.string(), z.boolean()]), () => ({}))).toThrow(TypeError);
    expect(() => toStructuralSchema(z.null(), () => ({}))).toThrow(TypeError);
  });

  it('takes the status that the reader keeps', () => {
    const { resource, diagnostics } = readResource({
      apiVersion: 'mse.alibabacloud.com/v1alpha1',
      kind: 'MseIngressConfig',
      metadata: { name: 'edge' },
      status: { phase: 'Listening', message: '', gatewayId: 'gw-1', conditions: [] },
    });
    expect([resource?.kind, diagnostics]).toEqual(['MseIngressConfig', []]);
  });
});

describe('manifests', () => {
  it('are YAML without aliases', () => {
    const text = formatManifests([
      crdManifest(),
      ...rbacManifests('controller'),
      ...deploymentManifests('gateway', { image: 'example/ingresskit:1' }),
    ]);
    expect(text).not.toMatch(/[&*]a\d/);
    const kinds = parseAllDocuments(text).map((document) => (document.toJS() as { kind: string }).kind);
    expect(kinds).toEqual([
      'CustomResourceDefinition',
      'ServiceAccount',
      'ClusterRole',
      'ClusterRoleBinding',
      'Role',
      'RoleBinding',
      'Namespace',
      'Deployment',
      'Service',
    ]);
  });

  it('join permissions for one resource', () => {
    const why = '';
    expect(
      roleLines([
        { group: '', resource: 'secrets', verbs: ['watch'], why },
        { group: '', resource: 'secrets', verbs: ['list', 'watch'], why },
        { group: '', resource: 'a/status', verbs: ['patch'], why },
      ]),
    ).toEqual([
      { apiGroups: [''], resources: ['a/status'], verbs: ['patch'] },
      { apiGroups: [''], resources: ['secrets'], verbs: ['list', 'watch'] },
    ]);
  });
});

describe('the cloud policy', () => {
  it("is a part of the vendor's, and says why it is not the whole", () => {
    const { more, less } = policyDifference();
    expect(more).toEqual([]);
    expect([...less].sort()).toEqual(Object.keys(unusedActions).sort());
  });

  it('names gateways where the action has one', () => {
    const [gateways, others] = cloudPolicy({ region: 'cn-hangzhou', account: '123' }).Statement;
    expect(gateways).toMatchObject({ Resource: ['acs:mse:cn-hangzhou:123:instance/*'] });
    expect(gateways?.Action).toContain('mse:DeleteGateway');
    expect(others?.Action).toEqual(['mse:AddGateway', 'mse:ListTagResources']);
  });
});
