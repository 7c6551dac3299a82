import { inspect } from 'node:util';
import { registryOf } from '@ingresskit/annotations';
import type { Diagnostic, FieldPath, Resource } from '@ingresskit/resources';
import { formatDiagnostics, locate } from '@ingresskit/resources';
import { parseManifests } from '@ingresskit/resources/yaml';
import { toJSON } from '@ingresskit/route-table';
import { type Compiled, createGateway, formatExplanation } from 'ingresskit';
import { describe, expect, it } from 'vitest';
import { familyKeys, oddValues } from './generate/index.ts';
import { everyProfile } from './laws/law.ts';

const file = 'bad.yaml';
const gateway = createGateway();

/** Beside whatever is bad: a Service, and an Ingress that must keep working. */
const sound = `apiVersion: v1
kind: Service
metadata: { name: cart }
spec: { ports: [{ port: 80, name: http }] }
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: { name: sound }
spec: { rules: [{ host: sound.example, http: { paths: [{ path: /, pathType: Prefix, backend: { service: { name: cart, port: { number: 80 } } } }] } }] }
`;

interface Outcome extends Pick<Compiled, 'table'> {
  readonly found: readonly Diagnostic[];
  readonly text: string;
  readonly resources: readonly Resource[];
  /** The status, or `forward`. */
  ask(url: string): string;
}

function run(bad: string, own = gateway): Outcome {
  const text = `${sound}---\n${bad}`;
  const { resources, diagnostics } = parseManifests(text, { file });
  const compiled = own.compile(resources);
  const found = locate([...diagnostics, ...compiled.diagnostics], resources);
  const ask = (url: string): string => {
    const decision = own.decide(compiled.table, { url });
    return decision.kind === 'forward' ? 'forward' : String(decision.status);
  };
  // What is sound keeps working, whatever stands beside it.
  expect(ask('http://sound.example/x')).toBe('forward');
  return { table: compiled.table, found, text, resources, ask };
}

/** The diagnostics with this code, each with the text that its place underlines. */
function placed({ found, text }: Outcome, code: string): readonly (Diagnostic & { readonly underlined: string })[] {
  return found
    .filter((diagnostic) => diagnostic.code === code)
    .map((diagnostic) => {
      const { span } = diagnostic;
      expect(span, code).toMatchObject({ file });
      const line = text.split('\n')[(span?.line ?? 0) - 1] ?? '';
      return { ...diagnostic, underlined: line.slice((span?.column ?? 1) - 1, (span?.column ?? 1) - 1 + (span?.length ?? 0)) };
    });
}

const ingress = (spec: string, metadata = 'name: bad'): string =>
  `apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: { ${metadata} }\n${spec}`;
const ref = { kind: 'Ingress', namespace: 'default', name: 'bad' };

describe('broken YAML', () => {
  it.each([
    ['a missing quote', 'a: "b\n', 'yaml/syntax'],
    ['bad indentation', 'kind: Ingress\n  metadata: x\n', 'yaml/syntax'],
    ['a template', 'kind: {{ .Values.kind }}\n', 'yaml/template'],
    ['a key twice', 'kind: Ingress\nkind: Service\n', 'yaml/duplicate-key'],
    ['binary', '\u0000\u0001\u0002\n', 'schema/not-an-object'],
    ['an alias to nothing', 'a: *b\n', 'yaml/syntax'],
    ['no object', 'just words\n', 'schema/not-an-object'],
  ])('%s', (_, bad, code) => {
    const outcome = run(bad);
    const all = outcome.found.filter(({ severity }) => severity === 'error');
    expect(all.map((diagnostic) => diagnostic.code)).toEqual([code]);
    expect(placed(outcome, code)[0]?.span?.line).toBeGreaterThanOrEqual(sound.split('\n').length);
  });
});

describe('wrong kinds and missing names', () => {
  it.each<[string, string, string, FieldPath, string]>([
    ['no kind', 'apiVersion: v1\nmetadata: { name: x }\n', 'schema/missing-kind', ['kind'], 'apiVersion: v1'],
    [
      'a kind of another group',
      'apiVersion: x.example/v1\nkind: Ingress\nmetadata: { name: x }\n',
      'schema/unknown-kind',
      ['kind'],
      'kind: Ingress',
    ],
    [
      'a version that never was',
      'apiVersion: networking.k8s.io/v7\nkind: Ingress\nmetadata: { name: x }\n',
      'schema/unsupported-version',
      ['apiVersion'],
      'apiVersion: networking.k8s.io/v7',
    ],
    [
      'a misspelt kind',
      'apiVersion: networking.k8s.io/v1\nkind: Ingres\nmetadata: { name: x }\n',
      'schema/unknown-kind',
      ['kind'],
      'kind: Ingres',
    ],
    ['no metadata', 'apiVersion: v1\nkind: Service\n', 'schema/missing-field', ['metadata'], 'apiVersion: v1'],
    ['no name', ingress('spec: {}', 'labels: {}'), 'schema/missing-field', ['metadata', 'name'], 'metadata: { labels: {} }'],
    ['a name that is a number', ingress('spec: {}', 'name: 5'), 'schema/invalid-type', ['metadata', 'name'], 'name: 5'],
    ['a name that is none', ingress('spec: {}', 'name: Bad_Name'), 'schema/invalid-name', ['metadata', 'name'], 'name: Bad_Name'],
    [
      'a namespace that is none',
      ingress('spec: {}', 'name: bad, namespace: a/b'),
      'schema/invalid-name',
      ['metadata', 'namespace'],
      'namespace: a/b',
    ],
    ['rules that are a map', ingress('spec: { rules: { host: x } }'), 'schema/invalid-type', ['spec', 'rules'], 'rules: { host: x }'],
    ['a host that is a number', ingress('spec: { rules: [{ host: 5 }] }'), 'schema/invalid-type', ['spec', 'rules', 0, 'host'], 'host: 5'],
    [
      'a port that is text',
      ingress('spec: { defaultBackend: { service: { name: cart, port: { number: "80" } } } }'),
      'schema/invalid-type',
      ['spec', 'defaultBackend', 'service', 'port', 'number'],
      'number: "80"',
    ],
    [
      'an unknown field',
      ingress('spec: { defaultBackend: { service: { name: cart, port: { number: 80 } } }, hosts: [x] }'),
      'schema/unknown-field',
      ['spec', 'hosts'],
      'hosts: [x]',
    ],
    ['no spec', ingress(''), 'ingress/nothing-to-serve', ['spec'], 'apiVersion: networking.k8s.io/v1'],
  ])('%s', (_, bad, code, path, underlined) => {
    const all = placed(run(bad), code);
    expect(all).toMatchObject([{ path, underlined }]);
    // An object without a name cannot be named.
    const isNamed = !/missing-(kind|field)/.test(code) && !underlined.startsWith('name: 5');
    expect(all[0]?.object?.kind === undefined).toBe(!isNamed);
  });
});

describe('hosts and paths that Kubernetes would refuse', () => {
  const rule = (host: string, path: string, more = ''): string =>
    ingress(`spec:
  rules:
  - host: ok.example
    http: { paths: [{ path: /ok, pathType: Prefix, backend: { service: { name: cart, port: { number: 80 } } } }] }
  - host: ${JSON.stringify(host)}
    http:
      paths:
      - path: ${JSON.stringify(path)}
        pathType: Prefix${more}
        backend: { service: { name: cart, port: { number: 80 } } }
`);

  it.each([
    '*',
    '*.*.a',
    'a.*.b',
    'UPPER.example',
    'a_b.example',
    '10.0.0.1',
    '::1',
    'a.example:80',
    'http://a.example',
    'a..b',
    '-a.example',
    'x'.repeat(254),
    '__proto__',
  ])('host %j', (host) => {
    const outcome = run(rule(host, '/x'));
    expect(placed(outcome, 'ingress/invalid-host')).toMatchObject([
      { object: ref, path: ['spec', 'rules', 1, 'host'], consequence: 'route-dropped' },
    ]);
    expect(placed(outcome, 'ingress/invalid-host')[0]?.underlined).toContain('host: ');
    expect(outcome.ask('http://ok.example/ok')).toBe('forward');
  });

  it.each(['x', '', '//', '/a//b', '/a/./b', '/a/../b', '/a/..', '/a%2fb', '*', 'https://a/b'])('path %j', (path) => {
    const outcome = run(rule('a.example', path));
    expect(placed(outcome, 'ingress/invalid-path')).toMatchObject([
      { object: ref, path: ['spec', 'rules', 1, 'http', 'paths', 0, 'path'], consequence: 'route-dropped' },
    ]);
    expect(placed(outcome, 'ingress/invalid-path')[0]?.underlined).toMatch(/^path: /);
    expect(outcome.ask('http://ok.example/ok')).toBe('forward');
    expect(outcome.ask('http://a.example/a')).toBe('404');
  });

  it('a path type that is none', () => {
    const outcome = run(rule('a.example', '/a').replaceAll('pathType: Prefix\n', 'pathType: prefix\n'));
    expect(placed(outcome, 'ingress/unknown-path-type')).toMatchObject([
      { object: ref, underlined: 'pathType: prefix', help: 'Did you mean "Prefix"?' },
    ]);
    expect(outcome.ask('http://ok.example/ok')).toBe('forward');
  });
});

describe('size', () => {
  const many = (count: number, host: (index: number) => string, path: (index: number) => string): string =>
    ingress(
      `spec:\n  rules:\n${Array.from(
        { length: count },
        (_, index) =>
          `  - host: ${JSON.stringify(host(index))}\n    http: { paths: [{ path: ${JSON.stringify(path(index))}, pathType: Prefix, backend: { service: { name: cart, port: { number: 80 } } } }] }\n`,
      ).join('')}`,
    );

  it('10,000 rules in one Ingress are 10,000 routes, on hosts of their own or on one', () => {
    const apart = run(
      many(
        10_000,
        (index) => `h${index}.example`,
        () => '/',
      ),
    );
    expect(apart.table.hosts.size).toBe(10_001);
    expect(apart.found).toEqual([]);
    expect(apart.ask('http://h9999.example/')).toBe('forward');
    const together = run(
      many(
        10_000,
        () => 'one.example',
        (index) => `/p${index}`,
      ),
    );
    expect(together.table.hosts.get('one.example')?.routes).toHaveLength(10_000);
    expect(together.ask('http://one.example/p9999/x')).toBe('forward');
    expect(together.ask('http://one.example/nope')).toBe('404');
  });

  it('10,000 bad rules are 10,000 reports, each at its own line', () => {
    const outcome = run(
      many(
        10_000,
        (index) => `BAD${index}`,
        () => '/',
      ),
    );
    const all = outcome.found.filter(({ code }) => code === 'ingress/invalid-host');
    expect(all).toHaveLength(10_000);
    expect(new Set(all.map(({ span }) => span?.line)).size).toBe(10_000);
  });

  it('megabytes of annotation are cut in messages', () => {
    const outcome = run(
      ingress(
        'spec: { defaultBackend: { service: { name: cart, port: { number: 80 } } } }',
        `name: bad, annotations: { nginx.ingress.kubernetes.io/cors-max-age: "${'x'.repeat(3_000_000)}" }`,
      ),
    );
    const [diagnostic] = placed(outcome, 'annotation/invalid-value');
    expect(diagnostic?.message.length).toBeLessThan(300);
    expect(formatDiagnostics(outcome.found, { sources: new Map([[file, outcome.text]]) }).length).toBeLessThan(5000);
  });
});

describe.each(everyProfile)('annotation values of every wrong type and size, under %s', (_, profile) => {
  const own = createGateway({ profile });
  const { spellings } = registryOf(profile);

  it('each is read, or reported at its place, and never thrown', () => {
    for (const { fields } of familyKeys(profile)) {
      for (const [index, { keys }] of fields.entries()) {
        const key = keys[0] ?? '';
        // The longest ones once for each family.
        for (const value of index === 0 ? oddValues : oddValues.filter(({ length }) => length < 1000)) {
          const codec = spellings.get(key)?.field.codec;
          const isBlank = codec?.blank !== 'value' && value.trim() === '';
          const bad = JSON.stringify(
            {
              apiVersion: 'networking.k8s.io/v1',
              kind: 'Ingress',
              metadata: { name: 'bad', annotations: { [key]: value } },
              spec: {
                rules: [
                  {
                    host: 'bad.example',
                    http: { paths: [{ path: '/', pathType: 'Prefix', backend: { service: { name: 'cart', port: { number: 80 } } } }] },
                  },
                ],
              },
            },
            null,
            1,
          );
          const outcome = run(bad, own);
          outcome.ask('http://bad.example/');
          if (codec?.parse(value).ok === true && !isBlank) continue;
          // An operator's rules may refuse the Ingress before anything of it is read.
          if (outcome.found.some(({ code, path }) => code.startsWith('admission/') && path?.[2] === key)) continue;
          const all = placed(outcome, 'annotation/invalid-value');
          expect(all, `${key}=${JSON.stringify(value.slice(0, 50))}`).toMatchObject([
            { object: ref, path: ['metadata', 'annotations', key] },
          ]);
          expect(all[0]?.underlined).toContain(key);
        }
      }
    }
  });

  it('values that are no text refuse the Ingress', () => {
    for (const value of ['5', 'true', '[a]', '{ a: b }', '1.5', '.inf']) {
      const outcome = run(
        ingress(
          'spec: { defaultBackend: { service: { name: cart, port: { number: 80 } } } }',
          `name: bad, annotations: { nginx.ingress.kubernetes.io/enable-cors: ${value} }`,
        ),
        own,
      );
      expect(placed(outcome, 'schema/invalid-type')).toMatchObject([
        {
          object: { name: 'bad' },
          path: ['metadata', 'annotations', 'nginx.ingress.kubernetes.io/enable-cors'],
          consequence: 'object-rejected',
        },
      ]);
    }
  });
});

describe('__proto__ as a key', () => {
  it('is data, or an unknown field, wherever it stands', () => {
    const outcome =
      run(`${ingress('spec: { __proto__: { polluted: 1 }, rules: [{ host: p.example, __proto__: {}, http: { paths: [{ path: /, pathType: Prefix, backend: { service: { name: cart, port: { number: 80 } } } }] } }] }', 'name: bad, __proto__: { polluted: 1 }, annotations: { __proto__: x, nginx.ingress.kubernetes.io/__proto__: y }, labels: { __proto__: z }')}
---
apiVersion: v1
kind: Secret
metadata: { name: users }
data: { __proto__: eA== }
---
apiVersion: v1
kind: ConfigMap
metadata: { name: c }
data: { __proto__: x }
`);
    expect(
      placed(outcome, 'schema/unknown-field')
        .map(({ path }) => path?.join('.'))
        .sort(),
    ).toEqual(['spec.__proto__', 'spec.rules.0.__proto__']);
    expect(placed(outcome, 'annotation/unknown')).toMatchObject([
      { path: ['metadata', 'annotations', 'nginx.ingress.kubernetes.io/__proto__'] },
    ]);
    expect(outcome.ask('http://p.example/')).toBe('forward');
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
    expect(Object.prototype).not.toHaveProperty('polluted');
    expect(gateway.decide(outcome.table, { url: 'http://p.example/?__proto__=1', headers: { __proto__: 'x' } as never }).kind).toBe(
      'forward',
    );
  });
});

describe('Secrets that cannot be resolved', () => {
  const needle = 'hunter2-needle';
  const guarded = (secretName: string, annotations = ''): string =>
    ingress(
      `spec:
  tls: [{ hosts: [bad.example], secretName: cert }]
  rules: [{ host: bad.example, http: { paths: [{ path: /, pathType: Prefix, backend: { service: { name: cart, port: { number: 80 } } } }] } }]
`,
      `name: bad, annotations: { nginx.ingress.kubernetes.io/auth-type: basic, nginx.ingress.kubernetes.io/auth-secret: ${secretName}${annotations} }`,
    );
  const secret = (data: string, name = 'users', namespace = 'default'): string =>
    `---\napiVersion: v1\nkind: Secret\nmetadata: { name: ${name}, namespace: ${namespace} }\nstringData: ${data}\n`;

  it.each<[string, string]>([
    ['a Secret that is not there', guarded('missing')],
    ['a Secret of another namespace', guarded('other/users') + secret(`{ auth: "user:${needle}" }`, 'users', 'other')],
    ['a Secret without the key', guarded('users') + secret(`{ password: "${needle}" }`)],
    ['a Secret that is empty', guarded('users') + secret('{ auth: "" }')],
    ['a list of accounts that is none', guarded('users') + secret(`{ auth: "${needle}" }`)],
    ['a hash that nobody knows', guarded('users') + secret(`{ auth: "user:$9$${needle}" }`)],
    ['a name that is none', guarded('"../users"')],
  ])('%s closes the route, says so at the annotation, and prints nothing', (_, bad) => {
    const outcome = run(bad);
    const request = {
      url: 'https://bad.example/',
      headers: { authorization: `Basic ${Buffer.from(`user:${needle}`).toString('base64')}` },
    };
    const decision = gateway.decide(outcome.table, request);
    expect(decision.kind).toBe('respond');
    const errors = outcome.found.filter(({ severity, path }) => severity !== 'info' && String(path?.[2]).includes('auth-'));
    expect(errors.length).toBeGreaterThan(0);
    for (const { object, span } of errors) expect([object, span?.file]).toEqual([ref, file]);
    const explanation = gateway.explain(outcome.table, request);
    const printed = [
      formatDiagnostics(outcome.found, { sources: new Map([[file, outcome.text]]), showInfo: true }),
      JSON.stringify(outcome.found),
      JSON.stringify(toJSON(outcome.table)),
      inspect(outcome.table, { depth: 20 }),
      inspect([...outcome.table.hosts], { depth: 20 }),
      formatExplanation({ ...explanation, request: { url: request.url } }),
      JSON.stringify(explanation.steps),
    ];
    for (const text of printed) {
      expect(text).not.toContain(needle);
      expect(text).not.toContain(Buffer.from(needle).toString('base64').slice(0, 14));
    }
  });

  it('a certificate that is not there is reported, and the host still answers', () => {
    const outcome = run(
      ingress(
        'spec:\n  tls: [{ hosts: [bad.example], secretName: cert }]\n  rules: [{ host: bad.example, http: { paths: [{ path: /, pathType: Prefix, backend: { service: { name: cart, port: { number: 80 } } } }] } }]\n',
      ),
    );
    expect(placed(outcome, 'tls/secret-not-found')).toMatchObject([
      { object: ref, path: ['spec', 'tls', 0, 'secretName'], underlined: 'secretName: cert' },
    ]);
    expect(outcome.ask('https://bad.example/')).toBe('forward');
  });
});
