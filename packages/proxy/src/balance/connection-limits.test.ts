import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { ConnectionPermit } from './connection-limits.ts';
import { ConnectionCounter } from './connection-limits.ts';

test('law: never more connections than the bounds, and closing gives the place back', () => {
  const step = fc.record({ endpoint: fc.constantFrom('a', 'b', 'c'), close: fc.boolean() });
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 5 }),
      fc.integer({ min: 1, max: 3 }),
      fc.array(step, { maxLength: 50 }),
      (perService, perEndpoint, steps) => {
        const counter = new ConnectionCounter({ perService, perEndpoint });
        const open: { endpoint: string; permit: ConnectionPermit }[] = [];
        for (const { endpoint, close } of steps) {
          const last = close ? open.pop() : undefined;
          last?.permit.close();
          last?.permit.close();
          const here = open.filter((other) => other.endpoint === endpoint).length;
          const permit = counter.open(endpoint);
          expect(permit !== undefined).toBe(open.length < perService && here < perEndpoint);
          if (permit !== undefined) open.push({ endpoint, permit });
          expect(counter.total).toBe(open.length);
        }
      },
    ),
  );
});

test('a connection says when it carries its last request', () => {
  const permit = new ConnectionCounter({ requestsPerConnection: 3 }).open('a') as ConnectionPermit;
  expect([permit.use(), permit.use(), permit.use()]).toEqual([true, true, false]);
  expect((new ConnectionCounter({}).open('a') as ConnectionPermit).use()).toBe(true);
});
