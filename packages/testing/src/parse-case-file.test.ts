import { describe, expect, it } from 'vitest';
import { parseCaseFile } from './parse-case-file.ts';

const manifests = `apiVersion: v1
kind: Service
metadata: { name: a }
spec: { ports: [{ port: 80 }] }
`;

function problemsOf(document: string): string[] {
  const { cases, diagnostics } = parseCaseFile(`${manifests}---\nkind: Case\n${document}`, 'x.case.yaml');
  expect(cases).toEqual([]);
  return diagnostics.map(({ code, span, message }) => `${span?.line}:${span?.column} ${code} ${message}`);
}

describe('parseCaseFile', () => {
  it('reads manifests and cases', () => {
    const text = `${manifests}---
kind: Case
title: first
requests:
  - GET http://a.example/ -> forward default/a:80
  - request: { url: http://a.example/, headers: { x: "1" }, draw: 0.5 }
    expect: { kind: forward, backend: { service: a } }
  - request: { url: http://b.example/ }
    expect: no-route
diagnostics:
  - route/no-primary Ingress default/x
---
kind: Case
title: second
profile: higress
ingressClass: [mse, nginx]
gateway: g
options: { assumeEndpoints: never, allowCrossNamespace: true, allowExternalNames: [a.example] }
requests:
  - GET http://a.example/ -> no-route
`;
    const { resources, cases, diagnostics } = parseCaseFile(text, 'x.case.yaml');
    expect(diagnostics).toEqual([]);
    expect(resources.map(({ kind }) => kind)).toEqual(['Service']);
    expect(cases.map(({ title, line, index, options }) => ({ title, line, index, options }))).toEqual([
      { title: 'first', line: 6, index: 0, options: { profile: 'mse' } },
      {
        title: 'second',
        line: 17,
        index: 1,
        options: {
          profile: 'higress',
          ingressClass: ['mse', 'nginx'],
          gateway: 'g',
          assumeEndpoints: 'never',
          allowCrossNamespace: true,
          allowExternalNames: ['a.example'],
        },
      },
    ]);
    expect(cases[0]?.requests).toEqual([
      { request: { method: 'GET', url: 'http://a.example/' }, expected: { line: 'forward default/a:80' }, line: 9 },
      {
        request: { url: 'http://a.example/', headers: { x: '1' }, draw: 0.5 },
        expected: { subset: { kind: 'forward', backend: { service: 'a' } } },
        line: 10,
      },
      { request: { url: 'http://b.example/' }, expected: { line: 'no-route' }, line: 12 },
    ]);
    expect(cases[0]?.diagnostics).toEqual(['route/no-primary Ingress default/x']);
  });

  it('keeps the places of the manifests and hands their diagnostics to every case', () => {
    const text = `---\nkind: Case\ntitle: t\nrequests: [GET http://a/ -> no-route]\n---\napiVersion: v1\nkind: Service\nmetadata: { name: UPPER }\n`;
    const { cases, diagnostics } = parseCaseFile(text, 'f.case.yaml');
    expect(diagnostics.map(({ span }) => span?.line)).toEqual([8]);
    expect(cases[0]?.reading).toEqual(diagnostics);
  });

  it.each<readonly [string, string]>([
    ['title: t\nrequest: []\n', '8:1 case/unknown-field "request" is no field of a case.'],
    ['requests: [GET http://a/ -> no-route]\n', '6:1 case/invalid-field The case has no title.'],
    ['title: t\nrequests: {}\n', '8:11 case/invalid-field requests must be a list.'],
    ['title: t\nrequests:\n  - GET http://a/ => no-route\n', '9:5 case/invalid-request The line "GET http://a/ => no-route" has no " -> "'],
    ['title: t\nrequests:\n  - request: { url: http://a/ }\n', '9:5 case/invalid-request A request is a line'],
    ['title: t\nrequests:\n  - request: { url: http://a/ }\n    expects: no-route\n', '9:5 case/invalid-request A request is a line'],
    ['title: t\nrequests:\n  - request: { url: http://a/ }\n    expect: nowhere\n', '9:5 case/invalid-request "nowhere" is none of'],
    ['title: t\ndiagnostics: [cors/invalid Ingress]\n', '8:14 case/invalid-field diagnostics must be a list'],
    [
      'title: t\noptions: { assumeEndpoint: never }\nrequests: [GET http://a/ -> no-route]\n',
      '8:12 case/unknown-field "assumeEndpoint" is no option',
    ],
    [
      'title: t\noptions: { assumeEndpoints: sometimes }\nrequests: [GET http://a/ -> no-route]\n',
      '8:29 case/invalid-field The option assumeEndpoints',
    ],
    ['title: t\nprofile: 7\nrequests: [GET http://a/ -> no-route]\n', '8:10 case/invalid-field profile must be text.'],
    ['title: t\nrequests: []\n', '6:1 case/empty The case has no request and no diagnostic.'],
    ['title: [\n', ' case/unreadable The case cannot be parsed'],
  ])('refuses %j', (document, problem) => {
    expect(
      problemsOf(document).some((found) => found.includes(problem)),
      problemsOf(document).join('\n'),
    ).toBe(true);
  });
});
