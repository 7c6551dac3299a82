import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Compiled, compile, parseManifests, type RouteTable } from 'ingresskit';

/** The folder with the shop's manifests. */
export const folder: string = import.meta.dirname;

/** The shop, compiled for the gateway it was written for. */
export function compileShop(): Compiled {
  const files = globSync('**/*.yaml', { cwd: folder }).sort();
  return compile(files.flatMap((file) => parseManifests(readFileSync(join(folder, file), 'utf8'), { file }).resources));
}

/** The Service ports (`namespace/service:port`) that have a ready pod in the manifests. Those of `search` have none: there the fallback answers. */
export function readyPorts(table: RouteTable): readonly string[] {
  return [...table.endpoints].filter(([, { endpoints }]) => endpoints.some(({ ready }) => ready)).map(([key]) => key);
}
