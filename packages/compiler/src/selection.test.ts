import { higress, ingressNginx } from '@ingresskit/profiles';
import { describe, expect, it } from 'vitest';
import type { CompileOptions } from './options.ts';
import { codesOf, compileYaml, ingressYaml } from './testing/compile-yaml.ts';

const names = ['annotated', 'both', 'field', 'nginx', 'none', 'other', 'elsewhere'] as const;
const annotation = (value: string): string => `annotations: { kubernetes.io/ingress.class: "${value}" }`;
const ingresses = [
  ingressYaml('annotated', { metadata: annotation('mse'), host: 'annotated.example' }),
  // The annotation beats the field (mse.md §4).
  ingressYaml('both', { metadata: annotation('other'), spec: 'ingressClassName: mse', host: 'both.example' }),
  ingressYaml('field', { spec: 'ingressClassName: mse', host: 'field.example' }),
  ingressYaml('nginx', { spec: 'ingressClassName: nginx', host: 'nginx.example' }),
  ingressYaml('none', { host: 'none.example' }),
  ingressYaml('other', { spec: 'ingressClassName: other', host: 'other.example' }),
  ingressYaml('elsewhere', { spec: 'ingressClassName: mse', metadata: 'namespace: elsewhere', host: 'elsewhere.example' }),
].join('');

const ingressClass = (name: string, gateway?: string, controller = 'mse.alibabacloud.com/ingress'): string =>
  `apiVersion: networking.k8s.io/v1\nkind: IngressClass\nmetadata: { name: ${name} }\nspec: { controller: ${controller}${gateway === undefined ? '' : `, parameters: { apiGroup: mse.alibabacloud.com, kind: MseIngressConfig, name: ${gateway} }`} }\n---\n`;
const config = (name: string, local = '{}', more = ''): string =>
  `apiVersion: mse.alibabacloud.com/v1alpha1\nkind: MseIngressConfig\nmetadata: { name: ${name} }\nspec: { ingress: { local: ${local} }${more} }\n---\n`;

function selected(manifests: string, options: Partial<CompileOptions> = {}): readonly string[] {
  const { table } = compileYaml(ingresses + manifests, options);
  return names.filter((name) => table.hosts.has(`${name}.example`));
}

describe('without a choice', () => {
  it('every Ingress is taken, whatever its class', () => {
    expect(selected('')).toEqual(names);
  });

  it('a watched namespace still limits', () => {
    expect(selected('', { watchNamespace: 'elsewhere' })).toEqual(['elsewhere']);
  });
});

describe('by class', () => {
  it('the annotation counts before the field, and an Ingress without class goes to nginx alone', () => {
    expect(selected('', { ingressClass: 'mse' })).toEqual(['annotated', 'field', 'elsewhere']);
    expect(selected('', { ingressClass: 'other' })).toEqual(['both', 'other']);
    expect(selected('', { ingressClass: 'nginx' })).toEqual(['nginx', 'none']);
    expect(selected('', { ingressClass: ['other', 'nginx'] })).toEqual(['both', 'nginx', 'none', 'other']);
    expect(selected('', { ingressClass: 'nobody' })).toEqual([]);
  });

  it('the gateway behind the class adds its namespace and its lists', () => {
    const manifests =
      ingressClass('mse', 'edge') +
      config('edge', '{ watchNamespace: elsewhere }', ', global: { ipAccessControl: { whitelist: [10.0.0.0/8] } }');
    expect(selected(manifests, { ingressClass: 'mse' })).toEqual(['elsewhere']);
    const { gateway } = compileYaml(ingresses + manifests, { ingressClass: 'mse' }).table;
    expect(gateway).toMatchObject({ sources: [{ name: 'edge' }], addressLists: [{ allow: ['10.0.0.0/8'], source: { name: 'edge' } }] });
    expect(selected(manifests, { ingressClass: 'mse', watchNamespace: 'default' })).toEqual(['annotated', 'field']);
  });

  it('a gateway listens to the class it names, unless a class points at it', () => {
    const sources = (manifests: string, name: string) =>
      compileYaml(manifests, { ingressClass: name }).table.gateway.sources.map((ref) => ref.name);
    expect(sources(config('edge', '{ ingressClass: mse }'), 'mse')).toEqual(['edge']);
    expect(sources(config('edge', '{ ingressClass: mse }') + ingressClass('other', 'edge'), 'mse')).toEqual([]);
    expect(sources(config('edge', '{ ingressClass: mse }') + ingressClass('other', 'edge'), 'other')).toEqual(['edge']);
    // A class of another controller points nowhere here.
    expect(sources(config('edge') + ingressClass('mse', 'edge', 'someone.example/else'), 'mse')).toEqual([]);
  });
});

describe('by gateway: the table of mse.md §3.4', () => {
  it.each<[string, string, readonly string[]]>([
    ['absent watches nothing', '{}', []],
    ['empty watches everything', '{ ingressClass: "" }', names],
    ['mse watches mse', '{ ingressClass: mse }', ['annotated', 'field', 'elsewhere']],
    ['nginx watches nginx and what has no class', '{ ingressClass: nginx }', ['nginx', 'none']],
    ['any other watches that class', '{ ingressClass: other }', ['both', 'other']],
    ['a namespace limits', '{ ingressClass: "", watchNamespace: elsewhere }', ['elsewhere']],
    ['an empty namespace is none', '{ ingressClass: mse, watchNamespace: "" }', ['annotated', 'field', 'elsewhere']],
  ])('%s', (_, local, wanted) => {
    expect(selected(config('edge', local), { gateway: 'edge' })).toEqual(wanted);
  });

  it('a class that points at the gateway beats what the gateway says', () => {
    expect(selected(config('edge', '{ ingressClass: mse }') + ingressClass('other', 'edge'), { gateway: 'edge' })).toEqual([
      'both',
      'other',
    ]);
    expect(selected(config('edge') + ingressClass('other', 'edge') + ingressClass('mse', 'edge'), { gateway: 'edge' })).toEqual([
      'annotated',
      'both',
      'field',
      'other',
      'elsewhere',
    ]);
    expect(selected(config('edge', '{ ingressClass: "" }') + ingressClass('mse', 'missing'), { gateway: 'edge' })).toEqual(names);
  });

  it('one that is not there takes nothing', () => {
    const { table, diagnostics } = compileYaml(ingresses + config('edge'), { gateway: 'nope' });
    expect(table.hosts.size).toBe(0);
    expect(codesOf(diagnostics)).toContain('class/gateway-not-found ');
  });
});

describe('other gateways', () => {
  it('of which the field counts first, and its class must be there', () => {
    const nginx = { profile: ingressNginx, ingressClass: 'nginx' };
    expect(selected('', nginx)).toEqual([]);
    expect(selected(ingressClass('nginx', undefined, 'k8s.io/ingress-nginx'), nginx)).toEqual(['nginx']);
    expect(selected(ingressClass('nginx', undefined, 'someone.example/else'), nginx)).toEqual([]);
    expect(selected('', { profile: higress, ingressClass: 'other' })).toEqual(['both', 'other']);
  });
});

it('an Ingress that is not taken says which field decided', () => {
  const { diagnostics } = compileYaml(ingresses, { ingressClass: 'nginx', watchNamespace: 'default' });
  const why = diagnostics
    .filter(({ code }) => code === 'class/not-selected')
    .map(({ object, path = [] }) => `${object?.name} ${path.join('.')}`);
  expect(why.sort()).toEqual([
    'annotated metadata.annotations.kubernetes.io/ingress.class',
    'both metadata.annotations.kubernetes.io/ingress.class',
    'elsewhere metadata.namespace',
    'field spec.ingressClassName',
    'other spec.ingressClassName',
  ]);
});
