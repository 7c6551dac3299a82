// Bundles every entry of every core package for a browser, from the sources, and checks three things: nothing of Node is in it; zod and yaml
// are in no main entry but the façade's (which parses manifests); and it is no larger, minified, than scripts/bundle-ceilings.json allows.
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';
import { finish, publishedPackages, readJson, root } from './workspace.mjs';

const ceilings = readJson('scripts/bundle-ceilings.json');
const adapters = new Set(['testing', 'kubernetes', 'proxy', 'cloud', 'controller', 'cli'].map((name) => `@ingresskit/${name}`));
const facade = 'ingresskit';

const problems = [];
const sizes = [];

for (const { folder, manifest } of publishedPackages()) {
  if (adapters.has(manifest.name)) continue;
  for (const [subpath, target] of Object.entries(manifest.exports)) {
    if (typeof target === 'string') continue;
    const entry = manifest.name + subpath.slice(1);
    const source = join(root, folder, target['@ingresskit/source']);
    const bundle = await build({
      entryPoints: [source],
      bundle: true,
      minify: true,
      write: false,
      metafile: true,
      format: 'esm',
      platform: 'browser',
      target: 'es2023',
      conditions: ['@ingresskit/source'],
      logLevel: 'silent',
      absWorkingDir: root,
    }).catch((error) => ({ errors: error.errors ?? [{ text: String(error) }] }));
    if (bundle.errors.length > 0) {
      // `platform: browser` leaves built-in modules unresolved, so an import of one ends here too.
      for (const { text, location } of bundle.errors)
        problems.push(`${entry}: ${text}${location ? ` (${location.file}:${location.line})` : ''}`);
      continue;
    }
    const inputs = Object.keys(bundle.metafile.inputs);
    if (subpath === '.' && entry !== facade) {
      for (const library of ['zod', 'yaml']) {
        const from = inputs.find((input) => input.includes(`/node_modules/${library}/`));
        if (from !== undefined) problems.push(`${entry}: holds ${library}, which belongs to a subpath`);
      }
    }
    const [{ contents }] = bundle.outputFiles;
    const ceiling = ceilings[entry];
    if (ceiling === undefined) problems.push(`${entry}: no ceiling in scripts/bundle-ceilings.json`);
    else if (contents.length > ceiling) problems.push(`${entry}: ${contents.length} bytes minified, the ceiling is ${ceiling}`);
    sizes.push(`  ${entry.padEnd(32)} ${kib(contents.length)} minified, ${kib(gzipSync(contents).length)} gzipped`);
  }
}

console.log(sizes.join('\n'));
finish('bundles', problems, `${sizes.length} entries fit a browser and their ceilings`);

function kib(bytes) {
  return `${(bytes / 1024).toFixed(1).padStart(7)} KiB`;
}
