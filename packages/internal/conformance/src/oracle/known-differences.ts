import type { Deviation } from '@ingresskit/annotations';
import { profiles } from 'ingresskit';
import { annotation, integer } from './annotations.ts';
import { differences } from './observe.ts';
import { placeOf } from './place.ts';
import type { Observation, ObservedUpstream, Scene, SceneRequest } from './scene.ts';

/** A request for which the real gateway and the model did different things. */
export interface Disagreement {
  readonly scene: Scene;
  readonly request: SceneRequest;
  readonly real: Observation;
  readonly model: Observation;
}

/** A difference that is meant: a deviation of the profile, and a row of docs/oracle.md. */
export interface KnownDifference extends Deviation {
  /** Whether a disagreement is this one: as narrow as can be, so that nothing else hides behind it. */
  readonly explains?: (disagreement: Disagreement) => boolean;
  /**
   * For a difference in a part of what arrives, which may meet others: the model's observation with that part as nginx has it, and with nothing else
   * changed; `undefined` where the part does not differ in this way.
   */
  readonly settles?: (
    disagreement: Disagreement & { readonly arrives: ObservedUpstream; readonly meant: ObservedUpstream },
  ) => ObservedUpstream | undefined;
}

/** The path of a target, as sent. */
function pathOf({ target }: SceneRequest): string {
  return target.split('?', 1)[0] ?? '';
}

const nginxMethods: ReadonlySet<string> = new Set(['BREW']);
const strictHost = /^(?:[A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]+)*\.?|\[[0-9A-Fa-f:.]+\])(?::\d{1,5})?$/;

/** All of them. The first that explains a disagreement is it. */
export const knownDifferences: readonly KnownDifference[] = [
  {
    ...deviation('unknown-method'),
    explains: ({ request, model }) => nginxMethods.has(request.method) && model.status === 501,
  },
  {
    ...deviation('refused-methods'),
    explains: ({ request, real, model }) =>
      (request.method === 'CONNECT' || request.method === 'TRACE') && model.status === 405 && real.status === 400,
  },
  {
    ...deviation('path-refused'),
    explains: ({ request, real, model }) =>
      model.status === 400 && real.status !== 400 && /\\|%5c|#|\/\.{1,2}(?:;|%3b)/i.test(pathOf(request)),
  },
  {
    ...deviation('host-refused'),
    explains: ({ request, real, model }) =>
      model.status === 400 && real.status !== 400 && request.hosts.length === 1 && !strictHost.test(request.hosts[0] ?? ''),
  },
  {
    ...deviation('https-host-spelling'),
    explains: ({ real, model }) =>
      real.status === 308 && model.status === 308 && real.location !== model.location && sameSite(real.location ?? '') === model.location,
  },
  {
    ...deviation('status-without-location'),
    explains: ({ scene, real, model }) =>
      [300, 304, 305, 306].includes(real.status) &&
      (model.status === 301 || model.status === 302) &&
      scene.ingresses.some(
        (ingress) =>
          (integer(ingress, 'permanent-redirect-code') === real.status && annotation(ingress, 'permanent-redirect') === model.location) ||
          (integer(ingress, 'temporal-redirect-code') === real.status && annotation(ingress, 'temporal-redirect') === model.location),
      ),
  },
  {
    ...deviation('empty-query'),
    settles: ({ request, arrives, meant }) =>
      request.target.indexOf('?') === request.target.length - 1 && meant.uri === `${arrives.uri}?`
        ? { ...meant, uri: arrives.uri }
        : undefined,
  },
  {
    ...deviation('unpadded-credentials'),
    explains: ({ request, real, model }) =>
      model.status === 401 &&
      real.status !== 401 &&
      request.headers.some(
        ([name, text]) => name.toLowerCase() === 'authorization' && isUnpadded(/^basic +([A-Za-z0-9+/]+)$/i.exec(text)?.[1]),
      ),
  },
  {
    ...deviation('rewrite-points-elsewhere'),
    explains: ({ scene, request, model }) => {
      const made = model.status === 500 ? rewrittenPath(scene, request) : undefined;
      return made !== undefined && (made.startsWith('//') || made.split('/').some((part) => /^\.{1,2}(?:;|$)/.test(part)));
    },
  },
  {
    ...deviation('alternatives-anchored'),
    explains: ({ scene, request }) => {
      const place = placeOf(scene, request);
      return place !== undefined && !new RegExp(`^(?:${place.location.path})`, 'is').test(place.path);
    },
  },
  {
    ...deviation('exact-root-among-patterns'),
    explains: ({ scene, request }) => {
      const place = placeOf(scene, request);
      return (
        place?.location.path === '/' &&
        !place.location.isExact &&
        place.server.locations.some(({ path, isExact }) => path === '/' && isExact)
      );
    },
  },
  {
    ...deviation('newline-in-path'),
    explains: ({ scene, request }) => placeOf(scene, request) !== undefined && /%0a/i.test(pathOf(request)),
  },
  {
    ...deviation('prefix-header-encoded'),
    settles: ({ arrives, meant }) => {
      const [sent, encoded] = [arrives, meant].map(({ headers }) => headers['x-forwarded-prefix']);
      if (sent === undefined || encoded === undefined || sent === encoded || unescaped(encoded) !== sent) return undefined;
      return { ...meant, headers: { ...meant.headers, 'x-forwarded-prefix': sent } };
    },
  },
];

/** What nginx makes of the path where a rewrite holds. */
function rewrittenPath(scene: Scene, request: SceneRequest): string | undefined {
  const place = placeOf(scene, request);
  const target = place?.location.ingress === undefined ? undefined : annotation(place.location.ingress, 'rewrite-target');
  const groups = place === undefined ? null : new RegExp(place.location.rulePath, 'is').exec(place.path);
  return groups === null ? undefined : target?.replaceAll(/\$([1-9])/g, (_, number: string) => groups[Number(number)] ?? '');
}

/** Percent triplets as the bytes that they stand for, each a character. */
function unescaped(text: string): string {
  return text.replaceAll(/%([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
}

/** A location with its host in lower case and without a dot at its end. */
function sameSite(location: string): string {
  return location.replace(/^https:\/\/([^/?]*?)\.?(?=[/?]|$)/, (_, host: string) => `https://${host.toLowerCase()}`);
}

function isUnpadded(encoded: string | undefined): boolean {
  return encoded !== undefined && encoded.length % 4 !== 0;
}

/** The known difference that a disagreement is; of several that met in it, the first. */
export function explain(disagreement: Disagreement): KnownDifference | undefined {
  return settled(disagreement) ?? knownDifferences.find(({ explains }) => explains?.(disagreement) === true);
}

function settled(disagreement: Disagreement): KnownDifference | undefined {
  const { real, model } = disagreement;
  const arrives = real.upstream;
  if (arrives === undefined || model.upstream === undefined) return undefined;
  let meant: ObservedUpstream = model.upstream;
  const found: KnownDifference[] = [];
  for (const difference of knownDifferences) {
    const next: ObservedUpstream | undefined = difference.settles?.({ ...disagreement, arrives, meant });
    if (next === undefined) continue;
    meant = next;
    found.push(difference);
  }
  return differences(real, { ...model, upstream: meant }).length === 0 ? found[0] : undefined;
}

/** The words of a deviation that the profile lists. */
function deviation(id: string): Deviation {
  const found = profiles['ingress-nginx'].deviations.find((entry) => entry.id === id);
  if (found === undefined) throw new TypeError(`the profile lists no deviation "${id}"`);
  return found;
}
