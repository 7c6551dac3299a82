import { isSubdomain, type MseIngressConfig, mseApiGroup, mseControllerName } from '@ingresskit/resources';
import type { GatewayRequest } from '../controller/gateway-provider.ts';

/** Why an object cannot have a local gateway. */
export function refusalOf({ metadata: { name }, spec }: MseIngressConfig): string | undefined {
  if (!isSubdomain(name)) return 'The name of the object cannot be the name of a gateway.';
  if (spec?.id !== undefined && spec.id !== '')
    return `spec.id names a gateway of the cloud (${spec.id}); local gateways cannot be taken over.`;
  return undefined;
}

/** What the gateway listens to, in words; the gateway itself decides by the same facts (mse.md §3.4). */
export function classesOf({ object, ingressClasses }: GatewayRequest): string | undefined {
  const pointing = ingressClasses
    .filter(({ spec }) => spec?.controller === mseControllerName)
    .filter(
      ({ spec }) =>
        spec?.parameters?.apiGroup === mseApiGroup && spec.parameters.kind === object.kind && spec.parameters.name === object.metadata.name,
    )
    .map(({ metadata }) => metadata.name)
    .sort();
  if (pointing.length > 0) return `Ingresses of class ${pointing.join(', ')}`;
  const local = object.spec?.ingress?.local?.ingressClass;
  if (local === undefined) return undefined;
  return local === '' ? 'every Ingress' : `Ingresses of class ${local}`;
}
