import { type ApiObject, isApiObject } from './api-object.ts';
import { type ApiResource, apiPath } from './api-resource.ts';
import { type Clock, startDeadline } from './clock.ts';
import { KubernetesError } from './errors.ts';
import { isMap, textAt } from './json.ts';
import { requestJson, type Transport } from './transport.ts';

/** A collection: a kind, in one namespace or all, narrowed by selectors. */
export interface Collection {
  readonly resource: ApiResource;
  readonly namespace?: string | undefined;
  readonly labelSelector?: string | undefined;
  readonly fieldSelector?: string | undefined;
}

/** How the list is asked for. */
export interface ListRequest {
  /** `0` any version the cache has, `''` the latest by quorum, else not older than this. */
  readonly version: string;
  /** Objects of one page; 0 asks for all at once. */
  readonly limit: number;
  readonly signal: AbortSignal;
  readonly clock: Clock;
  /** Milliseconds for one page. */
  readonly timeout: number;
  /** Gets each object as its page arrives, so that only what the receiver keeps stays in memory. */
  readonly onObject: (object: ApiObject) => void;
  readonly onMalformed: (error: KubernetesError) => void;
}

/** The outcome of a list. */
export interface Listed {
  readonly version: string;
  readonly pages: number;
}

/** The query parameters every request for a collection has. */
export function queryOf({ labelSelector, fieldSelector }: Collection): URLSearchParams {
  const query = new URLSearchParams();
  if (labelSelector !== undefined && labelSelector !== '') query.set('labelSelector', labelSelector);
  if (fieldSelector !== undefined && fieldSelector !== '') query.set('fieldSelector', fieldSelector);
  return query;
}

/** `ingresses`, or `ingresses in shop`: for messages. */
export function nameOf({ resource, namespace }: Collection): string {
  return namespace === undefined ? resource.plural : `${resource.plural} in ${namespace}`;
}

/** Lists a collection, page after page of one consistent state. */
export async function listCollection(transport: Transport, collection: Collection, request: ListRequest): Promise<Listed> {
  const action = `list ${nameOf(collection)}`;
  const path = apiPath(collection.resource, collection.namespace);
  let token = '';
  for (let pages = 1; ; pages += 1) {
    const query = queryOf(collection);
    if (request.limit > 0) query.set('limit', String(request.limit));
    // A token names its version itself; the server refuses both together.
    if (token !== '') query.set('continue', token);
    else if (request.version !== '') query.set('resourceVersion', request.version);
    const { items, version, next } = readPage(await fetchPage(transport, `${path}?${query}`, action, request), collection, action);
    for (const item of items) takeItem(item, collection, action, request);
    if (next === '') return { version, pages };
    token = next;
  }
}

async function fetchPage(transport: Transport, path: string, action: string, { clock, timeout, signal }: ListRequest): Promise<unknown> {
  const deadline = startDeadline(clock, timeout, signal);
  try {
    return (await requestJson(transport, { method: 'GET', path, signal: deadline.signal }, action)).body;
  } finally {
    deadline.cancel();
  }
}

function readPage(
  body: unknown,
  { resource }: Collection,
  action: string,
): { readonly items: readonly unknown[]; readonly version: string; readonly next: string } {
  const list = isMap(body) ? body : {};
  const metadata = isMap(list['metadata']) ? list['metadata'] : {};
  const version = textAt(metadata, 'resourceVersion');
  // A Table, or the page of a proxy that answers 200 to everything.
  if (list['kind'] !== `${resource.kind}List` || version === undefined || version === '') {
    throw new KubernetesError('kubernetes/malformed', `${action}: the answer is not a ${resource.kind}List.`);
  }
  // An empty list may be null.
  const items = list['items'] ?? [];
  if (!Array.isArray(items)) throw new KubernetesError('kubernetes/malformed', `${action}: the items are not a list.`);
  return { items, version, next: textAt(metadata, 'continue') ?? '' };
}

function takeItem(item: unknown, { resource }: Collection, action: string, { onObject, onMalformed }: ListRequest): void {
  // Items carry neither kind nor apiVersion.
  const object = isMap(item) ? { ...item, apiVersion: resource.apiVersion, kind: resource.kind } : undefined;
  if (isApiObject(object)) onObject(object);
  else onMalformed(new KubernetesError('kubernetes/malformed', `${action}: an item has no metadata.name; it is left out.`));
}
