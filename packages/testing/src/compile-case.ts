import type { Diagnostic } from '@ingresskit/resources';
import type { CompileOptions, Profile } from 'ingresskit';
import { ingressNginxWith, profiles } from 'ingresskit';
import type { CaseOptions } from './case.ts';

/** How the compiler takes the options of a case. */
export interface CaseCompilation {
  readonly options: CompileOptions;
  readonly profile: Profile;
  /** What the global options report. */
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * The compiler's options of a case, with the global options of a controller, where the case has some, made into a profile.
 *
 * @throws TypeError for a profile that does not exist.
 */
export function compilationOf({ config, profile: name, ...others }: CaseOptions): CaseCompilation {
  const profile = Object.hasOwn(profiles, name) ? profiles[name] : undefined;
  if (profile === undefined) throw new TypeError(`there is no profile "${name}"`);
  if (config === undefined) return { options: { ...others, profile: name }, profile, diagnostics: [] };
  const configured = ingressNginxWith({
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { namespace: 'ingress-nginx', name: 'controller' },
    data: config,
  });
  return { options: { ...others, profile: configured.profile }, ...configured };
}
