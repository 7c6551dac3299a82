import type { Diagnostic, FieldPath, ObjectRef, Span } from '@ingresskit/resources';
import { compareDiagnostics, locate, lookupOf, spanOf } from '@ingresskit/resources';
import { type Compiled, compile, type Profile, type RouteTable } from 'ingresskit';
import { loadCluster } from './cluster-manifests.ts';
import { type CommandIo, UnusableInput } from './command-io.ts';
import { readGlobalOptions } from './global-options.ts';
import { compileOptionsOf, type ManifestOptions } from './manifest-options.ts';
import { type LoadedManifests, loadManifests, stdinName } from './manifests.ts';
import { createProgress } from './progress.ts';

/** The manifests of a command, compiled. */
export interface CompiledManifests {
  readonly table: RouteTable;
  /** The profile of the table where global options make one; a built-in one has the name that stands in the table. */
  readonly profile: Profile | undefined;
  /** Of reading and of compiling, with places in the files, errors first. */
  readonly diagnostics: readonly Diagnostic[];
  readonly manifests: LoadedManifests;
  /** The resources as the compiler saw them: where a data plane looks certificates up. */
  readonly snapshot: Compiled['snapshot'];
  /** Where a field stands in the manifests. */
  readonly spanOf: (object: ObjectRef, path: FieldPath | undefined) => Span | undefined;
}

/**
 * Reads and compiles what the options name.
 *
 * @param keepBroken whether text that is no YAML is left in the diagnostics; otherwise it ends the command, because a manifest that was skipped may have
 * been the one that keeps requests out.
 * @throws UnusableInput
 */
export async function compileManifests(options: ManifestOptions, io: CommandIo, keepBroken = false): Promise<CompiledManifests> {
  const compileOptions = compileOptionsOf(options);
  const manifests = await loadChosen(options, io);
  const broken = manifests.diagnostics.filter(isUnreadable);
  const [first] = broken;
  if (first !== undefined && !keepBroken) throw new UnusableInput(oneLine(first, broken.length - 1));
  const global = await readGlobalOptions(options, io);
  const compiled = compile(manifests.resources, {
    ...compileOptions,
    ...(global === undefined ? {} : { profile: global.profile }),
    // A cluster says everything about its endpoints; files usually say nothing.
    ...(options.kubeconfig === undefined ? {} : { assumeEndpoints: 'never' as const }),
  });
  const located = locate([...manifests.diagnostics, ...compiled.diagnostics], manifests.resources);
  const diagnostics = [...(global?.diagnostics ?? []), ...located].sort(compareDiagnostics);
  const lookup = lookupOf(manifests.resources);
  return {
    table: compiled.table,
    profile: global?.profile,
    diagnostics,
    manifests,
    snapshot: compiled.snapshot,
    spanOf(object, path) {
      const resource = lookup(object);
      return resource === undefined ? undefined : spanOf(resource, path);
    },
  };
}

async function loadChosen(options: ManifestOptions, io: CommandIo): Promise<LoadedManifests> {
  const progress = createProgress(io);
  if (options.kubeconfig !== undefined) {
    if (options.file !== undefined)
      throw new UnusableInput('-f and --kubeconfig exclude each other: the objects come from files or from a cluster');
    return await loadCluster(options, io, progress);
  }
  if (options.file === undefined)
    throw new UnusableInput('name the manifests with -f FILE, -f FOLDER, or -f - for standard input; or a cluster with --kubeconfig');
  return await loadManifests(options.file, io, progress);
}

/** Whether a diagnostic says that a document could not be parsed. */
export function isUnreadable({ code, severity }: Diagnostic): boolean {
  return severity === 'error' && code.startsWith('yaml/');
}

function oneLine({ span, message }: Diagnostic, others: number): string {
  const place = span === undefined ? stdinName : `${span.file}:${span.line}:${span.column}`;
  return `${place}: ${message}${others === 0 ? '' : ` (and ${others} more like it)`}`;
}
