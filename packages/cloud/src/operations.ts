/**
 * How an operation may be repeated after an answer was lost. `read` changes nothing; `set` and `delete` end in the same state however often they
 * run; `create` makes one more thing each time, and the API has no client token (mse.md §9.12), so it is never repeated blindly.
 */
export type OperationKind = 'read' | 'set' | 'delete' | 'create';

/** What the package knows of one API operation. */
export interface Operation {
  /** The RAM action that allows it (mse.md §7: `mse:<Operation>`). */
  readonly action: `mse:${string}`;
  /** Its RAM resource: one gateway (`acs:mse:<region>:<account>:instance/<GatewayUniqueId>`), or `*` where no gateway is named. */
  readonly resource: 'gateway' | '*';
  readonly method: 'GET' | 'POST';
  readonly kind: OperationKind;
  /** Whether `readActual` and `apply`, and so the controller, call it. Everything else is for people and tools. */
  readonly controller: boolean;
}

type Row = readonly [kind: OperationKind, resource: 'gateway' | '*', controller?: 'controller'];

// Names and kinds by mse.md §5.5. TagResources replaces values of existing keys, so it is a `set`.
const rows = {
  AddGateway: ['create', '*', 'controller'],
  GetGateway: ['read', 'gateway', 'controller'],
  ListGateway: ['read', '*'],
  DeleteGateway: ['delete', 'gateway', 'controller'],
  UpdateGatewaySpec: ['set', 'gateway'],
  UpdateGatewayName: ['set', 'gateway'],
  GetGatewayOption: ['read', 'gateway', 'controller'],
  UpdateGatewayOption: ['set', 'gateway', 'controller'],
  GetGatewayConfig: ['read', 'gateway', 'controller'],
  UpdateGatewayConfig: ['set', 'gateway', 'controller'],
  AddServiceSource: ['create', 'gateway', 'controller'],
  ListServiceSource: ['read', 'gateway', 'controller'],
  UpdateServiceSource: ['set', 'gateway', 'controller'],
  DeleteServiceSource: ['delete', 'gateway'],
  GetKubernetesSource: ['read', 'gateway'],
  AddSecurityGroupRule: ['create', 'gateway'],
  ListSecurityGroup: ['read', 'gateway'],
  ListSecurityGroupRule: ['read', 'gateway'],
  DeleteSecurityGroupRule: ['delete', 'gateway'],
  AddGatewaySlb: ['create', 'gateway'],
  ListGatewaySlb: ['read', 'gateway'],
  SelectGatewaySlb: ['read', 'gateway'],
  DeleteGatewaySlb: ['delete', 'gateway'],
  AddGatewayDomain: ['create', 'gateway'],
  UpdateGatewayDomain: ['set', 'gateway'],
  ListGatewayDomain: ['read', 'gateway'],
  GetGatewayDomainDetail: ['read', 'gateway'],
  DeleteGatewayDomain: ['delete', 'gateway'],
  AddSSLCert: ['create', 'gateway'],
  UpdateSSLCert: ['set', 'gateway'],
  ListSSLCert: ['read', 'gateway'],
  AddBlackWhiteList: ['create', 'gateway', 'controller'],
  GetBlackWhiteList: ['read', 'gateway', 'controller'],
  UpdateBlackWhiteList: ['set', 'gateway', 'controller'],
  DeleteBlackWhiteList: ['delete', 'gateway'],
  GatewayBlackWhiteList: ['read', 'gateway'],
  TagResources: ['set', 'gateway', 'controller'],
  UntagResources: ['delete', 'gateway', 'controller'],
  ListTagResources: ['read', '*', 'controller'],
  ListGatewayZone: ['read', '*'],
  QueryGatewayRegion: ['read', '*'],
  QueryGatewayType: ['read', '*'],
  QuerySlbSpec: ['read', '*'],
  ChangeResourceGroup: ['set', 'gateway'],
} as const satisfies Readonly<Record<string, Row>>;

/** The operations this package can call. */
export type OperationName = keyof typeof rows;

/** The operations `readActual` and `apply` are limited to, by their types as well as by the policy. */
export type ControllerOperationName = {
  [N in OperationName]: (typeof rows)[N] extends readonly [unknown, unknown, 'controller'] ? N : never;
}[OperationName];

/** Every operation, by name. A RAM policy can be written from it: the `action` of each entry whose `controller` is true. */
export const operations: Readonly<Record<OperationName, Operation>> = Object.freeze(
  Object.fromEntries(
    Object.entries<Row>(rows).map(([name, [kind, resource, controller]]) => [
      name,
      Object.freeze({
        action: `mse:${name}`,
        resource,
        method: name === 'QuerySlbSpec' ? 'GET' : 'POST',
        kind,
        controller: controller !== undefined,
      }),
    ]),
  ) as Record<OperationName, Operation>,
);

/**
 * The `mse` actions of the vendor's policy `AliyunCSManagedMseRolePolicy`, version 5 (mse.md §7): what the vendor's own controller may do.
 * This package needs a part of them and nothing beside them.
 */
export const managedPolicyActions: readonly `mse:${string}`[] = Object.freeze(
  (
    'AddBlackWhiteList AddGateway AddServiceSource CreateApplication DeleteGateway GetBlackWhiteList GetGateway GetGatewayDetail ' +
    'GetGatewayOption ListServiceSource ListTagResources ModifyLosslessRule TagResources UntagResources UpdateBlackWhiteList ' +
    'UpdateGatewayOption UpdateServiceSource GetLicenseKey GetGatewayConfig UpdateGatewayConfig UpdateGatewaySls'
  )
    .split(' ')
    .map((name) => `mse:${name}` as const),
);

/**
 * Operations the documents name and this package does not offer, because their parameters are not documented: two that only the vendor's policy
 * names, and the route family, which a gateway that listens to Ingress does not need (mse.md §5.5).
 */
export const leftOutOperations: readonly string[] = Object.freeze([
  'GetGatewayDetail',
  'UpdateGatewaySls',
  'AddGatewayRoute',
  'ApplyGatewayRoute',
  'OfflineGatewayRoute',
  'ListGatewayRoute',
  'UpdateGatewayRouteRetry',
  'UpdateGatewayRouteTimeout',
  'UpdateGatewayRouteCORS',
  'UpdateGatewayRouteHeaderOp',
  'UpdateGatewayRouteHTTPRewrite',
  'UpdateGatewayRouteAuth',
  'UpdateGatewayRouteWafStatus',
  'DeleteGatewayRoute',
]);
