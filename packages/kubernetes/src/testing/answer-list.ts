import type { ApiObject } from '../api-object.ts';
import type { ParsedRequest } from './parse-request.ts';
import { parseFieldSelector, parseLabelSelector, type Selector } from './selectors.ts';
import { type FakeAnswer, jsonAnswer, statusAnswer } from './status-body.ts';
import type { VersionedStore } from './versioned-store.ts';

/** Which objects the request asks for, or an answer that refuses it. */
export function selectionOf({ namespace, query }: ParsedRequest): Selector | FakeAnswer {
  const labels = parseLabelSelector(query.get('labelSelector') ?? '');
  const fields = query.get('fieldSelector');
  const matches = fields === null || fields === '' ? (): boolean => true : parseFieldSelector(fields);
  if (labels === undefined || matches === undefined) return statusAnswer(400, { message: 'unable to parse the selector' });
  return (object) => (namespace === undefined || object.metadata.namespace === namespace) && labels(object) && matches(object);
}

/** Page tokens: the version all pages show, and the last key of the page before. */
interface PageToken {
  readonly at: number;
  readonly after: string;
}

/**
 * A list: at the version that was asked for, in pages when there is a limit. `resourceVersion=0` is answered from the "watch cache", which like the
 * real one ignores the limit unless `pagesFromCache`.
 *
 * @param staleAt answer as a replica that has seen nothing newer.
 */
export function answerList(request: ParsedRequest, store: VersionedStore, pagesFromCache: boolean, staleAt?: number): FakeAnswer {
  const selects = selectionOf(request);
  if (typeof selects !== 'function') return selects;
  const { query, resource, collection } = request;
  const latest = staleAt ?? store.version;
  const wanted = query.get('resourceVersion') ?? '';
  const match = query.get('resourceVersionMatch');
  const token = readToken(query.get('continue'));
  if (token === 'unreadable') return statusAnswer(400, { message: 'continue key is not valid' });
  if (token !== undefined && token.at < store.compacted) {
    return statusAnswer(410, { message: 'The provided continue parameter is too old to display a consistent list result.' });
  }
  if (token === undefined && wanted !== '') {
    if (!/^\d+$/.test(wanted)) return statusAnswer(400, { message: `Invalid value: "${wanted}": resourceVersion` });
    if (Number(wanted) > latest && staleAt === undefined) return tooLarge(wanted, latest);
    if (match === 'Exact' && Number(wanted) < store.compacted)
      return statusAnswer(410, { message: 'The resourceVersion for the provided list is too old.' });
  }
  const at = token?.at ?? (match === 'Exact' ? Number(wanted) : latest);
  const all = store.list(collection, at).filter((object) => selects(object) && (token === undefined || orderKey(object) > token.after));
  const fromCache = wanted === '0' && !pagesFromCache;
  const limit = fromCache ? 0 : Number(query.get('limit') ?? '0');
  const items = limit > 0 ? all.slice(0, limit) : all;
  const last = items.at(-1);
  const isPartial = last !== undefined && items.length < all.length;
  const metadata = {
    resourceVersion: String(at),
    ...(isPartial ? { continue: writeToken({ at, after: orderKey(last) }), remainingItemCount: all.length - items.length } : {}),
  };
  return jsonAnswer({ kind: `${resource.kind}List`, apiVersion: resource.apiVersion, metadata, items: items.map(withoutKind) });
}

/** What a replica says that has not yet seen the version a client knows of. */
export function tooLarge(wanted: string, latest: number): FakeAnswer {
  const message = `Too large resource version: ${wanted}, current: ${latest}`;
  return statusAnswer(504, {
    reason: 'Timeout',
    message,
    retryAfter: 1,
    causes: [{ reason: 'ResourceVersionTooLarge', message: 'Too large resource version' }],
  });
}

/** Items of real lists have no kind of their own. */
function withoutKind({ apiVersion: _version, kind: _kind, ...rest }: ApiObject): object {
  return rest;
}

function orderKey({ metadata }: ApiObject): string {
  return metadata.namespace === undefined ? metadata.name : `${metadata.namespace}/${metadata.name}`;
}

function writeToken(token: PageToken): string {
  return Buffer.from(JSON.stringify(token)).toString('base64url');
}

function readToken(text: string | null): PageToken | undefined | 'unreadable' {
  if (text === null || text === '') return undefined;
  try {
    return JSON.parse(Buffer.from(text, 'base64url').toString()) as PageToken;
  } catch {
    return 'unreadable';
  }
}
