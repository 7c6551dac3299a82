import { apiPath } from './api-resource.ts';
import { type Clock, startDeadline } from './clock.ts';
import { KubernetesError } from './errors.ts';
import { readLines } from './lines.ts';
import { type Collection, nameOf, queryOf } from './list-collection.ts';
import { refusalOf, type Transport, type TransportResponse } from './transport.ts';
import { parseWatchEvent, type WatchEvent } from './watch-events.ts';

/** How one watch is asked for. */
export interface WatchRequest {
  /** From where; absent only for a streamed list. */
  readonly version: string | undefined;
  /** Begin with the whole collection (KEP-3157). */
  readonly streamsList: boolean;
  /** How long the server shall keep it open. */
  readonly seconds: number;
  readonly signal: AbortSignal;
  readonly clock: Clock;
  readonly maxLineBytes: number;
  /** The server has accepted it. */
  readonly onOpen: () => void;
}

const headTimeout = 30_000;
/** How long after its own timeout a watch is believed to be alive. */
const grace = 5_000;
/** How long the end of a streamed list is waited for. */
const streamedListTimeout = 60_000;
/** A watch that ends sooner has not really worked. */
const shortWatch = 1_000;

/**
 * The events of one watch. Returns when the server ends it in good order, or the signal aborts; throws for every other end, and for silence: a server
 * that keeps its word has ended the watch by its timeout, so a connection that outlives it is dead.
 */
export async function* watchCollection(
  transport: Transport,
  collection: Collection,
  request: WatchRequest,
): AsyncGenerator<WatchEvent, undefined, undefined> {
  const { clock, signal, seconds, streamsList, maxLineBytes, onOpen } = request;
  const action = `watch ${nameOf(collection)}`;
  const started = clock.now();
  const answer = await open(transport, collection, request, action);
  const deadline = startDeadline(clock, seconds * 1000 + grace, answer.signal);
  let endList = startListTimer(clock, streamsList, answer.abort, action);
  // The body was opened under the first signal, so that is the one which must break it.
  const passOn = (): void => answer.abort(deadline.signal.reason);
  deadline.signal.addEventListener('abort', passOn, { once: true });
  let isWhole = !streamsList;
  try {
    onOpen();
    for await (const line of readLines(answer.response.body, action, maxLineBytes)) {
      if (answer.signal.aborted) break;
      const event = parseWatchEvent(line, action);
      if (!isWhole && event.type === 'BOOKMARK' && event.endsInitialEvents) {
        isWhole = true;
        endList();
        endList = () => undefined;
      }
      yield event;
    }
    if (signal.aborted) return;
    if (answer.signal.aborted) throw answer.signal.reason;
    // A watch that ends cleanly at once is a server, or a proxy, in trouble; going back at once would make it worse.
    if (clock.now() - started < shortWatch || !isWhole)
      throw new KubernetesError('kubernetes/short-watch', `${action}: it ended too early.`);
  } finally {
    endList();
    deadline.signal.removeEventListener('abort', passOn);
    deadline.cancel();
    answer.release();
  }
}

/** A watch that the server has accepted, and the ways to end it. */
interface Opened {
  readonly response: TransportResponse;
  readonly signal: AbortSignal;
  readonly abort: (reason: unknown) => void;
  readonly release: () => void;
}

async function open(transport: Transport, collection: Collection, request: WatchRequest, action: string): Promise<Opened> {
  const { clock, signal } = request;
  const controller = new AbortController();
  const abort = (reason: unknown): void => controller.abort(reason);
  const stop = (): void => abort(signal.reason);
  if (signal.aborted) stop();
  signal.addEventListener('abort', stop, { once: true });
  const release = (): void => signal.removeEventListener('abort', stop);
  const cancel = clock.timer(headTimeout, () => abort(late(action)));
  try {
    const path = `${apiPath(collection.resource, collection.namespace)}?${queryFor(collection, request)}`;
    const response = await transport.request({ method: 'GET', path, signal: controller.signal, isStream: true });
    if (response.status !== 200) throw await refusalOf(response, action);
    return { response, signal: controller.signal, abort, release };
  } catch (error) {
    release();
    throw error;
  } finally {
    cancel();
  }
}

function queryFor(collection: Collection, { version, streamsList, seconds }: WatchRequest): URLSearchParams {
  const query = queryOf(collection);
  query.set('watch', 'true');
  query.set('allowWatchBookmarks', 'true');
  query.set('timeoutSeconds', String(seconds));
  if (streamsList) {
    query.set('sendInitialEvents', 'true');
    query.set('resourceVersionMatch', 'NotOlderThan');
  }
  if (version !== undefined) query.set('resourceVersion', version);
  return query;
}

function startListTimer(clock: Clock, streamsList: boolean, abort: (reason: unknown) => void, action: string): () => void {
  if (!streamsList) return () => undefined;
  return clock.timer(streamedListTimeout, () => {
    abort(new KubernetesError('kubernetes/unsupported', `${action}: the server did not say where the streamed list ends.`));
  });
}

function late(action: string): KubernetesError {
  return new KubernetesError('kubernetes/timeout', `${action}: the server has not been heard of for too long.`);
}
