import type { Profile } from '@ingresskit/annotations';
import type { RequestRules } from '@ingresskit/route-table';

/** How to compile. */
export interface CompileOptions {
  readonly profile: Profile;
  /**
   * Which Ingresses the gateway takes. Absent: all of them, whatever their class. A name or names: those classes, by the profile's own
   * selection rules.
   */
  readonly ingressClass?: string | readonly string[];
  /** Name of the gateway object (MseIngressConfig) whose own selection and settings hold. An alternative to `ingressClass`. */
  readonly gateway?: string;
  /** Only Ingresses of this namespace. Overrides what the gateway object says. */
  readonly watchNamespace?: string;
  /**
   * Whether a Service without any endpoint information counts as having one ready endpoint per port: `when-none-given` (the default, for
   * manifests) does so only while the input holds no EndpointSlice and no Endpoints at all, and takes even Services for granted while it holds
   * none of them either; `never` is for live clusters.
   */
  readonly assumeEndpoints?: 'when-none-given' | 'never';
  /** ExternalName Services that may receive traffic: `true` for all, or exact DNS names. Default none (reliability.md §2.5). */
  readonly allowExternalNames?: true | readonly string[];
  /** Whether annotations may refer to Secrets, ConfigMaps and Services of other namespaces. Default false. */
  readonly allowCrossNamespace?: boolean;
  /**
   * How paths become canonical, in place of the profile's way (reliability.md §2.4). `hardened` refuses what programs read differently: backslashes, encoded
   * slashes and backslashes, and what is encoded twice.
   */
  readonly pathNormalization?: RequestRules['pathNormalization'];
  /** What a gate does that the gateway is known not to enforce: `report` models the gateway as it is, `deny` closes the route. Default `report`. */
  readonly unenforcedGates?: 'report' | 'deny';
}
