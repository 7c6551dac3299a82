import type { KubernetesError } from './errors.ts';

/** How the copy of one collection is doing. */
export interface ReflectorStatus {
  /** A whole list has been taken over at least once. What the store holds stays usable through every later failure. */
  readonly isSynced: boolean;
  readonly state: 'idle' | 'listing' | 'watching' | 'waiting' | 'stopped';
  /** What went wrong last, until it goes right. */
  readonly error: KubernetesError | undefined;
  /** resourceVersion up to which the copy is known to be complete. */
  readonly version: string | undefined;
  /** Lists that were taken over; all but the first are relists. */
  readonly lists: number;
  readonly watches: number;
  /** Watches that ended otherwise than by their timeout. */
  readonly failures: number;
  /** Events and items that could not be used. */
  readonly malformed: number;
  /** Events that repeated what was known, or came from a replica behind. */
  readonly ignored: number;
  /** Milliseconds since the server was last heard of on this collection; grows while a connection is silent. */
  readonly silence: number;
}

/** What happens to a reflector, for logs and metrics. */
export type ReflectorEvent =
  | { readonly type: 'listed'; readonly count: number; readonly version: string; readonly isFirst: boolean; readonly isStreamed: boolean }
  | { readonly type: 'watching'; readonly version: string }
  /** The next try comes after `wait` milliseconds. */
  | {
      readonly type: 'failed';
      readonly during: 'list' | 'watch';
      readonly error: KubernetesError;
      readonly wait: number;
      readonly willRelist: boolean;
    }
  | { readonly type: 'malformed'; readonly error: KubernetesError }
  | { readonly type: 'ignored'; readonly why: 'duplicate' | 'older' | 'other-kind'; readonly key: string; readonly version: string }
  /** A full list was compared; `drift` objects differed although the watch had passed them. */
  | { readonly type: 'audited'; readonly drift: number }
  /** The server does not stream lists; plain lists are used from now on. */
  | { readonly type: 'streaming-refused'; readonly error: KubernetesError };
