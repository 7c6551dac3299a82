import type { ApiObject } from '../api-object.ts';
import type { ReflectorEvent } from '../reflector-status.ts';
import type { FakeWatch } from './fake-watch.ts';
import { type BenchOptions, createBench, type ReflectorBench } from './reflector-bench.ts';

/** The benches of a test file: each is stopped after its test, and must then be silent for good. */
export class Benches {
  readonly #open: ReflectorBench[] = [];

  async create(wire: 'memory' | 'http', options: BenchOptions = {}): Promise<ReflectorBench> {
    const bench = await createBench(wire, options);
    this.#open.push(bench);
    return bench;
  }

  /** Stops all; throws when one still calls, asks or waits afterwards. */
  async stop(): Promise<void> {
    for (const bench of this.#open.splice(0)) {
      await bench.stop();
      const { told, server, clock } = bench;
      const before = [told.length, server.requests.length].join();
      await clock.advance(700_000);
      const after = [told.length, server.requests.length].join();
      if (before !== after || clock.pending > 0)
        throw new Error(`Not silent after its end: ${before} became ${after}, ${clock.pending} timers wait.`);
    }
  }
}

/** What the reflector told of its failures. */
export function failuresOf({ events }: ReflectorBench): readonly Extract<ReflectorEvent, { type: 'failed' }>[] {
  return events.filter((event) => event.type === 'failed');
}

/** The entry of a ConfigMap made by `configMap`. */
export function entryOf(object: ApiObject | undefined): string | undefined {
  return (object?.['data'] as { readonly value?: string } | undefined)?.value;
}

/** The watch that is open; throws unless it is exactly one. */
export function oneWatch({ server }: ReflectorBench): FakeWatch {
  const [watch, ...others] = server.openWatches();
  if (watch === undefined || others.length > 0) throw new Error(`${server.openWatches().length} watches are open instead of one.`);
  return watch;
}
