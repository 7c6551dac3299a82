/** What a part of this package may do to one kind. Declared beside the code that does it; the manifests are generated from these declarations. */
export interface Permission {
  /** `''` for the core group. */
  readonly group: string;
  /** Plural name, with its subresource where there is one: `ingresses/status`. */
  readonly resource: string;
  readonly verbs: readonly PermissionVerb[];
  /** Absent: wherever the objects are. `own`: only in the namespace the process runs in. */
  readonly namespace?: 'own';
  /** Why, for whoever reviews the Role. */
  readonly why: string;
}

/** The words of RBAC that this package needs. */
export type PermissionVerb = 'get' | 'list' | 'watch' | 'create' | 'update' | 'patch' | 'delete';

/** What an election does: see `LeaseElector` of `@ingresskit/kubernetes`. */
export const electionPermissions: readonly Permission[] = [
  {
    group: 'coordination.k8s.io',
    resource: 'leases',
    verbs: ['create', 'get', 'update'],
    namespace: 'own',
    why: 'one of several replicas writes',
  },
];

/** What writing Events does: see `EventWriter` of `@ingresskit/kubernetes`. Servers without `events.k8s.io` take them in the core group. */
export const eventPermissions: readonly Permission[] = [
  { group: 'events.k8s.io', resource: 'events', verbs: ['create', 'patch'], why: 'tells people about their objects' },
  { group: '', resource: 'events', verbs: ['create', 'patch'], why: 'the same on servers without events.k8s.io' },
];
