import type { ConfigMap } from '@ingresskit/resources';
import { locate } from '@ingresskit/resources';
import type { ConfiguredProfile } from 'ingresskit';
import { ingressNginxWith, parseManifests } from 'ingresskit';
import { type CommandIo, UnusableInput } from './command-io.ts';
import type { CompileChoice } from './manifest-options.ts';
import { readText, stdinName } from './manifests.ts';

/**
 * The profile that the ConfigMap and the flags of a controller make; `undefined` where neither is given. The ConfigMap comes from a file with that one
 * manifest; what its keys report stands with the places in the file.
 *
 * @throws UnusableInput for a file that cannot be read or holds anything but one ConfigMap.
 */
export async function readGlobalOptions(
  { config: file, enableSslPassthrough = false }: CompileChoice,
  io: CommandIo,
): Promise<ConfiguredProfile | undefined> {
  const flags = { enableSslPassthrough };
  if (file === undefined) return enableSslPassthrough ? ingressNginxWith(undefined, flags) : undefined;
  const name = file === '-' ? stdinName : file;
  const { resources, diagnostics } = parseManifests(await readText(file, io), { file: name });
  const broken = diagnostics.find(({ severity }) => severity === 'error');
  if (broken !== undefined) {
    const { span, message } = broken;
    throw new UnusableInput(`${span === undefined ? name : `${span.file}:${span.line}:${span.column}`}: ${message}`);
  }
  const [configMap, ...more] = resources.filter((resource): resource is ConfigMap => resource.kind === 'ConfigMap');
  if (configMap === undefined || more.length > 0 || resources.length > 1)
    throw new UnusableInput(`${name}: --config takes a file with exactly one manifest, a ConfigMap; this one has ${resources.length}`);
  const configured = ingressNginxWith(configMap, flags);
  return { ...configured, diagnostics: locate(configured.diagnostics, [configMap]) };
}
