import type { Profile, RequestInput } from '@ingresskit/annotations';
import { ingressNginx } from '@ingresskit/profiles';
import type { Ingress } from '@ingresskit/resources';
import { createGateway, defaultCapabilities } from 'ingresskit';
import { freePort } from '../../../../proxy/src/testing/free-port.ts';
import { nameOf } from './annotations.ts';
import { clusterObjects, passwordFiles } from './cluster.ts';
import { mainFile, proxyFile } from './nginx-files.ts';
import { startNginx } from './nginx-process.ts';
import type { Surroundings } from './nginx-servers.ts';
import { serverLines, zoneLines } from './nginx-servers.ts';
import { observed, predicted } from './observe.ts';
import type { RawAnswer } from './raw-requests.ts';
import { sendPipelined } from './raw-requests.ts';
import type { Observation, Scene, SceneRequest } from './scene.ts';
import { type Server, serversOf } from './servers.ts';

/** What decides the requests of a scene, in order: the model, or something that stands in for it. */
export type Decider = (scene: Scene) => readonly Observation[];

/** What `eval` does under a profile, all requests in the same instant. */
export function decider(profile: Profile): Decider {
  const gateway = createGateway({ profile });
  return ({ ingresses, requests }) => {
    const { table } = gateway.compile([...clusterObjects, ...ingresses]);
    const capabilities = defaultCapabilities();
    return requests.map((request) => predicted(gateway.decide(table, inputOf(request), capabilities), request));
  };
}

/** The model. */
export const model: Decider = decider(ingressNginx);

/** A request as the model takes it. */
export function inputOf({ method, target, hosts, source, headers }: SceneRequest): RequestInput {
  const sent: Record<string, string | string[]> = { host: hosts.length === 1 ? (hosts[0] ?? '') : [...hosts] };
  for (const [name, text] of headers) {
    const before = sent[name.toLowerCase()];
    sent[name.toLowerCase()] = before === undefined ? text : [...[before].flat(), text];
  }
  // The Host header overrides what the URL says.
  return { method, url: `http://placeholder.invalid${target}`, headers: sent, clientAddress: source, at: 0 };
}

/** A scene's part of the configuration, and the locations by the numbers that they have in it. */
export function sceneFile(
  ingresses: readonly Ingress[],
  surroundings: Omit<Surroundings, 'ownerNumber'>,
): { readonly text: string; readonly owners: readonly string[] } {
  const owners: string[] = [];
  const ownerNumber: Surroundings['ownerNumber'] = ({ ingress, rulePath }) => {
    const owner = ingress === undefined ? '' : `${nameOf(ingress)} ${rulePath}`;
    if (!owners.includes(owner)) owners.push(owner);
    return owners.indexOf(owner);
  };
  const whole = { ...surroundings, ownerNumber };
  const servers: readonly Server[] = serversOf(ingresses);
  const lines = [...zoneLines(ingresses, surroundings.scene), ...servers.flatMap((server) => serverLines(server, whole))];
  return { text: `${lines.join('\n')}\n`, owners };
}

/** Loopback addresses, one for each scene: all of 127.0.0.0/8 leads to this machine. */
function addressOf(scene: number): string {
  return `127.77.${Math.floor(scene / 250)}.${(scene % 250) + 1}`;
}

/** What nginx does with the requests of several scenes. Each scene has an address of its own; requests of one source keep their order. */
export async function observeScenes(scenes: readonly Scene[], backends: string): Promise<readonly (readonly Observation[])[]> {
  const owners: (readonly string[])[] = [];
  const port = await freePort();
  const nginx = await startNginx((directory) => {
    const files: Record<string, string> = { 'proxy.conf': proxyFile };
    for (const [secret, text] of Object.entries(passwordFiles)) files[`${secret}.htpasswd`] = text;
    const names = scenes.map(({ ingresses }, scene) => {
      const file = sceneFile(ingresses, {
        listen: `${addressOf(scene)}:${port}`,
        scene,
        passwordFile: (secret) => `${directory}/${secret}.htpasswd`,
      });
      owners.push(file.owners);
      files[`scene-${scene}.conf`] = file.text;
      return `scene-${scene}.conf`;
    });
    files['nginx.conf'] = mainFile(names, backends, `${directory}/error.log`);
    return files;
  });
  try {
    const all: (readonly Observation[])[] = [];
    for (const [scene, { requests }] of scenes.entries()) {
      const answers = await sendBySource(requests, { address: addressOf(scene), port });
      all.push(answers.map((answer) => observed(answer, owners[scene] ?? [])));
    }
    return all;
  } finally {
    await nginx.close();
  }
}

async function sendBySource(
  requests: readonly SceneRequest[],
  to: { readonly address: string; readonly port: number },
): Promise<readonly RawAnswer[]> {
  const sources = new Map<string, number[]>();
  for (const [index, { source }] of requests.entries()) sources.set(source, [...(sources.get(source) ?? []), index]);
  const answers: RawAnswer[] = [];
  await Promise.all(
    [...sources].map(async ([source, indexes]) => {
      const own = await sendPipelined(
        indexes.map((index) => requests[index] as SceneRequest),
        { ...to, source },
      );
      indexes.forEach((index, place) => {
        answers[index] = own[place] as RawAnswer;
      });
    }),
  );
  return answers;
}
