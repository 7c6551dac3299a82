import { PassThrough } from 'node:stream';
import { BasicTracerProvider, InMemorySpanExporter, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-base';
import { afterEach, expect, it, vi } from 'vitest';
import { enforcedPolicies } from '../enforcement.ts';
import { AccessLog, LineWriter, Tracing } from '../observe/index.ts';
import { observeExchanges } from '../observe-exchanges.ts';
import { Stage } from '../testing/stage.ts';

const read = vi.hoisted(() => new Set<string | symbol>());

// The policies of every decision note who is asked for.
vi.mock('@ingresskit/matcher', async (original) => {
  const real = await original<typeof import('@ingresskit/matcher')>();
  return {
    ...real,
    createMatcher: (...given: Parameters<typeof real.createMatcher>) => {
      const matcher = real.createMatcher(...given);
      return {
        ...matcher,
        start: (...asked: Parameters<typeof matcher.start>) => {
          const result = matcher.start(...asked);
          if (!('kind' in result) || result.kind !== 'forward') return result;
          const policies = new Proxy(result.policies, {
            get: (target, key) => {
              read.add(key);
              return Reflect.get(target, key) as unknown;
            },
          });
          return { ...result, policies };
        },
      };
    },
  };
});

const stage = new Stage();
afterEach(() => stage.close());

/** Carried out by families that ask the data plane, by its handshakes, or for one protocol only. */
const asked: ReadonlySet<string> = new Set(['rateLimit', 'concurrencyLimit', 'serverTls', 'fastcgi']);

it('one request makes the data plane look at every policy that it says it carries out, and at no other', async () => {
  const web = await stage.backend();
  const provider = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(new InMemorySpanExporter())] });
  const running = await stage.serve({
    endpoints: { 'default/web:80': [web.endpoint] },
    options: { tracing: new Tracing({ tracer: provider.getTracer('test') }) },
  });
  const stop = observeExchanges(running.proxy, {
    accessLog: new AccessLog({ writer: new LineWriter({ stream: new PassThrough() }), random: () => 0 }),
  });
  const ended = running.nextRecord();
  await (await running.proxy.fetch('http://a.example/', { method: 'POST', body: 'hello' })).text();
  await ended;
  stop();
  expect([...read].sort()).toEqual(enforcedPolicies.filter((key) => !asked.has(key)));
});
