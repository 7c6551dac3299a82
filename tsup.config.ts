import { readFileSync } from 'node:fs';
import { defineConfig, type Options } from 'tsup';

// One build for every published package. tsup runs in the package's folder, so what to build is read from that package.json:
// an `exports` entry's source condition says which file an entry is built from, and `bin` is built from src/bin.ts.
interface Manifest {
  readonly exports: Readonly<Record<string, string | Readonly<Record<string, string>>>>;
  readonly bin?: Readonly<Record<string, string>>;
}

const manifest = JSON.parse(readFileSync('package.json', 'utf8')) as Manifest;

const entry: Record<string, string> = {};
for (const target of Object.values(manifest.exports)) {
  if (typeof target === 'string') continue;
  const source = target['@ingresskit/source'];
  if (source === undefined) continue;
  entry[source.slice('./src/'.length, -'.ts'.length)] = source;
}
const declarations = { ...entry };
if (manifest.bin !== undefined) entry['bin'] = './src/bin.ts';

const options: Options = {
  entry,
  format: 'esm',
  platform: 'neutral',
  target: 'es2023',
  // Other packages of the workspace stay imports, in the JavaScript and in the declarations; so an output depends on the package's own sources only,
  // and turbo builds the packages in any order.
  dts: { entry: declarations },
  tsconfig: '../../tsconfig.build.json',
  clean: true,
  splitting: true,
  sourcemap: true,
  treeshake: false,
  silent: true,
};

export default defineConfig(options);
