import type { Tag } from '../api/tag.ts';
import type { CallOptions, ControllerClient } from '../client.ts';
import { isCloudError } from '../errors.ts';
import { type ActualGateway, type ActualList, type ActualSettings, type ActualState, sourceOf } from './actual.ts';
import { type DesiredGateway, ownershipTags, tagKeys } from './desired.ts';

/** Which gateways to look for, and what of them matters. */
export type ActualQuery = Pick<DesiredGateway, 'object' | 'cluster' | 'reuse'> & {
  readonly settings: Pick<DesiredGateway['settings'], 'parameters'>;
};

export interface ReadActualOptions extends CallOptions {
  /**
   * Gateways the caller knows to have been created for the object, for example from its status. They are read even while their tags are not
   * visible yet, so that a late index of tags cannot make a second creation look necessary.
   */
  readonly known?: readonly string[];
}

/**
 * Reads everything a plan depends on. A gateway is found by its tags: the controller's identity may not list gateways by name, and a name is not
 * unique (mse.md §7).
 */
export async function readActual(client: ControllerClient, query: ActualQuery, options: ReadActualOptions = {}): Promise<ActualState> {
  const { known = [] } = options;
  const tagged = await findTagged(client, ownershipTags(query), options);
  const ids = [...new Set([...(query.reuse === undefined ? [] : [query.reuse.id]), ...tagged.keys(), ...known])];
  const gateways: ActualGateway[] = [];
  for (const id of ids) {
    const gateway = await readGateway(client, id, options);
    if (gateway === undefined) continue;
    // Its creation carried the tags; that none is visible means that none is visible yet.
    const untagged = known.includes(id) && Object.keys(gateway.tags).length === 0;
    gateways.push(untagged ? { ...gateway, tags: ownershipTags(query) } : gateway);
  }
  const main = choose(gateways, query);
  const others = gateways.filter((gateway) => gateway !== main).sort((a, b) => (a.id < b.id ? -1 : 1));
  if (main === undefined) return { others };
  const settings = await readSettingsOf(client, main, query, options);
  return { gateway: settings === undefined ? main : { ...main, settings }, others };
}

/** The gateways that carry all the tags, with the tags of each that were asked for. */
export async function findTagged(
  client: ControllerClient,
  tags: Readonly<Record<string, string>>,
  options: CallOptions = {},
): Promise<ReadonlyMap<string, Readonly<Record<string, string>>>> {
  return await listTags(client, { Tag: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })) }, options);
}

/** All tags of one gateway. */
export async function tagsOf(client: ControllerClient, id: string, options: CallOptions = {}): Promise<Readonly<Record<string, string>>> {
  return (await listTags(client, { ResourceId: [id] }, options)).get(id) ?? {};
}

async function listTags(
  client: ControllerClient,
  filter: { readonly Tag?: readonly Tag[]; readonly ResourceId?: readonly string[] },
  options: CallOptions,
): Promise<Map<string, Record<string, string>>> {
  const found = new Map<string, Record<string, string>>();
  let token: string | undefined;
  do {
    const page = {
      RegionId: client.region,
      ResourceType: 'GATEWAY' as const,
      ...filter,
      ...(token === undefined ? {} : { NextToken: token }),
    };
    const { data } = await client.listTagResources(page, options);
    for (const { ResourceId, TagKey, TagValue } of data.TagResources?.TagResource ?? []) {
      const tags = found.get(ResourceId) ?? {};
      tags[TagKey] = TagValue;
      found.set(ResourceId, tags);
    }
    token = data.NextToken === '' ? undefined : data.NextToken;
  } while (token !== undefined);
  return found;
}

async function readGateway(client: ControllerClient, id: string, options: CallOptions): Promise<ActualGateway | undefined> {
  const data = await orUndefined(client.getGateway({ GatewayUniqueId: id }, options).then((reply) => reply.data));
  // An answer without data says the same as "not found".
  if (data === undefined) return undefined;
  const tags = await tagsOf(client, id, options);
  return {
    id,
    name: data.Name ?? '',
    status: data.Status ?? -1,
    ...(data.Vpc === undefined ? {} : { vpc: data.Vpc }),
    vSwitches: [data.Vswitch, data.Vswitch2].filter((vSwitch): vSwitch is string => typeof vSwitch === 'string' && vSwitch !== ''),
    ...(data.Spec === undefined ? {} : { spec: data.Spec }),
    ...(data.Replica === undefined ? {} : { replicas: data.Replica }),
    ...(data.GmtCreate === undefined ? {} : { createdAt: data.GmtCreate }),
    tags,
  };
}

/** The reused gateway, or of those created for the object the one that works; of several, the oldest, so that every reader chooses the same. */
function choose(gateways: readonly ActualGateway[], query: ActualQuery): ActualGateway | undefined {
  const { reuse } = query;
  if (reuse !== undefined) return gateways.find((gateway) => gateway.id === reuse.id);
  const rank = ({ status }: ActualGateway): number => (status === 8 ? 2 : status === 1 || status === 9 ? 1 : 0);
  return gateways
    .filter(({ tags }) => !(tagKeys.reused in tags) && Object.entries(ownershipTags(query)).every(([key, value]) => tags[key] === value))
    .sort((a, b) => rank(a) - rank(b) || compare(a.createdAt ?? '', b.createdAt ?? '') || compare(a.id, b.id))[0];
}

async function readSettingsOf(
  client: ControllerClient,
  gateway: ActualGateway,
  query: ActualQuery,
  options: CallOptions,
): Promise<ActualSettings | undefined> {
  if ([0, 1, 8, 9].includes(gateway.status)) return undefined;
  const GatewayUniqueId = gateway.id;
  const option = (await client.getGatewayOption({ GatewayUniqueId }, options)).data ?? {};
  const parameters =
    Object.keys(query.settings.parameters).length === 0 ? {} : ((await client.getGatewayConfig({ GatewayUniqueId }, options)).data ?? {});
  const allow = await readList(client, GatewayUniqueId, true, options);
  const deny = await readList(client, GatewayUniqueId, false, options);
  const sources = (await client.listServiceSource({ GatewayUniqueId, Source: 'K8s' }, options)).data ?? [];
  const source = sourceOf(sources, query.cluster.id);
  return {
    option,
    parameters,
    ...(allow === undefined ? {} : { allow }),
    ...(deny === undefined ? {} : { deny }),
    ...(source === undefined ? {} : { source }),
  };
}

/** One gateway-wide list. The separator of `Content` is not documented; whatever stands between addresses is taken for one. */
export async function readList(
  client: ControllerClient,
  id: string,
  white: boolean,
  options: CallOptions,
): Promise<ActualList | undefined> {
  const query = { GatewayUniqueId: id, IsWhite: white, ResourceType: 'GATEWAY', Type: 'IP' } as const;
  const data = await orUndefined(client.getBlackWhiteList(query, options).then((reply) => reply.data));
  if (data === undefined) return undefined;
  return { id: data.Id, on: data.Status === 'on', entries: (data.Content ?? '').split(/[\s,;]+/).filter((entry) => entry !== '') };
}

async function orUndefined<T>(promise: Promise<T>): Promise<T | undefined> {
  try {
    return await promise;
  } catch (error) {
    if (isCloudError(error, 'cloud/not-found')) return undefined;
    throw error;
  }
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
