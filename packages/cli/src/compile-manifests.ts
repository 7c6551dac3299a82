import type { Diagnostic, FieldPath, ObjectRef, Span } from '@ingresskit/resources';
import { compareDiagnostics, locate, lookupOf, spanOf } from '@ingresskit/resources';
import { type Compiled, compile, type Profile, type RouteTable } from 'ingresskit';
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
  if (options.file === undefined) throw new UnusableInput('name the manifests with -f FILE, -f FOLDER, or -f - for standard input');
  const progress = createProgress(io);
  const manifests = await loadManifests(options.file, io, progress);
  const broken = manifests.diagnostics.filter(isUnreadable);
  const [first] = broken;
  if (first !== undefined && !keepBroken) throw new UnusableInput(oneLine(first, broken.length - 1));
  const global = options.config === undefined ? undefined : await readGlobalOptions(options.config, io);
  const compiled = compile(manifests.resources, global === undefined ? compileOptions : { ...compileOptions, profile: global.profile });
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

/** Whether a diagnostic says that a document could not be parsed. */
export function isUnreadable({ code, severity }: Diagnostic): boolean {
  return severity === 'error' && code.startsWith('yaml/');
}

function oneLine({ span, message }: Diagnostic, others: number): string {
  const place = span === undefined ? stdinName : `${span.file}:${span.line}:${span.column}`;
  return `${place}: ${message}${others === 0 ? '' : ` (and ${others} more like it)`}`;
}
