import { afterEach, describe, expect, it } from 'vitest';
import { serviceYaml } from '../testing/harness.ts';
import { sendRaw } from '../testing/raw-client.ts';
import { Stage } from '../testing/stage.ts';

const stage = new Stage();
afterEach(() => stage.close());

const count = 1_000;

/** Routes by patterns, and none behind them for what matches nothing. */
function many(patternOf: (index: number) => string): string {
  const paths = Array.from({ length: count }, (_, index) => {
    const backend = `{ service: { name: many, port: { number: 80 } } }`;
    return `          - { path: '${patternOf(index)}', pathType: ImplementationSpecific, backend: ${backend} }`;
  });
  const annotations = `{ nginx.ingress.kubernetes.io/use-regex: 'true' }`;
  return `---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: { name: many, namespace: default, annotations: ${annotations} }
spec:
  ingressClassName: nginx
  rules:
    - host: many.example
      http:
        paths:
${paths.join('\n')}
${serviceYaml('many')}`;
}

/** What is left of a URL of 8 KiB, which is as much as is let through. */
const room = 8_192 - 'http://many.example'.length;

/** As long as it may be, with a beginning and an end. */
const long = (start: string, end: string): string => start + 'a'.repeat(room - start.length - end.length) + end;

describe('A16: a path of 8 KiB against a thousand patterns', () => {
  it.each([
    ['with a literal beginning', (index: number) => `/app-${index}/v[0-9]+/(.*)`, long('/app-999/v1/', ''), long('/app-1000/v1/', '')],
    ['that begin with anything', (index: number) => `/.*[a-c]x${index}/y$`, long('/', 'x999/y'), long('/', 'x999/z')],
    ['that begin with a choice', (index: number) => `/(v1|v2)/foo${index}(/|$)(.*)`, long('/v2/foo999/', ''), long('/v3/foo999/', '')],
    ['that run on RE2', (index: number) => `/(a+)+b${index}$`, long('/', 'b999'), long('/', 'c')],
    // The texts of all patterns that a path has room for: each of them has to be tried.
    [
      'of which it holds the texts',
      (index: number) => `/.*[a-c]x${index}/y$`,
      long('/', 'x999/y'),
      long(`/${Array.from({ length: 900 }, (_, index) => `x${index}/y`).join('')}`, '-'),
    ],
  ])('%s', async (_, patternOf, match, miss) => {
    const { endpoint, seen } = await stage.backend((request, response) => void response.end(String(request.url?.length)));
    const { port } = await stage.serve({
      profile: 'ingress-nginx',
      more: many(patternOf),
      endpoints: { 'default/web:80': [endpoint], 'default/many:80': [endpoint] },
    });
    const ask = (host: string, path: string): ReturnType<typeof sendRaw> => sendRaw(port, `GET ${path} HTTP/1.1\r\nHost: ${host}\r\n\r\n`);
    // Others are served in between.
    const [found, other, missed, another] = await Promise.all([
      ask('many.example', match),
      ask('a.example', '/'),
      ask('many.example', miss),
      ask('a.example', '/'),
    ]);
    expect([found.status, other.status, missed.status, another.status]).toEqual([200, 200, 404, 200]);
    expect(seen.map(({ url = '' }) => url.length).sort((a, b) => a - b)).toEqual([1, 1, room]);
    expect((await ask('many.example', `${match}a`)).status).toBe(414);
  });
});
