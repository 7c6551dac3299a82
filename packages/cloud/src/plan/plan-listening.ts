import type { IngressOptions } from '../api/service-source.ts';
import type { ActualGateway } from './actual.ts';
import type { DesiredGateway } from './desired.ts';
import type { PlanStep } from './step.ts';

/** Binds the cluster to the gateway, or changes what the gateway takes from it. A cluster that is not to be listened to is not bound. */
export function listeningSteps(desired: DesiredGateway, gateway: ActualGateway | undefined, onlyIfUnbound = false): PlanStep[] {
  const { listening, cluster } = desired;
  const at = gateway === undefined ? {} : { gateway: gateway.id };
  const source = gateway?.settings?.source;
  if (source === undefined) {
    if (listening === undefined) return [];
    const ingress = {
      EnableIngress: true,
      IngressClass: listening.ingressClass,
      WatchNamespace: listening.namespace,
      EnableStatus: true,
    };
    return [{ ...at, kind: 'bind-cluster', cluster, ingress, onlyIfUnbound, reason: `the gateway is to listen to ${describe(desired)}` }];
  }
  const now = source.IngressOptions ?? {};
  const same =
    listening === undefined
      ? now.EnableIngress !== true
      : now.EnableIngress === true &&
        (now.IngressClass ?? '') === listening.ingressClass &&
        (now.WatchNamespace ?? '') === listening.namespace;
  if (same) return [];
  // Whether statuses are written is not the object's to say: what is set stays.
  const kept = now.EnableStatus === undefined ? {} : { EnableStatus: now.EnableStatus };
  const ingress: IngressOptions =
    listening === undefined
      ? { EnableIngress: false, IngressClass: now.IngressClass ?? '', WatchNamespace: now.WatchNamespace ?? '', ...kept }
      : { EnableIngress: true, IngressClass: listening.ingressClass, WatchNamespace: listening.namespace, ...kept };
  const reason = listening === undefined ? 'the object names no class to listen to' : `the gateway is to listen to ${describe(desired)}`;
  return [{ ...at, kind: 'update-listening', cluster, ingress, reason }];
}

function describe({ listening, cluster }: DesiredGateway): string {
  const what = listening?.ingressClass === '' ? 'every Ingress' : `the Ingresses of class ${listening?.ingressClass}`;
  return `${what} of cluster ${cluster.name}${listening?.namespace === '' ? '' : `, namespace ${listening?.namespace}`}`;
}
