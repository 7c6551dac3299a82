import type { ListenerAddress, MetricsSnapshot } from '@ingresskit/proxy';
import type { LimitMessage, LimitReply } from './shared-limits.ts';

/** What a worker tells the process that started it. */
export type WorkerMessage =
  | { readonly kind: 'ready'; readonly addresses: readonly ListenerAddress[] }
  | { readonly kind: 'unusable'; readonly message: string }
  /** Something went wrong there; it finishes its requests and ends. */
  | { readonly kind: 'failed' }
  /** Without a number when it ends and nobody asked. */
  | { readonly kind: 'metrics'; readonly id?: number; readonly snapshot: MetricsSnapshot }
  | { readonly kind: 'config'; readonly id: number; readonly config: unknown }
  | LimitMessage;

/** What it is told. */
export type PrimaryMessage = { readonly kind: 'drain' } | { readonly kind: 'collect' | 'config'; readonly id: number } | LimitReply;
