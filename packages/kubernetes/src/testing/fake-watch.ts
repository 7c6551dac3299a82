import type { ApiObject } from '../api-object.ts';
import type { Clock } from '../clock.ts';
import { selectionOf, tooLarge } from './answer-list.ts';
import { BytePipe } from './byte-pipe.ts';
import type { ParsedRequest } from './parse-request.ts';
import type { Selector } from './selectors.ts';
import { type FakeAnswer, statusAnswer, statusObject } from './status-body.ts';
import type { HistoryStep, VersionedStore } from './versioned-store.ts';

/** What a watch of this server needs to know. */
export interface WatchOptions {
  readonly clock: Clock;
  /** Milliseconds between bookmarks; 0 sends none. */
  readonly bookmarkInterval: number;
  /** Bytes that go out in one piece; 0 sends each event whole. */
  readonly pieceSize: number;
  readonly hasStreamingLists: boolean | 'endless';
}

/** One watch that a client holds. Tests break it in every way networks and servers do. */
export class FakeWatch {
  readonly request: ParsedRequest;
  readonly pipe: BytePipe = new BytePipe();
  readonly #store: VersionedStore;
  readonly #options: WatchOptions;
  readonly #selects: Selector;
  readonly #cleanups: (() => void)[] = [];
  #version: number;

  constructor(request: ParsedRequest, store: VersionedStore, options: WatchOptions, selects: Selector, version: number) {
    this.request = request;
    this.#store = store;
    this.#options = options;
    this.#selects = selects;
    this.#version = version;
    this.pipe.onLeft = () => this.#clean();
  }

  /** False once either side ended it. */
  get isOpen(): boolean {
    return this.pipe.isOpen;
  }

  /** Sends what the client missed, then what happens. Ends by itself after the seconds that the client asked for. */
  start(missed: readonly HistoryStep[], initial: readonly ApiObject[], announcesEnd: boolean): void {
    const { clock, bookmarkInterval } = this.#options;
    const seconds = Number(this.request.query.get('timeoutSeconds') ?? '1800');
    this.#cleanups.push(this.#store.subscribe((step) => this.#deliver(step)));
    this.#cleanups.push(clock.timer(seconds * 1000, () => this.end()));
    if (bookmarkInterval > 0 && this.request.query.get('allowWatchBookmarks') === 'true') this.#scheduleBookmark();
    for (const object of initial) this.send('ADDED', object);
    if (announcesEnd) this.bookmark({ 'k8s.io/initial-events-end': 'true' });
    for (const step of missed) this.#deliver(step);
  }

  /** Sends an event, whatever the store says. */
  send(type: string, object: object): void {
    this.sendLine(JSON.stringify({ type, object }));
  }

  /** Sends a line as it is. */
  sendLine(line: string): void {
    this.sendBytes(`${line}\n`);
  }

  /** Sends text without a newline: half a line. */
  sendBytes(text: string): void {
    const bytes = new TextEncoder().encode(text);
    const { pieceSize } = this.#options;
    if (pieceSize <= 0) this.pipe.write(bytes);
    else for (let start = 0; start < bytes.byteLength; start += pieceSize) this.pipe.write(bytes.subarray(start, start + pieceSize));
  }

  /** Tells the client how far the watch is. */
  bookmark(annotations?: Readonly<Record<string, string>>): void {
    const { apiVersion, kind } = this.request.resource;
    this.#version = this.#store.version;
    const metadata = {
      resourceVersion: String(this.#store.version),
      creationTimestamp: null,
      ...(annotations === undefined ? {} : { annotations }),
    };
    this.send('BOOKMARK', { kind, apiVersion, metadata });
  }

  /** HTTP 200 and an ERROR event, the shape in which a running watch hears of failures; then the end. */
  fail(code: number, reason?: string): void {
    this.send('ERROR', statusObject(code, reason === undefined ? {} : { reason }));
    this.end();
  }

  /** A clean end. */
  end(): void {
    this.#clean();
    this.pipe.finish();
  }

  /** The connection breaks. */
  reset(): void {
    this.#clean();
    this.pipe.reset();
  }

  /** The network swallows everything from now on. */
  freeze(): void {
    this.#clean();
    this.pipe.freeze();
  }

  #deliver({ version, collection, before, after }: HistoryStep): void {
    if (collection !== this.request.collection || version <= this.#version) return;
    this.#version = version;
    const was = before !== undefined && this.#selects(before);
    const is = after !== undefined && this.#selects(after);
    if (is) this.send(was ? 'MODIFIED' : 'ADDED', after);
    // The last state of a deleted object carries the version of its deletion.
    else if (was) this.send('DELETED', { ...before, metadata: { ...before.metadata, resourceVersion: String(version) } });
  }

  #scheduleBookmark(): void {
    const cancel = this.#options.clock.timer(this.#options.bookmarkInterval, () => {
      this.#cleanups.splice(this.#cleanups.indexOf(cancel), 1);
      this.bookmark();
      this.#scheduleBookmark();
    });
    this.#cleanups.push(cancel);
  }

  #clean(): void {
    for (const cleanup of this.#cleanups.splice(0)) cleanup();
  }
}

/** Opens the watch, or refuses it. A version that was compacted away is refused inside the stream, as real servers do. */
export function openWatch(request: ParsedRequest, store: VersionedStore, options: WatchOptions): FakeWatch | FakeAnswer {
  const selects = selectionOf(request);
  if (typeof selects !== 'function') return selects;
  const { query, collection } = request;
  const wanted = query.get('resourceVersion') ?? '';
  if (wanted !== '' && !/^\d+$/.test(wanted)) return statusAnswer(400, { message: `Invalid value: "${wanted}": resourceVersion` });
  const streamsList = query.get('sendInitialEvents') === 'true';
  if (query.has('sendInitialEvents')) {
    if (!options.hasStreamingLists)
      return statusAnswer(422, { message: 'sendInitialEvents is forbidden for watch unless the WatchList feature gate is enabled' });
    if (query.get('resourceVersionMatch') !== 'NotOlderThan') {
      return statusAnswer(422, { message: 'sendInitialEvents requires setting resourceVersionMatch to NotOlderThan' });
    }
    if (Number(wanted) > store.version) return tooLarge(wanted, store.version);
  }
  const isFromNow = wanted === '' || wanted === '0';
  const watch = new FakeWatch(request, store, options, selects, streamsList || isFromNow ? store.version : Number(wanted));
  if (streamsList || isFromNow)
    watch.start([], store.list(collection).filter(selects), streamsList && options.hasStreamingLists !== 'endless');
  else {
    const missed = store.since(collection, Number(wanted));
    if (missed === 'expired') watch.fail(410);
    else watch.start(missed, [], false);
  }
  return watch;
}
