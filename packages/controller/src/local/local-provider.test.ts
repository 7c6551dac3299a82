import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { VirtualClock } from '@ingresskit/kubernetes/testing';
import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import type { GatewayProvider, GatewayRequest } from '../controller/gateway-provider.ts';
import { config, ingressClass } from '../testing/objects.ts';
import { makeClaim, type ProcessMark, readClaim, readJson, writeJson } from './claim.ts';
import { FolderLock } from './folder-lock.ts';
import { createLocalProvider } from './local-provider.ts';
import { identityOf, ownMark, type ProcessTable, systemProcesses } from './process-table.ts';

const folders: string[] = [];
afterEach(async () => {
  for (const folder of folders.splice(0)) await rm(folder, { recursive: true, force: true });
});

async function newFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'ingresskit-local-'));
  folders.push(folder);
  return folder;
}

function requestFor(object: object, mayAct = true, classes: readonly object[] = []): GatewayRequest {
  return {
    object: object as never,
    ingressClasses: classes as never,
    phase: undefined,
    record: { gatewayIds: [] },
    remember: () => Promise.resolve(),
    mayAct: () => mayAct,
    signal: new AbortController().signal,
  };
}

/** A process of the model: it has been started, and may or may not have come to its first line. */
interface ModelProcess {
  readonly path: string;
  readonly pid: number;
  /** `gone` also for one that gave up. */
  state: 'started' | 'serving' | 'gone';
  readonly onExit: (how: string) => void;
}

/** Processes as the real ones behave, step by step. */
class Processes implements ProcessTable {
  readonly all: ModelProcess[] = [];
  crashAt = Number.POSITIVE_INFINITY;

  start(_program: string, parameters: readonly string[], { onExit }: { readonly onExit: (how: string) => void }): Promise<void> {
    this.all.push({ path: parameters[1] as string, pid: 1_000 + this.all.length, state: 'started', onExit });
    return Promise.resolve();
  }

  isAlive({ pid }: ProcessMark): Promise<boolean> {
    return Promise.resolve(pid === process.pid || this.all.some((one) => one.pid === pid && one.state !== 'gone'));
  }

  signal({ pid }: ProcessMark): Promise<void> {
    for (const one of this.all) if (one.pid === pid) this.end(one, 'by SIGTERM');
    return Promise.resolve();
  }

  /** The process comes to its first line: what `claimInstance` and `reportInstance` do. */
  async come(one: ModelProcess): Promise<void> {
    if (one.state !== 'started') return;
    const mark = { pid: one.pid, started: 'x' };
    const holder = await makeClaim(`${one.path}.claim`, mark).catch(() => 'revoked' as const);
    const intent = (await readJson(join(one.path, '..', 'intent.json'))) as { instance: string } | undefined;
    if (holder === 'revoked' || holder.pid !== one.pid || intent === undefined || !one.path.endsWith(intent.instance))
      return this.end(one, 'with status 0');
    one.state = 'serving';
    await writeJson(`${one.path}.report`, { urls: [`http://127.0.0.1:${one.pid}`], admin: String(one.pid) });
  }

  end(one: ModelProcess, how: string): void {
    if (one.state === 'gone') return;
    one.state = 'gone';
    one.onExit(how);
  }

  get serving(): readonly ModelProcess[] {
    return this.all.filter(({ state }) => state === 'serving');
  }
}

function modelProvider(folder: string, processes: ProcessTable, clock: VirtualClock, option = 'a'): GatewayProvider {
  return createLocalProvider({
    folder,
    clock,
    processes,
    isReady: () => Promise.resolve(true),
    command: (gateway, instance) => ({ program: 'gateway', parameters: [gateway, instance, option] }),
  });
}

describe('gateways as processes', () => {
  it('starts one, finds it again after a restart of the controller, and ends it', async () => {
    const [folder, processes, clock] = [await newFolder(), new Processes(), new VirtualClock()];
    const first = modelProvider(folder, processes, clock);
    const edge = requestFor(config('edge'));
    expect(await first.reconcile(edge)).toMatchObject({ phase: 'Pending' });
    expect(await first.reconcile(edge)).toMatchObject({ phase: 'Pending' });
    await processes.come(processes.all[0] as ModelProcess);
    expect(await first.reconcile(edge)).toMatchObject({
      phase: 'Listening',
      urls: ['http://127.0.0.1:1000'],
      message: 'The gateway listens to Ingresses of class mse.',
    });
    const second = modelProvider(folder, processes, clock);
    expect(await second.reconcile(edge)).toMatchObject({ phase: 'Listening' });
    expect(await second.reconcile(requestFor(config('edge', {})))).toMatchObject({ phase: 'Running' });
    expect(await second.reconcile(requestFor(config('edge', {}), true, [ingressClass('front', 'edge')]))).toMatchObject({
      phase: 'Listening',
    });
    expect(processes.all).toHaveLength(1);
    expect(await second.owned?.()).toEqual(['edge']);
    expect(await second.remove(edge)).toMatchObject({ done: false });
    expect(await second.remove(edge)).toEqual({ done: true });
    expect([processes.serving, await second.owned?.(), await readdir(join(folder, 'gateways'))]).toEqual([[], [], []]);
  });

  it('starts it again with growing waits, and says Failed when it does not get up', async () => {
    const [folder, processes, clock] = [await newFolder(), new Processes(), new VirtualClock()];
    const provider = modelProvider(folder, processes, clock);
    const edge = requestFor(config('edge'));
    const waits: number[] = [];
    let phase = '';
    for (let failures = 0; failures < 4; failures += 1) {
      await provider.reconcile(edge);
      processes.end(processes.all.at(-1) as ModelProcess, 'with status 1');
      const seen = await provider.reconcile(edge);
      waits.push(seen.again ?? 0);
      phase = seen.phase;
      expect(seen.message).toContain('ended with status 1');
      expect((await provider.reconcile(edge)).again).toBe(seen.again);
      await clock.advance(seen.again ?? 0);
    }
    expect([waits, phase, processes.all.length]).toEqual([[1_000, 2_000, 4_000, 8_000], 'Failed', 4]);
    await provider.reconcile(edge);
    await processes.come(processes.all.at(-1) as ModelProcess);
    expect(await provider.reconcile(edge)).toMatchObject({ phase: 'Listening' });
    processes.end(processes.all.at(-1) as ModelProcess, 'by SIGKILL');
    expect(await provider.reconcile(edge)).toMatchObject({ phase: 'Pending', again: 1_000 });
  });

  it('replaces a process whose options changed, one after the other', async () => {
    const [folder, processes, clock] = [await newFolder(), new Processes(), new VirtualClock()];
    const edge = requestFor(config('edge'));
    await modelProvider(folder, processes, clock).reconcile(edge);
    await processes.come(processes.all[0] as ModelProcess);
    const provider = modelProvider(folder, processes, clock, 'b');
    expect(await provider.reconcile(edge)).toMatchObject({ phase: 'Pending', reason: 'Replacing' });
    expect(processes.serving).toHaveLength(0);
    await provider.reconcile(edge);
    await processes.come(processes.all[1] as ModelProcess);
    expect(await provider.reconcile(edge)).toMatchObject({ phase: 'Listening' });
  });

  it('lets a process go that is to stay, and takes it up again', async () => {
    const [folder, processes, clock] = [await newFolder(), new Processes(), new VirtualClock()];
    const provider = modelProvider(folder, processes, clock);
    const edge = requestFor(config('edge'));
    await provider.reconcile(edge);
    await processes.come(processes.all[0] as ModelProcess);
    await provider.release(edge);
    expect([await provider.owned?.(), processes.serving.length]).toEqual([[], 1]);
    expect(await provider.reconcile(edge)).toMatchObject({ phase: 'Listening' });
    expect(await provider.owned?.()).toEqual(['edge']);
  });

  it('does nothing without the lead, and refuses what only the cloud has', async () => {
    const [folder, processes, clock] = [await newFolder(), new Processes(), new VirtualClock()];
    const provider = modelProvider(folder, processes, clock);
    await expect(provider.reconcile(requestFor(config('edge'), false))).rejects.toMatchObject({ code: 'provider/not-leading' });
    expect(await provider.reconcile(requestFor(config('edge', { id: 'gw-1' })))).toMatchObject({ phase: 'Failed' });
    expect(processes.all).toEqual([]);
  });

  it('never has two serving processes for one object, whenever who dies', async () => {
    const step = fc.oneof(
      { weight: 5, arbitrary: fc.constant('reconcile' as const) },
      { weight: 3, arbitrary: fc.constant('come' as const) },
      { weight: 2, arbitrary: fc.constant('restart-controller' as const) },
      { weight: 2, arbitrary: fc.constant('crash-controller' as const) },
      { weight: 2, arbitrary: fc.constant('end' as const) },
      { weight: 2, arbitrary: fc.constant('remove' as const) },
      { weight: 1, arbitrary: fc.constant('other-options' as const) },
      { weight: 2, arbitrary: fc.constant('time' as const) },
    );
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(step, fc.nat(20)), { maxLength: 40 }), async (steps) => {
        const [folder, processes, clock] = [await newFolder(), new Processes(), new VirtualClock()];
        let option = 'a';
        let provider = modelProvider(folder, processes, clock, option);
        const edge = requestFor(config('edge'));
        for (const [what, pick] of steps) {
          const one = processes.all[pick % Math.max(1, processes.all.length)];
          if (what === 'reconcile') await provider.reconcile(edge);
          else if (what === 'remove') await provider.remove(edge);
          else if (what === 'come' && one !== undefined) await processes.come(one);
          else if (what === 'end' && one !== undefined) processes.end(one, 'with status 1');
          else if (what === 'time') await clock.advance(pick * 5_000);
          else if (what === 'restart-controller') provider = modelProvider(folder, processes, clock, option);
          else if (what === 'other-options') {
            option = option === 'a' ? 'b' : 'a';
            provider = modelProvider(folder, processes, clock, option);
          } else if (what === 'crash-controller') {
            // It dies at some look at the world, and its process, if it just started one, comes at some time after.
            let left = pick % 4;
            const dying: ProcessTable = {
              start: (...given) => {
                if (left-- <= 0) return Promise.reject(new Error('died'));
                return processes.start(...given).then(() => Promise.reject(new Error('died')));
              },
              isAlive: (mark) => (left-- <= 0 && mark.pid !== process.pid ? Promise.reject(new Error('died')) : processes.isAlive(mark)),
              signal: (mark) => (left-- <= 0 ? Promise.reject(new Error('died')) : processes.signal(mark)),
            };
            await modelProvider(folder, dying, clock, option)
              .reconcile(edge)
              .catch(() => undefined);
            provider = modelProvider(folder, processes, clock, option);
          }
          expect(processes.serving.length).toBeLessThanOrEqual(1);
        }
        for (let turns = 0; turns < 6 && processes.serving.length === 0; turns += 1) {
          const { again = 0 } = await provider.reconcile(edge);
          for (const one of processes.all) await processes.come(one);
          await clock.advance(again);
        }
        expect(processes.serving).toHaveLength(1);
        while (!(await provider.remove(edge)).done);
        for (const one of processes.all) await processes.come(one);
        expect(processes.serving).toEqual([]);
      }),
      { numRuns: 150 },
    );
  });
});

describe('claims', () => {
  it('are given once, however many ask at once', async () => {
    const path = join(await newFolder(), 'claim');
    const given = await Promise.all(Array.from({ length: 20 }, (_, pid) => makeClaim(path, { pid, started: 'x' })));
    expect(new Set(given.map((claim) => JSON.stringify(claim))).size).toBe(1);
    expect(await readClaim(path)).toEqual(given[0]);
    expect(await makeClaim(path, 'revoked')).toEqual(given[0]);
  });

  it('tell a process from a later one of the same number', async () => {
    const mark = await ownMark();
    expect(mark.started).toBe(await identityOf(process.pid));
    expect(await systemProcesses.isAlive(mark)).toBe(true);
    expect(await systemProcesses.isAlive({ ...mark, started: 'earlier' })).toBe(false);
    expect(await identityOf(2 ** 22 + 1)).toBeUndefined();
  });

  it('keep a folder for one controller, and take it over from a dead one', async () => {
    const folder = await newFolder();
    const processes = new Processes();
    await makeClaim(join(folder, 'controller.claim'), { pid: 77, started: 'x' });
    const lock = new FolderLock(folder, processes);
    await lock.hold();
    const other = new Processes();
    other.isAlive = () => Promise.resolve(true);
    await lock.release();
    await makeClaim(join(folder, 'controller.claim'), { pid: 78, started: 'x' });
    await expect(new FolderLock(folder, other).hold()).rejects.toMatchObject({ code: 'provider/folder-in-use' });
  });
});

describe('a real process', () => {
  it('is started, killed when it does not listen to SIGTERM, and never started when it was given up', async () => {
    const folder = await newFolder();
    const instance = fileURLToPath(new URL('./instance.ts', import.meta.url));
    const program = `
      const { claimInstance, reportInstance } = await import(${JSON.stringify(instance)});
      if (!(await claimInstance(process.argv[1]))) process.exit(0);
      process.on('SIGTERM', () => {});
      setInterval(() => {}, 1000);
      await reportInstance(process.argv[1], { urls: ['http://127.0.0.1:1'], admin: 'x' });`;
    const events: string[] = [];
    const provider = createLocalProvider({
      folder,
      grace: 50,
      isReady: () => Promise.resolve(true),
      command: (_gateway, path) => ({
        program: process.execPath,
        parameters: ['--conditions=@ingresskit/source', '--input-type=module', '-e', program, path],
      }),
    });
    const exited = new Promise<void>((resolve) => provider.watch?.((name) => resolve(void events.push(name))));
    const edge = requestFor(config('edge'));
    let seen = await provider.reconcile(edge);
    while (seen.phase !== 'Listening') {
      await new Promise((resolve) => setTimeout(resolve, 20));
      seen = await provider.reconcile(edge);
      expect(seen.phase).not.toBe('Failed');
    }
    while (!(await provider.remove(edge)).done) await new Promise((resolve) => setTimeout(resolve, 20));
    await exited;
    expect([events, await provider.owned?.()]).toEqual([['edge'], []]);
  });
});
