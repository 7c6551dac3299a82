import type { Capabilities, RequestInput } from '@ingresskit/annotations';
import type { Compiled, Compiler } from '@ingresskit/compiler';
import type { Decision, Explanation } from '@ingresskit/matcher';
import type { Resource } from '@ingresskit/resources';
import type { RouteTable } from '@ingresskit/route-table';
import type { CompileOptions, Gateway } from './gateway.ts';
import { createGateway } from './gateway.ts';
import { profiles } from './profiles.ts';

// One gateway a profile: its matcher keeps indexes, which successive calls share.
const gateways = new Map<string, Gateway>();

// Tables of a profile that is not built in, or of a built-in one with other settings: they remember the gateway they were compiled for.
const compiledFor = new WeakMap<RouteTable, Gateway>();

function gatewayOf(table: RouteTable): Gateway {
  const { profile } = table;
  const own = compiledFor.get(table);
  if (own !== undefined) return own;
  let gateway = gateways.get(profile);
  if (gateway === undefined) {
    if (!Object.hasOwn(profiles, profile)) {
      throw new TypeError(
        `the table was compiled with the profile "${profile}", which is not built in; use the gateway from createGateway`,
      );
    }
    gateway = createGateway({ profile });
    gateways.set(profile, gateway);
  }
  return gateway;
}

/**
 * Compiles resources into a route table under a built-in profile (default `mse`), or one of your own.
 *
 * @throws TypeError for a profile that does not exist. Bad resources never throw; they are reported in `diagnostics`.
 */
export function compile(resources: Iterable<Resource>, options: CompileOptions = {}): Compiled {
  const gateway = createGateway(options);
  const compiled = gateway.compile(resources);
  if (typeof options.profile === 'object') compiledFor.set(compiled.table, gateway);
  return compiled;
}

/**
 * A compiler for changes as they come; any history gives the table that compiling its outcome in full would give.
 *
 * @throws TypeError for a profile that does not exist.
 */
export function createCompiler(options: CompileOptions = {}): Compiler {
  const gateway = createGateway(options);
  const compiler = gateway.createCompiler();
  if (typeof options.profile !== 'object') return compiler;
  const remembered = (compiled: Compiled): Compiled => {
    compiledFor.set(compiled.table, gateway);
    return compiled;
  };
  return {
    apply: (changes) => remembered(compiler.apply(changes)),
    get current() {
      return remembered(compiler.current);
    },
  };
}

/**
 * What happens to a request.
 *
 * @throws TypeError for a table of a profile that is not built in, unless `compile` or `createCompiler` here made it.
 */
export function decide(table: RouteTable, request: RequestInput, capabilities?: Capabilities): Decision {
  return gatewayOf(table).decide(table, request, capabilities);
}

/**
 * What happens to a request, and why: `decide`, recorded.
 *
 * @throws TypeError for a table of a profile that is not built in, unless `compile` or `createCompiler` here made it.
 */
export function explain(table: RouteTable, request: RequestInput, capabilities?: Capabilities): Explanation {
  return gatewayOf(table).explain(table, request, capabilities);
}
