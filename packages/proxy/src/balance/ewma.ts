import type { Algorithm, Candidate } from './algorithm.ts';
import { drawTwo } from './algorithm.ts';
import type { BalanceWorld } from './balancer.ts';
import type { EndpointState } from './endpoint-state.ts';

/** After this long without an answer a latency counts 1/e of what it did (ingress-nginx.md §8.4). */
const decayMs = 10_000;

/**
 * Of two endpoints drawn at random, the one with the lower cost: its mean latency times the requests it has already. One without an answer yet
 * counts as the average of the others, so that it is neither flooded nor starved.
 */
export function ewma({ now, random }: BalanceWorld): Algorithm {
  return (candidates) => {
    const [one, other] = drawTwo(candidates, random);
    const at = now();
    const unknown = averageLatency(candidates, at);
    return cost(other, at, unknown) < cost(one, at, unknown) ? other : one;
  };
}

/** Takes an answer into the mean: a worse one at once (the "peak"), a better one as fast as time decays the old. */
export function recordLatency(state: EndpointState, latencyMs: number, now: number): void {
  const sample = Math.max(0, latencyMs);
  const before = state.latencyMs;
  if (before === undefined || sample >= before) state.latencyMs = sample;
  else {
    const kept = Math.exp(-Math.max(0, now - state.latencyAt) / decayMs);
    state.latencyMs = before * kept + sample * (1 - kept);
  }
  state.latencyAt = now;
}

function cost({ state, weight }: Candidate, now: number, unknown: number): number {
  // One millisecond more keeps a latency of nought from hiding a queue.
  return ((currentLatency(state, now) ?? unknown) + 1) * ((state.active + 1) / weight);
}

/** An endpoint that was slow once and is avoided since would never be tried again if its latency did not fade. */
function currentLatency({ latencyMs, latencyAt }: EndpointState, now: number): number | undefined {
  return latencyMs === undefined ? undefined : latencyMs * Math.exp(-Math.max(0, now - latencyAt) / decayMs);
}

function averageLatency(candidates: readonly Candidate[], now: number): number {
  let sum = 0;
  let count = 0;
  for (const { state } of candidates) {
    const latency = currentLatency(state, now);
    if (latency === undefined) continue;
    sum += latency;
    count += 1;
  }
  return count === 0 ? 0 : sum / count;
}
