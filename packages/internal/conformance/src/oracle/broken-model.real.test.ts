import type { Profile } from '@ingresskit/annotations';
import { ingressNginx } from '@ingresskit/profiles';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { compareWith } from './compare.ts';
import type { EchoBackend } from './echo-backend.ts';
import { startEchoBackend } from './echo-backend.ts';
import { type Decider, decider, model, observeScenes } from './gateways.ts';
import { generateScenes } from './generate.ts';
import { differences } from './observe.ts';
import { formatDisagreement } from './report.ts';
import type { Observation } from './scene.ts';
import { shrink } from './shrink.ts';

const scenes = generateScenes(7, 150, 40);

let backend: EchoBackend;
let observations: readonly (readonly Observation[])[];
beforeAll(async () => {
  backend = await startEchoBackend();
  observations = await observeScenes(scenes, backend.address);
});
afterAll(() => backend.close());

/** Observations with a mistake in them, or the same where the mistake does not apply. */
const mistakes: Readonly<Record<string, (observation: Observation) => Observation>> = {
  status: (observation) => (observation.status === 403 ? { ...observation, status: 401 } : observation),
  location: ({ location, ...rest }) => (location === undefined ? rest : { ...rest, location: `${location}x` }),
  challenge: ({ challenge, ...rest }) => rest,
  backend: ({ upstream, ...rest }) =>
    upstream?.backend === 'one/app:80'
      ? { ...rest, upstream: { ...upstream, backend: 'two/app:80' } }
      : { ...rest, ...(upstream && { upstream }) },
  route: ({ upstream, ...rest }) => (upstream === undefined ? rest : { ...rest, upstream: { ...upstream, owner: `${upstream.owner}x` } }),
  uri: ({ upstream, ...rest }) =>
    upstream === undefined ? rest : { ...rest, upstream: { ...upstream, uri: upstream.uri.replace('//', '/') } },
  host: ({ upstream, ...rest }) =>
    upstream === undefined
      ? rest
      : { ...rest, upstream: { ...upstream, headers: { ...upstream.headers, host: upstream.headers['host']?.toLowerCase() ?? '' } } },
  leak: ({ upstream, ...rest }) =>
    upstream === undefined ? rest : { ...rest, upstream: { ...upstream, headers: { ...upstream.headers, proxy: 'x' } } },
  gate: (observation) =>
    observation.status === 401 ? { status: 200, upstream: { backend: 'one/app:80', owner: '', uri: '/', headers: {} } } : observation,
};

describe('a mistake in single answers is found', () => {
  it.each(Object.entries(mistakes))('%s', (_, mistake) => {
    let mistaken = 0;
    const broken: Decider = (scene) =>
      model(scene).map((observation) => {
        const other = mistake(observation);
        if (differences(observation, other).length > 0) mistaken++;
        return other;
      });
    const { unexplained, known } = compareWith(scenes, observations, broken);
    expect(mistaken).toBeGreaterThan(0);
    // What is known to differ may hide a mistake in the same answer, and nothing else may.
    const hidden = [...known.values()].reduce((sum, count) => sum + count, 0);
    expect(unexplained.length).toBeLessThanOrEqual(mistaken);
    expect(unexplained.length).toBeGreaterThan(0);
    expect(unexplained.length).toBeGreaterThanOrEqual(mistaken - hidden);
  });
});

const { request, paths, phases } = ingressNginx;

/** Profiles of gateways that are not quite the one. */
const others: Readonly<Record<string, Profile>> = {
  'wildcards of any depth': { ...ingressNginx, request: { ...request, wildcardDepth: 'any' } },
  'no redirect to the slash': { ...ingressNginx, request: { ...request, trailingSlashRedirect: false } },
  'paths that are not decoded': { ...ingressNginx, request: { ...request, pathNormalization: 'base' } },
  'the canonical path upstream': { ...ingressNginx, request: { ...request, forwardPath: 'canonical' } },
  'patterns that see case': { ...ingressNginx, paths: { ...paths, regexIgnoresCase: false } },
  'patterns for one Ingress': { ...ingressNginx, paths: { ...paths, regexScope: 'route' } },
  'paths in the order of age': { ...ingressNginx, order: ['added-first', 'default-backend-last', 'age'] },
  'the other order of equal age': { ...ingressNginx, ageTies: 'name' },
  'gates before redirects': { ...ingressNginx, phases: [...phases.filter((phase) => phase !== 'redirect'), 'redirect'] },
  'passwords before addresses': {
    ...ingressNginx,
    phases: phases.flatMap((phase) => (phase === 'address' ? ['authenticate', 'address'] : phase === 'authenticate' ? [] : [phase])),
  },
  'limits after addresses': {
    ...ingressNginx,
    phases: phases.flatMap((phase) => (phase === 'limit' ? [] : phase === 'authenticate' ? ['authenticate', 'limit'] : [phase])),
  },
};

describe('another gateway is told apart', () => {
  it.each(Object.entries(others))('%s', (_, profile) => {
    const broken = decider(profile);
    const { unexplained } = compareWith(scenes, observations, broken);
    expect(unexplained.length).toBeGreaterThan(0);
  });
});

it('what is found is made small, and told with everything that shows it', async () => {
  const broken = decider({ ...ingressNginx, request: { ...request, trailingSlashRedirect: false } });
  const { unexplained } = compareWith(scenes, observations, broken);
  const [first] = unexplained;
  if (first === undefined) throw new Error('the mistake should be found');
  const small = await shrink(first, broken, backend.address);
  expect(small.scene.requests).toHaveLength(1);
  expect(small.scene.ingresses).toHaveLength(1);
  const text = formatDisagreement(small);
  expect(text).toMatch(/^status: nginx 301/m);
  expect(text).toContain('kind: Ingress');
  expect(text).toContain('location = "');
  expect(text).toMatch(/^--- request\n[A-Z]+ \//m);
});
