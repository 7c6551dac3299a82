import type { Ingress, PathType } from '@ingresskit/resources';
import type { Scene, SceneRequest } from './scene.ts';

/** One Ingress for the host `a.example` in a few words. */
export function ingressOf(
  annotations: Readonly<Record<string, string>>,
  paths: readonly (readonly [path: string, pathType: PathType, service?: string])[],
  name = 'shop',
): Ingress {
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'Ingress',
    metadata: {
      namespace: 'one',
      name,
      creationTimestamp: '2026-01-01T00:00:00Z',
      annotations: Object.fromEntries(Object.entries(annotations).map(([key, text]) => [`nginx.ingress.kubernetes.io/${key}`, text])),
    },
    spec: {
      rules: [
        {
          host: 'a.example',
          http: {
            paths: paths.map(([path, pathType, service = 'app']) => ({
              path,
              pathType,
              backend: { service: { name: service, port: { number: 80 } } },
            })),
          },
        },
      ],
    },
  };
}

/** A request to `a.example` in a few words. */
export function requestOf(target: string, more: Partial<SceneRequest> = {}): SceneRequest {
  return { method: 'GET', target, hosts: ['a.example'], source: '127.0.0.1', headers: [], ...more };
}

const plain = ingressOf({}, [['/', 'Prefix']]);

/** A scene for each known difference, by its id: where it shows, and nothing else does. */
export const witnesses: Readonly<Record<string, Scene>> = {
  'unknown-method': { ingresses: [plain], requests: [requestOf('/', { method: 'BREW' })] },
  'refused-methods': { ingresses: [plain], requests: [requestOf('/..', { method: 'TRACE' })] },
  'path-refused': { ingresses: [plain], requests: [requestOf('/a\\b'), requestOf('/a/..;/b'), requestOf('/a%5Cb'), requestOf('/a#b')] },
  'host-refused': {
    ingresses: [plain],
    requests: [
      requestOf('/', { hosts: ['a.example:'] }),
      requestOf('/', { hosts: ['a@b.example'] }),
      requestOf('/', { hosts: ['a.example:http'] }),
    ],
  },
  'https-host-spelling': {
    ingresses: [ingressOf({ 'force-ssl-redirect': 'true' }, [['/', 'Prefix']])],
    requests: [requestOf('/x/', { hosts: ['A.Example.'] })],
  },
  'status-without-location': {
    ingresses: [ingressOf({ 'permanent-redirect': 'https://new.example', 'permanent-redirect-code': '304' }, [['/', 'Prefix']])],
    requests: [requestOf('/')],
  },
  'empty-query': {
    ingresses: [ingressOf({ 'rewrite-target': '/$1' }, [['/a/(.*)', 'ImplementationSpecific']])],
    requests: [requestOf('/a/b?')],
  },
  'unpadded-credentials': {
    ingresses: [ingressOf({ 'auth-type': 'basic', 'auth-secret': 'users' }, [['/', 'Prefix']])],
    requests: [requestOf('/', { headers: [['Authorization', 'Basic Ym9iOnNlY3JldA']] })],
  },
  'rewrite-points-elsewhere': {
    ingresses: [ingressOf({ 'rewrite-target': '/$1' }, [['/foo(.*)', 'ImplementationSpecific']])],
    requests: [requestOf('/foo/evil.example')],
  },
  'alternatives-anchored': {
    ingresses: [ingressOf({ 'use-regex': 'true' }, [['/a|/b', 'ImplementationSpecific']])],
    requests: [requestOf('/x/b')],
  },
  'exact-root-among-patterns': {
    ingresses: [ingressOf({ 'use-regex': 'true' }, [['/', 'Exact']])],
    requests: [requestOf('/'), requestOf('/other')],
  },
  'newline-in-path': {
    ingresses: [ingressOf({ 'rewrite-target': '/x/$1' }, [['/a/(.*)', 'ImplementationSpecific']])],
    requests: [requestOf('/a/b%0Ac')],
  },
  'prefix-header-encoded': {
    ingresses: [ingressOf({ 'rewrite-target': '/x', 'x-forwarded-prefix': '/$1' }, [['/a/(.*)', 'ImplementationSpecific']])],
    requests: [requestOf('/a/b%20c')],
  },
};
