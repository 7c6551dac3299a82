import { decide, explain } from 'ingresskit';
import { describe, expect, it } from 'vitest';
import type { Case } from './case.ts';
import { parseCaseFile } from './parse-case-file.ts';
import { type CaseDriver, runCase } from './run-case.ts';
import { updateCaseFile } from './update-case-file.ts';

const manifests = `# The manifests stay as they are.
apiVersion: v1
kind: Service
metadata: { name: a }
spec: { ports: [{ port: 80 }] }
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: web
  annotations:
    nginx.ingress.kubernetes.io/cors-max-ages: "1"
spec:
  ingressClassName: mse
  rules:
    - host: a.example
      http: { paths: [{ path: /, pathType: Prefix, backend: { service: { name: a, port: { number: 80 } } } }] }
`;
const decider: CaseDriver = { name: 'decide', decide: (table, request, capabilities) => decide(table, request, capabilities) };
const explainer: CaseDriver = {
  name: 'explain',
  decide: (table, request, capabilities) => explain(table, request, capabilities).decision,
};
const liar: CaseDriver = { name: 'liar', decide: () => ({ kind: 'no-route', status: 404 }) };

function caseOf(text: string): Case {
  const { cases, diagnostics } = parseCaseFile(`${manifests}---\nkind: Case\ntitle: t\n${text}`, 'x.case.yaml');
  expect(diagnostics).toEqual([]);
  const [subject] = cases;
  if (subject === undefined) throw new TypeError('the text holds no case');
  return subject;
}

const right = `requests:
  - GET http://a.example/x -> forward default/a:80
  - request: { url: http://a.example/y }
    expect: { kind: forward, backend: { service: a }, upstream: { path: /y }, split: ~ }
diagnostics:
  - annotation/unknown Ingress default/web
`;

describe('runCase', () => {
  it('has no failures where everything holds, whoever decides', () => {
    const results = runCase(caseOf(right), [decider, explainer]);
    expect(results.map(({ driver, failures }) => ({ driver, failures }))).toEqual([
      { driver: 'decide', failures: [] },
      { driver: 'explain', failures: [] },
    ]);
    expect(results[0]?.decisions.map(({ kind }) => kind)).toEqual(['forward', 'forward']);
  });

  it('has one clock and one set of counters for each driver', () => {
    const limited = manifests.replace('nginx.ingress.kubernetes.io/cors-max-ages', 'mse.ingress.kubernetes.io/rate-limit');
    const requests = `requests:
  - { request: { url: http://a.example/, at: 0 }, expect: forward default/a:80 }
  - { request: { url: http://a.example/, at: 999 }, expect: respond 429 rate-limit }
  - { request: { url: http://a.example/, at: 1000 }, expect: forward default/a:80 }
  - { request: { url: http://a.example/, at: 1000 }, expect: forward default/a:80 }
`;
    const [subject] = parseCaseFile(`${limited}---\nkind: Case\ntitle: t\n${requests}`, 'x.case.yaml').cases;
    const results = runCase(subject as Case, [decider, explainer]);
    for (const { driver, failures } of results) {
      expect(failures).toHaveLength(1);
      expect(failures[0]).toContain(`x.case.yaml:25: ${driver}: GET http://a.example/ [at 1000 ms]`);
      // The explanation has counted what came before.
      expect(failures[0]).toContain('answers 429');
    }
  });

  it('tells the driver that differs, with the place, both decisions and the explanation', () => {
    const [honest, lying] = runCase(caseOf(right), [decider, liar]);
    expect(honest?.failures).toEqual([]);
    expect(lying?.failures).toHaveLength(2);
    expect(lying?.failures[0]).toMatch(
      /^x\.case\.yaml:22: liar: GET http:\/\/a\.example\/x\n {2}should be forward default\/a:80\n {2}and is {4}no-route\n\nGET http/,
    );
    expect(lying?.failures[1]).toContain('kind should be "forward", and is "no-route"');
  });

  it('wants every diagnostic of severity warning and above, and no other', () => {
    const failures = runCase(caseOf('diagnostics: [cors/never Ingress default/web]\n'), [decider])[0]?.failures ?? [];
    expect(failures).toHaveLength(1);
    expect(failures[0]).toContain('missing:    cors/never Ingress default/web');
    expect(failures[0]).toContain('unexpected: annotation/unknown Ingress default/web');
    expect(failures[0]).toContain('cors-max-ages');
  });

  it('counts diagnostics of one object', () => {
    const twice = 'diagnostics: [annotation/unknown Ingress default/web, annotation/unknown Ingress default/web]\n';
    expect(runCase(caseOf(twice), [decider])[0]?.failures[0]).toContain('missing:    annotation/unknown Ingress default/web');
  });

  it('looks at infos once one is listed', () => {
    const selected = 'ingressClass: other\nrequests: [GET http://a.example/ -> no-route]\n';
    expect(runCase(caseOf(selected), [decider])[0]?.failures).toEqual([]);
    const one = runCase(caseOf(`${selected}diagnostics: [info class/not-selected Ingress default/web]\n`), [decider])[0];
    expect(one?.diagnostics).toContain('info class/not-selected Ingress default/web');
    const wrong = runCase(caseOf(`${selected}diagnostics: [info class/wrong Ingress default/web]\n`), [decider])[0];
    expect(wrong?.failures[0]).toContain('unexpected: info class/not-selected Ingress default/web');
  });
});

describe('updateCaseFile', () => {
  function updated(text: string): string {
    const whole = `${manifests}---\nkind: Case\ntitle: t # stays\n${text}`;
    const { cases } = parseCaseFile(whole, 'x.case.yaml');
    const after = updateCaseFile(
      whole,
      cases.flatMap((subject) => runCase(subject, [decider])),
    );
    const prefix = `${manifests}---\nkind: Case\ntitle: t # stays\n`;
    expect(after.startsWith(prefix)).toBe(true);
    // What was written holds.
    for (const subject of parseCaseFile(after, 'x.case.yaml').cases) expect(runCase(subject, [decider])[0]?.failures).toEqual([]);
    return after.slice(prefix.length);
  }

  it('changes nothing that holds', () => {
    expect(updated(right)).toBe(right);
  });

  it('rewrites only what does not', () => {
    const wrong = `requests:
  # a comment
  - GET http://a.example/x -> no-route # another
  - "GET http://b.example/ -> forward default/a:80"
  - request: { url: http://a.example/y }   # and one more
    expect: { kind: respond, status: 403, backend: { service: b } }
  - request:
      url: http://a.example/z
    expect:
      kind: forward
      backend:
        service: b
  - request: { url: http://b.example/ }
    expect: 'forward default/a:80'
diagnostics: # at the end
  - cors/never Ingress default/web
  - cors/either Ingress default/web
`;
    expect(updated(wrong)).toBe(`requests:
  # a comment
  - GET http://a.example/x -> forward default/a:80 # another
  - "GET http://b.example/ -> no-route"
  - request: { url: http://a.example/y }   # and one more
    expect: { kind: forward, status: null, backend: { service: a } }
  - request:
      url: http://a.example/z
    expect:
      { kind: forward, backend: { service: a } }
  - request: { url: http://b.example/ }
    expect: 'no-route'
diagnostics:
  - annotation/unknown Ingress default/web
`);
  });

  it('adds diagnostics where none were expected', () => {
    expect(updated('requests:\n  - GET http://a.example/x -> forward default/a:80\n')).toBe(
      'requests:\n  - GET http://a.example/x -> forward default/a:80\ndiagnostics:\n  - annotation/unknown Ingress default/web\n',
    );
  });

  it('empties the list where none are found', () => {
    const text = 'ingressClass: other\nrequests: [GET http://a.example/ -> no-route]\ndiagnostics:\n  - cors/never Ingress default/web\n';
    expect(updated(text)).toBe('ingressClass: other\nrequests: [GET http://a.example/ -> no-route]\ndiagnostics: []\n');
  });

  it('keeps several cases apart', () => {
    const second = 'requests: [GET http://b.example/ -> no-route]\ndiagnostics: [annotation/unknown Ingress default/web]\n';
    const text = `${right.replace('default/a:80', 'default/b:80')}---\nkind: Case\ntitle: u\n${second}`;
    expect(updated(text)).toBe(`${right}---\nkind: Case\ntitle: u\n${second}`);
  });
});
