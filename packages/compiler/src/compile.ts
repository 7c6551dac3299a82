import type { Diagnostic, Resource } from '@ingresskit/resources';
import { compareDiagnostics, settleDuplicates } from '@ingresskit/resources';
import type { Compiled } from './compiler.ts';
import { createCompiler } from './compiler.ts';
import type { CompileOptions } from './options.ts';

/**
 * Compiles a set of resources. The result does not depend on their order: of two manifests for one object the same one is always used, and
 * conflicts between objects are settled by age.
 *
 * @throws TypeError when the profile contradicts itself. Bad resources never throw; they are reported.
 */
export function compile(resources: Iterable<Resource>, options: CompileOptions): Compiled {
  const settled = settleDuplicates(resources);
  const compiled = createCompiler(options).apply(settled.resources.map((object) => ({ type: 'apply', object })));
  if (settled.diagnostics.length === 0) return compiled;
  let all: readonly Diagnostic[] | undefined;
  return {
    table: compiled.table,
    changedHosts: compiled.changedHosts,
    snapshot: compiled.snapshot,
    diagnosticsOf: (namespace, name) => compiled.diagnosticsOf(namespace, name),
    get diagnostics(): readonly Diagnostic[] {
      all ??= [...settled.diagnostics, ...compiled.diagnostics].sort(compareDiagnostics);
      return all;
    },
  };
}
