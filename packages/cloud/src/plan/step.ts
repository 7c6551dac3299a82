import { canonicalJson, type Diagnostic } from '@ingresskit/resources';
import type { AddGatewayParameters } from '../api/gateway.ts';
import type { GatewayOption, GatewayParameterName } from '../api/option.ts';
import type { IngressOptions } from '../api/service-source.ts';
import type { ControllerOperationName } from '../operations.ts';
import type { DesiredCluster } from './desired.ts';

interface StepBase {
  /** The gateway it is about; absent for the one that an earlier step of the same plan creates. */
  readonly gateway?: string;
  /** Why it is needed, for people. */
  readonly reason: string;
}

/** One change, or one wait. Plain JSON. */
export type PlanStep = StepBase &
  (
    | { readonly kind: 'create-gateway'; readonly parameters: AddGatewayParameters }
    | { readonly kind: 'wait-until-running' }
    | { readonly kind: 'wait-until-gone' }
    | { readonly kind: 'tag-gateway'; readonly tags: Readonly<Record<string, string>> }
    | { readonly kind: 'untag-gateway'; readonly keys: readonly string[] }
    | { readonly kind: 'set-address-list'; readonly list: 'allow' | 'deny'; readonly entries: readonly string[] }
    | { readonly kind: 'update-option'; readonly option: GatewayOption }
    | { readonly kind: 'update-parameter'; readonly name: GatewayParameterName; readonly value: string }
    | { readonly kind: 'bind-cluster'; readonly cluster: DesiredCluster; readonly ingress: IngressOptions; readonly onlyIfUnbound: boolean }
    | { readonly kind: 'update-listening'; readonly cluster: DesiredCluster; readonly ingress: IngressOptions }
    /** `owner`: the tags the gateway must still carry when it is deleted. */
    | { readonly kind: 'delete-gateway'; readonly owner: Readonly<Record<string, string>>; readonly deleteLoadBalancers: boolean }
  );

/** Something that is not as desired and that no step will change. */
export interface Drift {
  readonly gateway: string;
  /** What differs, for example `spec` or `replicas`. */
  readonly field: string;
  readonly desired: string;
  readonly actual: string;
  readonly reason: string;
}

/** The way from what is to what should be. Plain JSON: it can be stored, printed and carried out elsewhere. */
export interface Plan {
  readonly object: string;
  /** Absent when there is none yet. */
  readonly gateway?: string;
  readonly steps: readonly PlanStep[];
  readonly drift: readonly Drift[];
  /** Why nothing, or not everything, can be done. */
  readonly problems: readonly Diagnostic[];
}

/** The API operations a step may call. */
export const stepOperations: { readonly [K in PlanStep['kind']]: readonly ControllerOperationName[] } = {
  'create-gateway': ['ListTagResources', 'AddGateway'],
  'wait-until-running': ['GetGateway', 'ListTagResources'],
  'wait-until-gone': ['GetGateway'],
  'tag-gateway': ['TagResources'],
  'untag-gateway': ['UntagResources'],
  'set-address-list': ['GetGateway', 'GetBlackWhiteList', 'AddBlackWhiteList', 'UpdateBlackWhiteList'],
  'update-option': ['UpdateGatewayOption'],
  'update-parameter': ['UpdateGatewayConfig'],
  'bind-cluster': ['ListServiceSource', 'AddServiceSource', 'UpdateServiceSource'],
  'update-listening': ['ListServiceSource', 'AddServiceSource', 'UpdateServiceSource'],
  'delete-gateway': ['ListTagResources', 'DeleteGateway'],
};

/** Equal for steps that do the same, whatever the reason given: remembers what the cloud refused or did not carry out. */
export function stepKey(step: PlanStep): string {
  const { reason: _reason, ...rest } = step;
  return canonicalJson(rest);
}
