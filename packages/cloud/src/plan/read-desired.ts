import { type Diagnostic, type IngressClass, type MseIngressConfig, refOf } from '@ingresskit/resources';
import type { GatewaySettings } from '@ingresskit/route-table';
import type { DesiredGateway, DesiredListening } from './desired.ts';
import { cloudDiagnostics } from './diagnostics.ts';
import { readPurchase } from './read-purchase.ts';
import { readSettings } from './read-settings.ts';

/** What the object itself does not say. */
export interface DesiredContext {
  readonly region: string;
  /** The VPC of the cluster. */
  readonly vpc: string;
  /** Used when the object names none: the vSwitches of the controller's node (mse.md §3.1). */
  readonly vSwitches?: readonly string[];
  readonly cluster: { readonly id: string; readonly name?: string };
  /** The gateway-level settings as the compiler read them: the address lists that are simulated are the ones the cloud gets. */
  readonly settings: Pick<GatewaySettings, 'addressLists' | 'denied'>;
  /** Every IngressClass of the cluster; those that point at the object take precedence over its own field (mse.md §3.4). */
  readonly ingressClasses?: readonly IngressClass[];
  /** `mse_pro` or `mse_serverless`; absent lets the cloud choose. */
  readonly edition?: 'mse_pro' | 'mse_serverless';
  readonly resourceGroup?: string;
  /** An install option of the controller (mse.md §3.3). Default true: load balancers that nobody uses cost money. */
  readonly deleteLoadBalancers?: boolean;
  /** Group and controller string, for products that use the same family under other names. */
  readonly group?: string;
  readonly controller?: string;
}

/** Reads what an object asks for. Never throws: what is wrong is in `diagnostics`, and what prevents acting also in `desired.problems`. */
export function readDesired(
  object: MseIngressConfig,
  context: DesiredContext,
): { readonly desired: DesiredGateway; readonly diagnostics: readonly Diagnostic[] } {
  const diagnostics: Diagnostic[] = [];
  const { spec = {}, metadata } = object;
  const ref = refOf(object);
  const { settings } = context;
  if (settings.denied !== undefined && settings.denied.source.name === metadata.name) {
    diagnostics.push(
      cloudDiagnostics.make('invalid-address-list', {
        object: ref,
        path: ['spec', 'global', 'ipAccessControl'],
        message: `The address lists of ${metadata.name} cannot be read (${settings.denied.code}); nothing is changed in the cloud.`,
        help: 'Correct the entries that were reported for this field.',
      }),
    );
  }
  const own = settings.addressLists.filter((list) => list.source.name === metadata.name);
  const reuse = spec.id === undefined || spec.id === '' ? undefined : { id: spec.id, override: spec.override ?? false };
  const listening = readListening(object, context, diagnostics);
  const desired: DesiredGateway = {
    object: metadata.name,
    region: context.region,
    cluster: { id: context.cluster.id, name: context.cluster.name ?? context.cluster.id },
    presence: metadata.deletionTimestamp === undefined ? 'present' : 'absent',
    ...(reuse === undefined ? {} : { reuse }),
    // What is bought does not matter for a gateway that exists.
    purchase: readPurchase(object, context, reuse === undefined ? diagnostics : []),
    settings: {
      ...readSettings(object, diagnostics),
      allow: own.flatMap((list) => list.allow ?? []),
      deny: own.flatMap((list) => list.deny ?? []),
    },
    ...(listening === undefined ? {} : { listening }),
    deleteLoadBalancers: context.deleteLoadBalancers ?? true,
    problems: diagnostics.filter((diagnostic) => diagnostic.consequence === 'object-rejected'),
  };
  return { desired, diagnostics };
}

function readListening(object: MseIngressConfig, context: DesiredContext, diagnostics: Diagnostic[]): DesiredListening | undefined {
  const { group = 'mse.alibabacloud.com', controller = 'mse.alibabacloud.com/ingress', ingressClasses = [] } = context;
  const { name } = object.metadata;
  const pointing = ingressClasses
    .filter(({ spec }) => spec?.controller === controller)
    .filter(({ spec }) => {
      const parameters = spec?.parameters;
      return parameters?.apiGroup === group && parameters.kind === object.kind && parameters.name === name;
    })
    .map((ingressClass) => ingressClass.metadata.name)
    .sort();
  const [first, ...others] = pointing;
  if (first !== undefined && others.length > 0) {
    diagnostics.push(
      cloudDiagnostics.make('several-classes', {
        object: refOf(object),
        message: `The IngressClasses ${pointing.join(', ')} point at ${name}; the gateway listens to ${first}.`,
        help: 'Keep one IngressClass for each gateway.',
      }),
    );
  }
  const local = object.spec?.ingress?.local;
  const ingressClass = first ?? local?.ingressClass;
  if (ingressClass === undefined) return undefined;
  const namespace = local?.watchNamespace ?? '';
  if (namespace !== '' && !/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/.test(namespace)) {
    diagnostics.push(
      cloudDiagnostics.make('invalid-namespace', {
        object: refOf(object),
        path: ['spec', 'ingress', 'local', 'watchNamespace'],
        message: `${JSON.stringify(namespace.slice(0, 80))} is not the name of one namespace; nothing is changed in the cloud.`,
        help: 'Write one name, or leave it empty for all namespaces.',
      }),
    );
  }
  return { ingressClass, namespace };
}
