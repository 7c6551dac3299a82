import type { Profile } from '@ingresskit/annotations';
import type { Diagnostic, Ingress, Resource } from '@ingresskit/resources';
import { ingress, service } from '@ingresskit/testing';
import { type Capabilities, compile, type Decision, decide, type RequestInput, type RouteTable } from 'ingresskit';
import { descriptions } from '../evidence.ts';

/** A host with a root that everybody may use, and what an attacker's Ingress made of it. */
export interface Site {
  readonly table: RouteTable;
  readonly diagnostics: readonly Diagnostic[];
  /** Codes of what was reported, without infos. */
  readonly codes: readonly string[];
  decide(request: RequestInput | string, capabilities?: Capabilities): Decision;
}

/** The full key under which a profile reads a name, or nothing where the name does not act. */
export function keyOn(profile: Profile, name: string): string | undefined {
  for (const row of descriptions) {
    const on = row.profiles[profile.name];
    if (row.name === name && (on?.verdict === 'acts' || on?.verdict === 'acts-with-limit')) return on.keys[0];
  }
  return undefined;
}

/** Annotations with the profile's prefixes; `undefined` where one of them does not act there. */
export function spelt(profile: Profile, annotations: Readonly<Record<string, string>>): Readonly<Record<string, string>> | undefined {
  const entries = Object.entries(annotations).map(([name, value]) => [keyOn(profile, name), value] as const);
  return entries.some(([key]) => key === undefined) ? undefined : Object.fromEntries(entries);
}

/** An Ingress `default/attack` of host a.example with one path, under full keys. */
export function attack(
  annotations: Readonly<Record<string, string>>,
  path = '/',
  pathType: 'Prefix' | 'ImplementationSpecific' = 'Prefix',
): Ingress {
  return ingress('attack').host('a.example').path(path, 'web:80', pathType).annotate(annotations).build();
}

/** Compiles resources beside Service `default/web`. */
export function siteOf(profile: Profile, ...resources: readonly Resource[]): Site {
  const { table, diagnostics } = compile([service('web'), ...resources], { profile: profile.name });
  return {
    table,
    diagnostics,
    codes: diagnostics.filter(({ severity }) => severity !== 'info').map(({ code }) => code),
    decide: (request, capabilities) => decide(table, typeof request === 'string' ? { url: request } : request, capabilities),
  };
}
