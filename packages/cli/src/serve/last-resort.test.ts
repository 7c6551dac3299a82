import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { setTimeout as wait } from 'node:timers/promises';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { ask, childrenOf, type Stage, setStage, stop, sumOf, webManifests } from '../testing/serving.ts';

let stage: Stage;
let answer: (() => void) | undefined;
beforeEach(async () => {
  answer = undefined;
  stage = await setStage((incoming, response) => {
    if (incoming.url === '/slow') answer = () => response.end('at last');
    else response.end('ok');
  });
  stage.write(webManifests('/'));
});
afterEach(() => stage.close());

/** Code that goes wrong, outside of everything, when the process gets SIGUSR2. */
function faulty(code: string, where = 'true'): Record<string, string> {
  const file = join(stage.folder, 'fault.mjs');
  writeFileSync(file, `import cluster from 'node:cluster';\nif (${where}) process.on('SIGUSR2', () => { ${code} });\n`);
  return { NODE_OPTIONS: `--import=${file}` };
}

it.runIf(process.platform !== 'win32').each([
  ['an exception', "setTimeout(() => { throw new TypeError('planted-secret'); })"],
  ['a rejection', "Promise.reject(new TypeError('planted-secret'))"],
])('%s that nobody caught is said in one line without its text, requests finish, and the status is 70', async (_name, code) => {
  const serving = await stage.serve(['--grace', '5'], faulty(code));
  const slow = ask(serving.http, '/slow');
  while (answer === undefined) await wait(5);
  const gone = once(serving.child, 'exit');
  serving.child.kill('SIGUSR2');
  await serving.said('TypeError');
  answer();
  expect(await slow).toBe('200 at last');
  expect(await gone).toEqual([70, null]);
  const said = serving
    .errors()
    .split('\n')
    .filter((line) => line.includes('TypeError'));
  expect(said).toEqual([expect.stringMatching(/^ingresskit: .*TypeError.*fault\.mjs:\d+/)]);
  expect(serving.errors()).not.toContain('planted-secret');
});

it.runIf(process.platform === 'linux')('a worker that goes wrong finishes, keeps its counts, and is replaced', async () => {
  const serving = await stage.serve(
    ['--workers', '2', '--grace', '5'],
    faulty("throw new RangeError('planted-secret')", 'cluster.isWorker'),
  );
  for (let index = 0; index < 10; index++) await ask(serving.http, '/');
  const before = childrenOf(serving);
  process.kill(Number(before[0]), 'SIGUSR2');
  await serving.said('a worker ended (status 70)');
  await serving.said('the worker that was started serves');
  expect(await ask(serving.http, '/')).toBe('200 ok');
  expect(childrenOf(serving)).toHaveLength(2);
  expect(childrenOf(serving)).not.toContain(before[0]);
  expect(await sumOf(serving, 'http_server_requests_total')).toBe(11);
  expect(serving.errors()).toContain('RangeError');
  expect(serving.errors()).not.toContain('planted-secret');
  expect(await stop(serving)).toBe(0);
});

it.runIf(process.platform === 'linux')('where the process that starts workers goes wrong, all of them drain', async () => {
  const serving = await stage.serve(
    ['--workers', '2', '--grace', '5'],
    faulty("throw new RangeError('planted-secret')", 'cluster.isPrimary'),
  );
  const gone = once(serving.child, 'exit');
  serving.child.kill('SIGUSR2');
  expect(await gone).toEqual([70, null]);
  await expect(ask(serving.http, '/')).rejects.toThrow('ECONNREFUSED');
});
