import { existsSync, readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { compareScenes } from './compare.ts';
import type { EchoBackend } from './echo-backend.ts';
import { startEchoBackend } from './echo-backend.ts';
import { model } from './gateways.ts';
import { generateScenes } from './generate.ts';
import { knownDifferences } from './known-differences.ts';
import { formatComparison, formatDisagreement } from './report.ts';
import { shrink } from './shrink.ts';
import { witnesses } from './witnesses.ts';

const seed = Number(process.env['INGRESSKIT_ORACLE_SEED'] ?? Math.floor(Math.random() * 2 ** 31));
/** Scenes, of so many requests each. */
const runs = Number(process.env['INGRESSKIT_ORACLE_RUNS'] ?? 1000);
const requestsEach = 40;
/** Scenes that share one nginx. */
const batch = 100;
/** Disagreements that are made small and shown. */
const shown = 3;

let backend: EchoBackend;
beforeAll(async () => {
  backend = await startEchoBackend();
});
afterAll(() => backend.close());

describe('the model and nginx', () => {
  it('agree on generated Ingresses and requests', async () => {
    console.info(`${runs} scenes of ${requestsEach} requests, INGRESSKIT_ORACLE_SEED=${seed} INGRESSKIT_ORACLE_RUNS=${runs}`);
    const scenes = generateScenes(seed, runs, requestsEach);
    const failures: string[] = [];
    let compared = 0;
    for (let start = 0; start < scenes.length; start += batch) {
      const comparison = await compareScenes(scenes.slice(start, start + batch), model, backend.address);
      compared += comparison.compared;
      console.info(formatComparison(comparison));
      for (const found of comparison.unexplained.slice(0, shown - failures.length)) {
        failures.push(formatDisagreement(await shrink(found, model, backend.address)));
      }
      if (comparison.unexplained.length > 0) break;
    }
    if (failures.length > 0) expect.fail(`INGRESSKIT_ORACLE_SEED=${seed}\n\n${failures.join('\n\n======\n\n')}`);
    expect(compared).toBe(runs * requestsEach);
  });
});

describe('known differences', () => {
  it('have a witness each', () => {
    expect(Object.keys(witnesses).sort()).toEqual(knownDifferences.map(({ id }) => id).sort());
  });

  it.each(knownDifferences.map((difference) => [difference.id, difference] as const))('%s is still one', async (id, difference) => {
    const scene = witnesses[id];
    if (scene === undefined) throw new TypeError(`no witness of ${id}`);
    const { known, unexplained } = await compareScenes([scene], model, backend.address);
    expect(unexplained.map(formatDisagreement)).toEqual([]);
    expect([...known]).toEqual([[difference, scene.requests.length]]);
  });

  it('are listed in the documentation', () => {
    const page = new URL('../../../../../docs/oracle.md', import.meta.url);
    const text = existsSync(page) ? readFileSync(page, 'utf8') : '';
    for (const { id, gateway, ours, why } of knownDifferences) {
      expect(text).toContain(`| \`${id}\` | ${gateway.replaceAll('|', '\\|')} | ${ours} | ${why} |`);
    }
  });
});
