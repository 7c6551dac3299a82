import type { Gcra, RateAlgorithm, RateLimit } from '@ingresskit/families';
import { admit } from '@ingresskit/families';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { SharedGcra } from './gcra-of.ts';
import { gcraOf } from './gcra-of.ts';

const limits = fc.record({
  algorithm: fc.constantFrom<RateAlgorithm>('token-bucket', 'leaky-bucket', 'slot-window', 'sliding-window'),
  requests: fc.integer({ min: 1, max: 20 }),
  perMs: fc.constantFrom(1_000, 60_000),
  burst: fc.integer({ min: 0, max: 30 }),
});

function toLimit({ algorithm, requests, perMs, burst }: Pick<RateLimit, 'algorithm' | 'requests' | 'perMs' | 'burst'>): RateLimit {
  return {
    name: 'rate-limit',
    algorithm,
    requests,
    perMs,
    burst,
    scope: 'route',
    counted: 'gateway',
    answer: { status: 429, headers: {}, body: '' },
  };
}

/** `admit` knows no unit: here it counts in microseconds. */
const inMicros = ({ intervalMicros, burst }: SharedGcra): Gcra => ({ intervalMs: intervalMicros, burst });

test('law: in any window no more pass than the burst and what the window earns', () => {
  fc.assert(
    fc.property(limits, fc.array(fc.integer({ min: 0, max: 2_000 }), { maxLength: 120 }), (values, waits) => {
      const gcra = inMicros(gcraOf(toLimit(values)));
      let now = 0;
      let state: number | undefined;
      const passed: number[] = [];
      for (const wait of waits) {
        now += wait * 1000;
        const counted = admit(gcra, state, now);
        if (!counted.ok) continue;
        state = counted.state;
        passed.push(now);
      }
      for (const [index, start] of passed.entries()) {
        for (let last = index; last < passed.length; last++) {
          const length = (passed[last] as number) - start;
          expect(last - index + 1).toBeLessThanOrEqual(gcra.burst + 1 + Math.floor(length / gcra.intervalMs));
        }
      }
    }),
  );
});

test('law: from rest, as many pass at once as the algorithm lets pass', () => {
  fc.assert(
    fc.property(limits, (values) => {
      const gcra = inMicros(gcraOf(toLimit(values)));
      let state: number | undefined;
      let passed = 0;
      for (let counted = admit(gcra, state, 0); counted.ok; counted = admit(gcra, state, 0)) {
        state = counted.state;
        passed += 1;
      }
      const { algorithm, requests, burst } = values;
      const atOnce = { 'token-bucket': Math.max(1, burst), 'leaky-bucket': burst + 1, 'slot-window': requests, 'sliding-window': requests };
      expect(passed).toBe(atOnce[algorithm]);
    }),
  );
});
