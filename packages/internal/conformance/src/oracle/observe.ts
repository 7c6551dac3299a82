import type { Decision } from '@ingresskit/matcher';
import type { Echo } from './echo-backend.ts';
import { echoHeader, readEcho } from './echo-backend.ts';
import type { RawAnswer } from './raw-requests.ts';
import { comparedHeaders, defaultBackendName, type Observation, type ObservedUpstream, type SceneRequest } from './scene.ts';

/** Who answers where no rule and no default backend of an Ingress does; only that it was reached is compared. */
const reachedDefault: ObservedUpstream = { backend: defaultBackendName, owner: '', uri: '', headers: {} };

/** What nginx did with a request. `owners` are the locations by their numbers. */
export function observed({ status, headers }: RawAnswer, owners: readonly string[]): Observation {
  const echo = readEcho(headers[echoHeader]);
  return observation(status, headers['location'], headers['www-authenticate'], echo === undefined ? undefined : upstreamOf(echo, owners));
}

function upstreamOf({ backend, owner, uri, headers }: Echo, owners: readonly string[]): ObservedUpstream {
  return backend === defaultBackendName ? reachedDefault : { backend, owner: owners[owner] ?? '', uri, headers };
}

/** What a decision says will be done with a request. */
export function predicted(decision: Decision, request: SceneRequest): Observation {
  switch (decision.kind) {
    case 'redirect':
      return observation(decision.status, decision.location, undefined, undefined);
    case 'respond':
      return observation(decision.status, undefined, [decision.headers['www-authenticate'] ?? []].flat()[0], undefined);
    case 'no-route':
      return observation(decision.status, undefined, undefined, reachedDefault);
    case 'forward': {
      const { backend, route, upstream } = decision;
      return observation(200, undefined, undefined, {
        backend: `${backend.namespace}/${backend.service}:${backend.port}`,
        owner: `${route.ingress} ${route.path}`,
        uri: upstream.path,
        headers: arriving(request, upstream),
      });
    }
  }
}

function observation(
  status: number,
  location: string | undefined,
  challenge: string | undefined,
  upstream: ObservedUpstream | undefined,
): Observation {
  return {
    status,
    ...(location === undefined ? {} : { location }),
    ...(challenge === undefined ? {} : { challenge }),
    ...(upstream === undefined ? {} : { upstream }),
  };
}

/** The compared headers as they arrive: those of the client, and the edits of the decision. */
function arriving(
  request: SceneRequest,
  { host, headers: edits }: Extract<Decision, { kind: 'forward' }>['upstream'],
): Readonly<Record<string, string>> {
  const headers: Record<string, string> = { host };
  for (const [name, text] of request.headers) {
    const key = name.toLowerCase();
    headers[key] = headers[key] === undefined ? text : `${headers[key]}, ${text}`;
  }
  for (const name of edits.remove) delete headers[name];
  Object.assign(headers, edits.set);
  for (const [name, texts] of Object.entries(edits.append))
    headers[name] = [headers[name], ...texts].filter((text) => text !== undefined).join(', ');
  return Object.fromEntries(comparedHeaders.flatMap((name) => (headers[name] === undefined ? [] : [[name, headers[name]]])));
}

/** In which members two observations differ, with both values. Empty when they agree. */
export function differences(real: Observation, model: Observation): readonly string[] {
  // Where one of the two has answered by itself, what arrives is no news.
  const areForwarded = real.upstream !== undefined && model.upstream !== undefined;
  const [a, b] = [flat(real, areForwarded), flat(model, areForwarded)];
  const names = [...new Set([...Object.keys(a), ...Object.keys(b)])].sort();
  return names
    .filter((name) => a[name] !== b[name])
    .map((name) => `${name}: nginx ${JSON.stringify(a[name])}, the model ${JSON.stringify(b[name])}`);
}

function flat(
  { status, location, challenge, upstream }: Observation,
  isArrivalCompared: boolean,
): Readonly<Record<string, string | number | undefined>> {
  const answer = { status, location, challenge, backend: upstream?.backend };
  if (!isArrivalCompared || upstream === undefined) return answer;
  const headers = Object.entries(upstream.headers).map(([name, text]) => [`header ${name}`, text] as const);
  return { ...answer, owner: upstream.owner, uri: upstream.uri, ...Object.fromEntries(headers) };
}
