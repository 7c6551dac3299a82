import type { IngressOptions, ServiceSource } from '../api/service-source.ts';
import { isCloudError } from '../errors.ts';
import { type ActualList, sourceOf } from './actual.ts';
import type { Application } from './apply.ts';
import { callOf, settle } from './carry-out-gateway.ts';
import type { DesiredCluster } from './desired.ts';
import { readList } from './read-actual.ts';

/**
 * Makes a gateway-wide list hold these entries. The controller may not delete lists (mse.md §7), so one that is not wanted is emptied and turned
 * off.
 */
export async function setAddressList(
  application: Application,
  id: string,
  list: 'allow' | 'deny',
  entries: readonly string[],
): Promise<void> {
  const { client } = application;
  const white = list === 'allow';
  const look = (): Promise<ActualList | undefined> => readList(client, id, white, callOf(application));
  const existing = await look();
  if (existing === undefined && entries.length === 0) return;
  // Lists refer to the gateway by its number.
  const number = (await client.getGateway({ GatewayUniqueId: id }, callOf(application))).data?.Id;
  const wanted = {
    GatewayUniqueId: id,
    IsWhite: white,
    ResourceType: 'GATEWAY',
    ...(number === undefined ? {} : { ResourceIdJsonList: JSON.stringify([number]) }),
    Type: 'IP',
    Content: entries.join(','),
    Status: entries.length > 0 ? 'on' : 'off',
    Name: `ingress-${list}`,
  } as const;
  const update = async ({ id: Id }: ActualList): Promise<void> =>
    void (await client.updateBlackWhiteList({ ...wanted, Id }, callOf(application)));
  if (existing !== undefined) return await update(existing);
  await createOnce(application, () => client.addBlackWhiteList(wanted, callOf(application)), look, update);
}

/** Makes the cluster a source of the gateway with these options. `onlyIfUnbound`: a source that exists stays as it is (mse.md §3.3). */
export async function setListening(
  application: Application,
  id: string,
  cluster: DesiredCluster,
  ingress: IngressOptions,
  onlyIfUnbound: boolean,
): Promise<void> {
  const { client } = application;
  const look = async (): Promise<ServiceSource | undefined> =>
    sourceOf((await client.listServiceSource({ GatewayUniqueId: id, Source: 'K8s' }, callOf(application))).data ?? [], cluster.id);
  const about = { GatewayUniqueId: id, Source: 'K8s', Type: 'K8s', Address: cluster.id, IngressOptionsRequest: ingress } as const;
  const update = async (source: ServiceSource): Promise<void> => {
    if (onlyIfUnbound || isSame(source.IngressOptions ?? {}, ingress)) return;
    await client.updateServiceSource({ ...about, Id: source.Id, Name: source.Name ?? cluster.name }, callOf(application));
  };
  const existing = await look();
  if (existing !== undefined) return await update(existing);
  if (ingress.EnableIngress !== true) return;
  await createOnce(
    application,
    () => client.addServiceSource({ ...about, Name: cluster.name }, callOf(application)),
    look,
    async (source) => {
      // Found after a lost answer: it may be this step's own or somebody else's.
      await update(source);
    },
  );
}

/** Creates a thing that must not exist twice; after a lost answer it is looked for before it is created again. */
async function createOnce<T>(
  application: Application,
  create: () => Promise<unknown>,
  look: () => Promise<T | undefined>,
  update: (existing: T) => Promise<void>,
): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      await create();
      return;
    } catch (error) {
      if (!isCloudError(error)) throw error;
      // "Already exists" is a refusal too: then a look finds it, and the refusal has become an update.
      const unclear = error.effect === 'unknown' && error.code !== 'cloud/aborted';
      if (!unclear && error.code !== 'cloud/refused') throw error;
      const existing = unclear ? await settle(application, look) : await look();
      if (existing !== undefined) return await update(existing);
      if (!unclear || attempt >= 3) throw error;
    }
  }
}

function isSame(now: IngressOptions, wanted: IngressOptions): boolean {
  return Object.entries(wanted).every(([key, value]) => (now[key as keyof IngressOptions] ?? '') === value);
}
