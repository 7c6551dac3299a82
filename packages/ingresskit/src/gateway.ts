import type { Capabilities, Profile, RequestInput } from '@ingresskit/annotations';
import type { Compiled, Compiler, CompileOptions as CompilerOptions } from '@ingresskit/compiler';
import { compile, createCompiler } from '@ingresskit/compiler';
import type { Decision, Explanation, Match } from '@ingresskit/matcher';
import { createMatcher } from '@ingresskit/matcher';
import type { Resource } from '@ingresskit/resources';
import type { RouteTable } from '@ingresskit/route-table';
import { memorylessCapabilities } from './default-capabilities.ts';
import { profiles } from './profiles.ts';

/** How to compile: the compiler's options, with the profile by its name (default `mse`) or as an object. */
export interface CompileOptions extends Omit<CompilerOptions, 'profile'> {
  readonly profile?: string | Profile;
}

/** What fixes a gateway: how it compiles, and what the world lends its decisions. */
export interface GatewayOptions extends CompileOptions {
  /** Default: what `defaultCapabilities()` answers without memory. Limits are then shown and trip nobody; pass the capabilities of a run to count. */
  readonly capabilities?: Capabilities;
}

/** A profile with everything that goes with it. Two gateways in one process may differ: nothing is registered globally. */
export interface Gateway {
  readonly profile: Profile;
  /** Compiles resources in full. Bad resources never throw; they are reported. */
  compile(resources: Iterable<Resource>): Compiled;
  /** A compiler that keeps its state between changes. */
  createCompiler(): Compiler;
  /** The route a request reaches, before any policy acts. */
  match(table: RouteTable, request: RequestInput): Match | undefined;
  /** What happens to the request. */
  decide(table: RouteTable, request: RequestInput, capabilities?: Capabilities): Decision;
  /** What happens to the request, and every step that led to it: the same walk, recorded. */
  explain(table: RouteTable, request: RequestInput, capabilities?: Capabilities): Explanation;
}

/**
 * Creates a gateway: the way to work with families or a profile of one's own.
 *
 * @throws TypeError for a profile name that does not exist, and for a profile that contradicts itself.
 */
export function createGateway(options: GatewayOptions = {}): Gateway {
  const { capabilities = memorylessCapabilities, profile: given, ...others } = options;
  const profile = profileOf(given);
  const compilerOptions: CompilerOptions = { ...others, profile };
  const matcher = createMatcher(profile);
  return {
    profile,
    compile: (resources) => compile(resources, compilerOptions),
    createCompiler: () => createCompiler(compilerOptions),
    match: (table, request) => matcher.match(table, request),
    decide: (table, request, own = capabilities) => matcher.decide(table, request, own),
    explain: (table, request, own = capabilities) => matcher.explain(table, request, own),
  };
}

/**
 * The profile that a name or an object stands for.
 *
 * @throws TypeError for a name that does not exist.
 */
export function profileOf(given: string | Profile = 'mse'): Profile {
  if (typeof given !== 'string') return given;
  const profile = Object.hasOwn(profiles, given) ? profiles[given] : undefined;
  if (profile === undefined) throw new TypeError(`there is no profile "${given}": ${Object.keys(profiles).join(', ')}`);
  return profile;
}
