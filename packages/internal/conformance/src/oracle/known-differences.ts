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

/** A difference that is meant. Each is a row of docs/oracle.md. */
export interface KnownDifference {
  readonly id: string;
  /** What nginx does, and what the model does instead. */
  readonly nginx: string;
  readonly model: string;
  readonly why: string;
  /** Where the reason is written down. */
  readonly source: string;
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
    id: 'unknown-method',
    nginx: 'A method that nginx does not know is sent to the backend like any other.',
    model: '501.',
    why: 'Programs that do not know a method disagree on whether it has a body, which is how requests are smuggled.',
    source: 'reliability.md §2.2, A10',
    explains: ({ request, model }) => nginxMethods.has(request.method) && model.status === 501,
  },
  {
    id: 'refused-methods',
    nginx: 'CONNECT and TRACE are refused after the path and the host have been looked at, so that a bad one is answered first, with 400.',
    model: '405 in any case.',
    why: 'Refused is refused.',
    source: 'reliability.md §2.2, A10',
    explains: ({ request, real, model }) =>
      (request.method === 'CONNECT' || request.method === 'TRACE') && model.status === 405 && real.status === 400,
  },
  {
    id: 'path-refused',
    nginx: 'Paths with a backslash, with a dot segment that has parameters ("..;"), or with a "#" are served.',
    model: '400.',
    why: 'Backends read them differently, so that what was authorised is not what is served.',
    source: 'reliability.md §2.4, A12',
    explains: ({ request, real, model }) =>
      model.status === 400 && real.status !== 400 && /\\|%5c|#|\/\.{1,2}(?:;|%3b)/i.test(pathOf(request)),
  },
  {
    id: 'host-refused',
    nginx:
      'A Host header is taken that no host name is: with an empty port or one that is no number, with an empty label, or with a character like "@" or "*".',
    model: '400.',
    why: 'Programs disagree on which host such a header names.',
    source: 'reliability.md §2.2, A07',
    explains: ({ request, real, model }) =>
      model.status === 400 && real.status !== 400 && request.hosts.length === 1 && !strictHost.test(request.hosts[0] ?? ''),
  },
  {
    id: 'https-host-spelling',
    nginx: 'The redirect to HTTPS names the host as the client spelled it: in capitals, or with a dot at its end.',
    model: 'The host in lower case, without the dot.',
    why: 'Both are the same host, and one spelling is enough for caches and cookies.',
    source: 'ingress-nginx.md §11',
    explains: ({ real, model }) =>
      real.status === 308 && model.status === 308 && real.location !== model.location && sameSite(real.location ?? '') === model.location,
  },
  {
    id: 'status-without-location',
    nginx: 'A redirect with a status that has no Location (300, 304, 305, 306) sends the target as a body, or nothing.',
    model: 'The default status, with the target as its Location, and a warning when the Ingress is read.',
    why: 'Clients would stay where they are.',
    source: 'ingress-nginx.md §11',
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
    id: 'empty-query',
    nginx: 'A "?" without a query is left out where the path is rewritten.',
    model: 'It stays, as it does where the path is not rewritten.',
    why: 'The query belongs to the client; an empty one means the same.',
    source: 'ingress-nginx.md §1.10',
    settles: ({ request, arrives, meant }) =>
      request.target.indexOf('?') === request.target.length - 1 && meant.uri === `${arrives.uri}?`
        ? { ...meant, uri: arrives.uri }
        : undefined,
  },
  {
    id: 'unpadded-credentials',
    nginx: 'Credentials whose base64 lacks its "=" at the end are read.',
    model: '401.',
    why: 'RFC 7617 has them padded, and a gate has one reading of what opens it.',
    source: 'RFC 4648 §3.2',
    explains: ({ request, real, model }) =>
      model.status === 401 &&
      real.status !== 401 &&
      request.headers.some(
        ([name, text]) => name.toLowerCase() === 'authorization' && isUnpadded(/^basic +([A-Za-z0-9+/]+)$/i.exec(text)?.[1]),
      ),
  },
  {
    id: 'rewrite-points-elsewhere',
    nginx: 'A rewrite that makes a path with "//" at its start, or with a dot segment, is sent to the backend.',
    model: '500, before anything that stands after the rewrite.',
    why: 'Such a path names another host or another place to some backends.',
    source: 'reliability.md §2.4, A13, A14',
    explains: ({ scene, request, model }) => {
      const made = model.status === 500 ? rewrittenPath(scene, request) : undefined;
      return made !== undefined && (made.startsWith('//') || made.split('/').some((part) => /^\.{1,2}(?:;|$)/.test(part)));
    },
  },
  {
    id: 'alternatives-anchored',
    nginx:
      'Of the alternatives of a path like "/a|/b", the start of the request path is asked of the first one alone: "^/a|/b" finds "/b" anywhere.',
    model: 'All alternatives begin where the path begins.',
    why: 'A path is anchored at its start (ingress-nginx.md §1.7), and a guard that matches in the middle is none.',
    source: 'ingress-nginx.md §1.7',
    explains: ({ scene, request }) => {
      const place = placeOf(scene, request);
      return place !== undefined && !new RegExp(`^(?:${place.location.path})`, 'is').test(place.path);
    },
  },
  {
    id: 'exact-root-among-patterns',
    nginx:
      'An Exact "/" on a host with patterns is never reached: the location that the controller makes for every host is the same pattern, and older.',
    model: 'It serves what no other path of the host does, as the pattern that it is.',
    why: 'Whoever writes a path wants it served; that another one hides it is an accident of the order of creation.',
    source: 'ingress-nginx.md §1.1, §1.8',
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
    id: 'newline-in-path',
    nginx:
      'A line break that was sent as "%0A" is one for the patterns of paths: "." does not match it, and "$" matches before it at the end.',
    model: 'It stays encoded, and is three characters like any other.',
    why: 'The same path in a spelling that is safe to log and forward; what a client appends to a path does not move it past a pattern.',
    source: 'ingress-nginx.md §1.9',
    explains: ({ scene, request }) => placeOf(scene, request) !== undefined && /%0a/i.test(pathOf(request)),
  },
  {
    id: 'prefix-header-encoded',
    nginx: 'X-Forwarded-Prefix is filled with groups of the decoded path.',
    model: 'Characters that no path holds as themselves stay encoded.',
    why: 'A decoded line break would begin a header of the client’s own.',
    source: 'reliability.md §2.2',
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
