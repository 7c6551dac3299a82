import type { Clock } from './clock.ts';
import type { KubernetesError, KubernetesErrorCode } from './errors.ts';

/** How a list is asked for: any state that the server has at hand, one not older than what was seen, or the latest by quorum. */
export type ListMode = 'any' | 'not-older' | 'latest';

/** How long a server that only says 500 to a watch is asked again before it is asked for a list. */
const serverErrorWindow = 60_000;

/** Refusals that asking again in the same way cannot cure. */
const refusals: readonly KubernetesErrorCode[] = ['kubernetes/bad-request', 'kubernetes/invalid', 'kubernetes/unsupported'];

/** Failures that say history is lost, or that what was watched is not there any more. */
const lost: readonly KubernetesErrorCode[] = ['kubernetes/expired', 'kubernetes/stale-list', 'kubernetes/not-found', ...refusals];

/** Remembers the failures of one reflector, and says what each of them means for the next request. */
export class Recovery {
  readonly #clock: Clock;
  #mode: ListMode = 'any';
  #staleLists = 0;
  #cutStreams = 0;
  /** Watches that failed in a row without getting further. */
  #stuck: { readonly version: string | undefined; readonly since: number; readonly count: number } | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  get listMode(): ListMode {
    return this.#mode;
  }

  /** The next list must be the latest state, by quorum. */
  askLatest(): void {
    this.#mode = 'latest';
  }

  /** A list was taken over. */
  listed(): void {
    this.#mode = 'not-older';
    this.#staleLists = 0;
  }

  /** A watch got further. */
  advanced(): void {
    this.#stuck = undefined;
  }

  /** Whether a failure means that this server does not stream lists. */
  refusesStreaming({ code }: KubernetesError): boolean {
    // A stream that ends before the list does may be an accident once; a server that means it does it again.
    if (code === 'kubernetes/short-watch') this.#cutStreams += 1;
    return refusals.includes(code) || this.#cutStreams >= 2;
  }

  /** A list failed. True when it can be asked for in another way at once. */
  listFailed({ code }: KubernetesError): boolean {
    if (code === 'kubernetes/stale-list') {
      this.#staleLists += 1;
      if (this.#staleLists >= 3) this.#mode = 'latest';
      return false;
    }
    const isUnknownVersion = code === 'kubernetes/expired' || code === 'kubernetes/version-too-large';
    if (!isUnknownVersion || this.#mode === 'latest') return false;
    this.#mode = 'latest';
    return true;
  }

  /** A watch from `version` failed. True when it cannot go on from there, and only a list can help. */
  watchFailed({ code }: KubernetesError, version: string | undefined): boolean {
    if (lost.includes(code)) return true;
    const isServerError = code === 'kubernetes/server-error';
    if (!isServerError && code !== 'kubernetes/malformed' && code !== 'kubernetes/line-too-long') return false;
    const now = this.#clock.now();
    const known = this.#stuck?.version === version ? this.#stuck : undefined;
    const { since, count } = known ?? { since: now, count: 0 };
    this.#stuck = { version, since, count: count + 1 };
    // An event that cannot be read comes again with every watch, and hides all that follow; a list may get past it.
    const isOver = isServerError ? now - since > serverErrorWindow : count + 1 >= 3;
    if (isOver) this.#stuck = undefined;
    return isOver;
  }
}
