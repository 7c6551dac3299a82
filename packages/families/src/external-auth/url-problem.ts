import type { Problem, ResolveContext } from '@ingresskit/annotations';
import { destinationProblem } from '../destinations/index.ts';
import type { UrlTemplate } from './codecs.ts';
import type { ExternalAuthSettings } from './policy.ts';

/** Why the gateway may not ask the host of a URL, where the host is known: reliability.md §2.7 A31. */
export function urlProblemOf(
  { host, port }: UrlTemplate,
  { lookups, namespace, settings }: ResolveContext<ExternalAuthSettings>,
): Problem | undefined {
  if (host === undefined) return undefined;
  return destinationProblem(
    { host, port },
    { clusterDomain: settings.clusterDomain, allowNamespace: (other) => lookups.mayRefer(namespace, 'Service', other) },
  );
}
