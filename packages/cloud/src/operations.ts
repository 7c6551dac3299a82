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

/** The operations `readActual` and `apply` are limited to, by their types as well as by the policy. */
export type ControllerOperationName =
  | 'AddGateway'
  | 'GetGateway'
  | 'DeleteGateway'
  | 'GetGatewayOption'
  | 'UpdateGatewayOption'
  | 'GetGatewayConfig'
  | 'UpdateGatewayConfig'
  | 'AddServiceSource'
  | 'ListServiceSource'
  | 'UpdateServiceSource'
  | 'AddBlackWhiteList'
  | 'GetBlackWhiteList'
  | 'UpdateBlackWhiteList'
  | 'TagResources'
  | 'UntagResources'
  | 'ListTagResources';

/** The operations this package can call. */
export type OperationName =
  | ControllerOperationName
  | 'ListGateway'
  | 'UpdateGatewaySpec'
  | 'UpdateGatewayName'
  | 'DeleteServiceSource'
  | 'GetKubernetesSource'
  | 'AddSecurityGroupRule'
  | 'ListSecurityGroup'
  | 'ListSecurityGroupRule'
  | 'DeleteSecurityGroupRule'
  | 'AddGatewaySlb'
  | 'ListGatewaySlb'
  | 'SelectGatewaySlb'
  | 'DeleteGatewaySlb'
  | 'AddGatewayDomain'
  | 'UpdateGatewayDomain'
  | 'ListGatewayDomain'
  | 'GetGatewayDomainDetail'
  | 'DeleteGatewayDomain'
  | 'AddSSLCert'
  | 'UpdateSSLCert'
  | 'ListSSLCert'
  | 'DeleteBlackWhiteList'
  | 'GatewayBlackWhiteList'
  | 'ListGatewayZone'
  | 'QueryGatewayRegion'
  | 'QueryGatewayType'
  | 'QuerySlbSpec'
  | 'ChangeResourceGroup';

type Row = readonly [kind: OperationKind, resource: 'gateway' | '*'];

// Names and kinds by mse.md §5.5. TagResources replaces values of existing keys, so it is a `set`.
const controllerRows: Readonly<Record<ControllerOperationName, Row>> = {
  AddGateway: ['create', '*'],
  GetGateway: ['read', 'gateway'],
  DeleteGateway: ['delete', 'gateway'],
  GetGatewayOption: ['read', 'gateway'],
  UpdateGatewayOption: ['set', 'gateway'],
  GetGatewayConfig: ['read', 'gateway'],
  UpdateGatewayConfig: ['set', 'gateway'],
  AddServiceSource: ['create', 'gateway'],
  ListServiceSource: ['read', 'gateway'],
  UpdateServiceSource: ['set', 'gateway'],
  AddBlackWhiteList: ['create', 'gateway'],
  GetBlackWhiteList: ['read', 'gateway'],
  UpdateBlackWhiteList: ['set', 'gateway'],
  TagResources: ['set', 'gateway'],
  UntagResources: ['delete', 'gateway'],
  ListTagResources: ['read', '*'],
};

const otherRows: Readonly<Record<Exclude<OperationName, ControllerOperationName>, Row>> = {
  ListGateway: ['read', '*'],
  UpdateGatewaySpec: ['set', 'gateway'],
  UpdateGatewayName: ['set', 'gateway'],
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
  DeleteBlackWhiteList: ['delete', 'gateway'],
  GatewayBlackWhiteList: ['read', 'gateway'],
  ListGatewayZone: ['read', '*'],
  QueryGatewayRegion: ['read', '*'],
  QueryGatewayType: ['read', '*'],
  QuerySlbSpec: ['read', '*'],
  ChangeResourceGroup: ['set', 'gateway'],
};

/** Every operation, by name. A RAM policy can be written from it: the `action` of each entry whose `controller` is true. */
export const operations: Readonly<Record<OperationName, Operation>> = Object.freeze(
  Object.fromEntries([...entriesOf(controllerRows, true), ...entriesOf(otherRows, false)]) as Record<OperationName, Operation>,
);

function entriesOf(rows: Readonly<Record<string, Row>>, controller: boolean): (readonly [string, Operation])[] {
  return Object.entries(rows).map(([name, [kind, resource]]) => {
    const method = name === 'QuerySlbSpec' ? 'GET' : 'POST';
    return [name, Object.freeze({ action: `mse:${name}` as const, resource, method, kind, controller })] as const;
  });
}

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
