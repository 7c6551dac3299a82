import type { Counted } from './token-bucket.ts';

/** At most `requests` in the slots that make up a window. */
export interface SlotWindow {
  readonly requests: number;
  readonly windowMs: number;
}

/** Slots that hold requests, oldest first: the number of the slot and how many requests fell into it. */
export type SlotWindowState = readonly (readonly [slot: number, count: number])[];

/** Sentinel's cluster counter divides its second into ten slots (Sentinel, `ClusterFlowConfig.sampleCount`). */
export const slots = 10;

/** Counts a request in a window that moves on slot by slot, as Sentinel counts for a whole gateway (mse.md §2.15): no burst above the limit. */
export function countInWindow(
  { requests, windowMs }: SlotWindow,
  state: SlotWindowState | undefined,
  now: number,
): Counted<SlotWindowState> {
  const length = windowMs / slots;
  const newest = state?.at(-1)?.[0] ?? Number.NEGATIVE_INFINITY;
  // A clock that runs backwards counts into the newest slot.
  const current = Math.max(newest, Math.floor(now / length));
  const live = (state ?? []).filter(([slot]) => slot > current - slots);
  let count = 0;
  for (const [, inSlot] of live) count += inSlot;
  if (count >= requests) {
    const oldest = live[0]?.[0] ?? current;
    return { ok: false, retryAfterMs: Math.max(1, Math.ceil((oldest + slots) * length - now)) };
  }
  const last = live.at(-1);
  const before = last?.[0] === current ? live.slice(0, -1) : live;
  return { ok: true, state: [...before, [current, last?.[0] === current ? last[1] + 1 : 1]] };
}
