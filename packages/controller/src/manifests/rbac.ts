import { controllerWatchPermissions } from '../controller/controller.ts';
import { reconcilerPermissions } from '../controller/reconciler.ts';
import { watchPermissions } from '../gateway/cluster-gateway.ts';
import { ingressStatusPermissions } from '../gateway/ingress-status.ts';
import { electionPermissions, type Permission } from '../permission.ts';
import type { Manifest } from './crd.ts';

/** The two programs that talk to the API server. */
export type Component = 'controller' | 'gateway';

/** Everything each of them does there, gathered from where it is done. */
export const permissionsOf: Readonly<Record<Component, readonly Permission[]>> = {
  controller: [...controllerWatchPermissions, ...reconcilerPermissions, ...electionPermissions],
  gateway: [...watchPermissions, ...ingressStatusPermissions, ...electionPermissions],
};

/** Where the manifests put things. */
export interface Placement {
  /** Default as the product has it: `mse-ingress-controller` (mse.md §4). */
  readonly namespace?: string;
}

/** One line of a Role. */
export interface RoleLine {
  readonly apiGroups: readonly string[];
  readonly resources: readonly string[];
  readonly verbs: readonly string[];
}

/** Service account, roles and bindings of a component: exactly the calls it makes. */
export function rbacManifests(component: Component, { namespace = 'mse-ingress-controller' }: Placement = {}): readonly Manifest[] {
  const name = `ingresskit-${component}`;
  const permissions = permissionsOf[component];
  const labels = { 'app.kubernetes.io/name': name, 'app.kubernetes.io/part-of': 'ingresskit' };
  const subjects = [{ kind: 'ServiceAccount', name, namespace }];
  const apiVersion = 'rbac.authorization.k8s.io/v1';
  return [
    { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name, namespace, labels } },
    {
      apiVersion,
      kind: 'ClusterRole',
      metadata: { name, labels },
      rules: roleLines(permissions.filter((one) => one.namespace === undefined)),
    },
    {
      apiVersion,
      kind: 'ClusterRoleBinding',
      metadata: { name, labels },
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name },
      subjects,
    },
    {
      apiVersion,
      kind: 'Role',
      metadata: { name, namespace, labels },
      rules: roleLines(permissions.filter((one) => one.namespace === 'own')),
    },
    {
      apiVersion,
      kind: 'RoleBinding',
      metadata: { name, namespace, labels },
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name },
      subjects,
    },
  ];
}

/** Permissions as lines of a Role: one for each resource, sorted. */
export function roleLines(permissions: readonly Permission[]): readonly RoleLine[] {
  const verbs = new Map<string, Set<string>>();
  for (const { group, resource, verbs: own } of permissions) {
    const key = `${group}/${resource}`;
    const known = verbs.get(key) ?? new Set();
    for (const verb of own) known.add(verb);
    verbs.set(key, known);
  }
  return [...verbs]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, known]) => {
      const slash = key.indexOf('/');
      return { apiGroups: [key.slice(0, slash)], resources: [key.slice(slash + 1)], verbs: [...known].sort() };
    });
}
