import type { AddGatewayParameters } from '../api/gateway.ts';
import { CloudError, isCloudError } from '../errors.ts';
import type { Application } from './apply.ts';
import { tagKeys } from './desired.ts';
import { findTagged, tagsOf } from './read-actual.ts';
import { formatState, isLost } from './state.ts';

/**
 * Creates a gateway unless there is one. The API has no client token, so the tags are the token: before a creation is sent, and for a while after
 * one whose answer was lost, the gateway is looked for by them.
 */
export async function createGateway(application: Application, parameters: AddGatewayParameters): Promise<string> {
  const tags = Object.fromEntries((parameters.Tag ?? []).map(({ Key, Value }) => [Key, Value]));
  let found = await findCreated(application, tags);
  for (let attempt = 1; found === undefined; attempt += 1) {
    try {
      found = (await application.client.addGateway(parameters, callOf(application))).data?.GatewayUniqueId;
      if (found === undefined || found === '')
        throw new CloudError('cloud/bad-answer', 'AddGateway gave no id.', { operation: 'AddGateway', effect: 'unknown' });
    } catch (error) {
      if (!isCloudError(error) || error.effect !== 'unknown' || error.code === 'cloud/aborted') throw error;
      found = await settle(application, () => findCreated(application, tags));
      if (found === undefined && attempt >= 3) throw error;
    }
  }
  return found;
}

async function findCreated(application: Application, tags: Readonly<Record<string, string>>): Promise<string | undefined> {
  const tagged = await findTagged(application.client, tags, callOf(application));
  const ids = [...tagged.keys()].sort();
  for (const id of ids) {
    if (tagKeys.reused in (await tagsOf(application.client, id, callOf(application)))) continue;
    const status = await statusOf(application, id);
    if (status !== undefined && status !== 8 && !isLost(status)) return id;
  }
  return undefined;
}

/** Waits for status 2, and for a new gateway to be findable by its tags: from then on a crash loses nothing. */
export async function waitUntilRunning(application: Application, id: string, isNew: boolean): Promise<void> {
  const { clock } = application;
  const begin = clock.now();
  let known = false;
  for (;;) {
    const status = await statusOf(application, id);
    known ||= status !== undefined;
    if (status === 2 || status === 13) break;
    if (status !== undefined && (isLost(status) || status === 8)) {
      throw new CloudError('cloud/gateway-failed', `The gateway ${id} is in state "${formatState(status)}" instead of running.`, {
        operation: 'GetGateway',
      });
    }
    // A gateway may be invisible for a moment after it was created; one that was seen and is gone will not come back.
    if (status === undefined && (known || clock.now() - begin > application.settleTime)) {
      throw new CloudError('cloud/not-found', `The gateway ${id} does not exist any more.`, { operation: 'GetGateway' });
    }
    await pause(application, begin, `The gateway ${id} is still ${status === undefined ? 'unknown' : formatState(status)}.`);
  }
  if (!isNew) return;
  await settle(application, async () =>
    Object.keys(await tagsOf(application.client, id, callOf(application))).length > 0 ? true : undefined,
  );
}

export async function waitUntilGone(application: Application, id: string): Promise<void> {
  const begin = application.clock.now();
  for (;;) {
    const status = await statusOf(application, id);
    if (status === undefined) return;
    await pause(application, begin, `The gateway ${id} is still ${formatState(status)}.`);
  }
}

/** Deletes a gateway if it still carries the tags that say it was created for the object: between plan and deletion somebody may have claimed it. */
export async function deleteGateway(
  application: Application,
  id: string,
  owner: Readonly<Record<string, string>>,
  deleteLoadBalancers: boolean,
): Promise<void> {
  const status = await statusOf(application, id);
  if (status === undefined || status === 8) return;
  const tags = await tagsOf(application.client, id, callOf(application));
  if (tagKeys.reused in tags || Object.entries(owner).some(([key, value]) => tags[key] !== value)) {
    throw new CloudError('cloud/not-owned', `The gateway ${id} does not carry the tags of the object any more; it is not deleted.`);
  }
  try {
    await application.client.deleteGateway({ GatewayUniqueId: id, DeleteSlb: deleteLoadBalancers }, callOf(application));
  } catch (error) {
    if (!isCloudError(error, 'cloud/not-found')) throw error;
  }
}

async function statusOf(application: Application, id: string): Promise<number | undefined> {
  try {
    const { data } = await application.client.getGateway({ GatewayUniqueId: id }, callOf(application));
    return data === undefined ? undefined : (data.Status ?? -1);
  } catch (error) {
    if (isCloudError(error, 'cloud/not-found')) return undefined;
    throw error;
  }
}

/** Asks again until there is an answer or the time is over within which a write becomes visible. */
export async function settle<T>(application: Application, ask: () => Promise<T | undefined>): Promise<T | undefined> {
  const { clock, settleTime, pollInterval, signal } = application;
  const until = clock.now() + settleTime;
  for (;;) {
    const answer = await ask();
    if (answer !== undefined || clock.now() >= until) return answer;
    await clock.sleep(Math.min(pollInterval, until - clock.now()), signal).catch(aborted);
  }
}

async function pause({ clock, pollInterval, waitTime, signal }: Application, begin: number, message: string): Promise<void> {
  if (clock.now() - begin >= waitTime)
    throw new CloudError('cloud/wait-exceeded', `${message} Waited ${Math.round(waitTime / 1000)} seconds.`);
  await clock.sleep(pollInterval, signal).catch(aborted);
}

export function aborted(): never {
  throw new CloudError('cloud/aborted', 'Waiting was ended by the caller.');
}

export function callOf({ signal }: Application): { readonly signal?: AbortSignal } {
  return signal === undefined ? {} : { signal };
}
