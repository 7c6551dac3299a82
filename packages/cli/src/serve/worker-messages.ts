import type { ListenerAddress, MetricsSnapshot } from '@ingresskit/proxy';
import type { LimitMessage, LimitReply } from './shared-limits.ts';

/** What a worker tells the process that started it. */
export type WorkerMessage =
  | { readonly kind: 'ready'; readonly addresses: readonly ListenerAddress[] }
  | { readonly kind: 'unusable'; readonly message: string }
  | { readonly kind: 'metrics'; readonly id: number; readonly snapshot: MetricsSnapshot }
  | LimitMessage;

/** What it is told. */
export type PrimaryMessage = { readonly kind: 'drain' } | { readonly kind: 'collect'; readonly id: number } | LimitReply;
