import type { AddedRoute, Profile } from '@ingresskit/annotations';
import type { Diagnostic } from '@ingresskit/resources';
import { formatRef } from '@ingresskit/resources';
import type { Policies, Provenance, Route, VirtualHost } from '@ingresskit/route-table';
import { routeDiagnostics } from './diagnostics.ts';
import type { IngressDraft } from './draft.ts';

/** A host that a family adds for a host of an Ingress. */
export interface HostAddition {
  readonly name: string;
  /** The host it is added for. */
  readonly of: string;
  readonly family: string;
  /** Absent: it serves what that host serves. */
  readonly routes?: readonly AddedRoute[];
}

export const noAdditions: readonly HostAddition[] = Object.freeze([]);
const noBackends: Route['backends'] = Object.freeze([]);
const noPolicies: Policies = Object.freeze({});

/** The hosts that the host-scoped policies of an Ingress add for its hosts. */
export function additionsOf(hosts: readonly string[], policies: Policies, { families }: Profile): readonly HostAddition[] {
  const additions: HostAddition[] = [];
  for (const family of families) {
    if (family.hosts === undefined || !Object.hasOwn(policies, family.name)) continue;
    for (const of of hosts) {
      if (of === '*') continue;
      for (const { host: name, ...rest } of family.hosts(policies[family.name], of)) {
        if (name !== of) additions.push({ name, of, family: family.name, ...rest });
      }
    }
  }
  return additions.length === 0 ? noAdditions : additions;
}

/**
 * The host that Ingresses add under a name, from the oldest that may: the one whose policy holds on the host it is added for. Of several hosts of one
 * Ingress the first in the alphabet has it, as the first server of a name does in nginx. A host of the same name keeps it.
 */
export function addedHost(
  name: string,
  claims: readonly IngressDraft[],
  own: VirtualHost | undefined,
  hostOf: (host: string) => VirtualHost | undefined,
): { readonly virtualHost: VirtualHost | undefined; readonly diagnostics: readonly Diagnostic[] } {
  const diagnostics: Diagnostic[] = [];
  let virtualHost: VirtualHost | undefined;
  for (const draft of claims) {
    for (const addition of additionsNamed(name, draft)) {
      const source = hostOf(addition.of);
      if (source === undefined || source.addedFor !== undefined) continue;
      if (source.policies[addition.family] !== draft.hostPolicies[addition.family]) continue;
      const taken = own === undefined ? virtualHost?.addedFor : name;
      if (taken !== undefined)
        diagnostics.push(nameTaken(draft, addition, own === undefined ? `a name of host "${taken}"` : 'a host by itself'));
      else virtualHost = made(addition, draft, source);
    }
  }
  return { virtualHost, diagnostics };
}

function additionsNamed(name: string, { addedHosts }: IngressDraft): readonly HostAddition[] {
  return addedHosts.filter((addition) => addition.name === name).sort((a, b) => (a.of < b.of ? -1 : a.of > b.of ? 1 : 0));
}

function made({ name, of, family, routes }: HostAddition, draft: IngressDraft, source: VirtualHost): VirtualHost {
  if (routes === undefined) return Object.freeze({ ...source, host: name, addedFor: of });
  const provenance: Provenance = Object.freeze({ origin: 'family', family, ingress: draft.ref, annotations: draft.keys });
  const { tls, defaultCertificate } = source;
  return Object.freeze({
    host: name,
    addedFor: of,
    routes: Object.freeze(
      routes.map(({ path, pathText }): Route => {
        const pathType = path.kind === 'exact' ? 'Exact' : 'Prefix';
        return Object.freeze({ path: Object.freeze(path), pathType, pathText, backends: noBackends, policies: noPolicies, provenance });
      }),
    ),
    policies: Object.freeze({ [family]: draft.hostPolicies[family] }),
    ...(tls === undefined ? {} : { tls }),
    ...(defaultCertificate === undefined ? {} : { defaultCertificate }),
  });
}

function nameTaken(draft: IngressDraft, { name, of, family }: HostAddition, what: string): Diagnostic {
  const key = draft.keys[family]?.[0];
  return routeDiagnostics.make('name-taken', {
    object: draft.ref,
    path: key === undefined ? ['metadata', 'annotations'] : ['metadata', 'annotations', key],
    message: `"${name}" is already ${what}, so it does not become one more name of "${of}" for Ingress ${formatRef(draft.ref)}.`,
    help: 'Remove the name here, or the rules for it elsewhere.',
    data: { name, host: of },
  });
}
