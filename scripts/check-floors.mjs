// Who may import whom. A package imports only packages on lower floors, so families, compiler and matcher (one floor) never see each other; a
// core package imports nothing of Node; an outside library is imported only by the packages, and where it says so only in the folder, listed
// here; and a package.json declares exactly what the sources import. Read from the text with TypeScript's own scanner, type imports included.
import { existsSync, globSync, readFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import ts from 'typescript';
import { finish, publishedPackages, root } from './workspace.mjs';

const adapters = 7; // from this floor up Node is allowed

// The floors of docs/architecture.md. `outside` names a library, or a library and the only folder of src/ that may import it.
const table = {
  '@ingresskit/resources': { floor: 1, outside: { zod: 'schema', yaml: 'yaml' } },
  '@ingresskit/route-table': { floor: 2, outside: {} },
  '@ingresskit/annotations': { floor: 3, outside: { 'ipaddr.js': '', re2js: '' } },
  '@ingresskit/families': { floor: 4, outside: {} },
  '@ingresskit/compiler': { floor: 4, outside: {} },
  '@ingresskit/matcher': { floor: 4, outside: { 'path-to-regexp': 'reference' } },
  '@ingresskit/profiles': { floor: 5, outside: {} },
  ingresskit: { floor: 6, outside: { bcryptjs: '', '@noble/hashes': '', 'unix-crypt-td-js': 'passwords' } },
  '@ingresskit/testing': { floor: adapters, outside: { yaml: '', vitest: '' } },
  '@ingresskit/kubernetes': { floor: adapters, outside: { undici: '', '@kubernetes/client-node': 'client-node' } },
  '@ingresskit/proxy': { floor: adapters, outside: { undici: '', 'prom-client': '', '@opentelemetry/api': '', redis: 'redis' } },
  '@ingresskit/cloud': { floor: adapters, outside: { '@alicloud/openapi-core': '', '@alicloud/credentials': '' } },
  '@ingresskit/controller': { floor: adapters + 1, outside: { zod: '', yaml: '' } },
  '@ingresskit/cli': {
    floor: adapters + 2,
    outside: { commander: '', picocolors: '' },
    // Optional peers of lower packages that this one brings along, so that its users need not.
    brings: ['@kubernetes/client-node', 'redis'],
  },
};

const problems = [];
const packages = publishedPackages();
let files = 0;

for (const { folder, manifest } of packages) {
  const own = table[manifest.name];
  if (own === undefined) {
    problems.push(`${folder}: ${manifest.name} has no floor; add it to the table of scripts/check-floors.mjs`);
    continue;
  }
  const imported = new Set();
  const sources = join(root, folder, 'src');
  for (const file of globSync('**/*.ts', { cwd: sources }).filter(isShipped)) {
    files += 1;
    const text = readFileSync(join(sources, file), 'utf8');
    for (const { fileName: specifier, pos } of ts.preProcessFile(text, true, true).importedFiles) {
      const refuse = (reason) =>
        problems.push(`${folder}/src/${file}:${text.slice(0, pos).split('\n').length} imports ${specifier}: ${reason}`);
      if (specifier.startsWith('.')) {
        if (relative(sources, resolve(sources, file, '..', specifier)).startsWith('..'))
          refuse('outside the package; import the package by its name');
        continue;
      }
      if (specifier.startsWith('node:')) {
        if (own.floor < adapters) refuse('a core package knows no Node');
        continue;
      }
      const name = packageOf(specifier);
      imported.add(name);
      const other = table[name];
      if (name === manifest.name) refuse('itself; import the file');
      else if (other !== undefined) {
        if (other.floor >= own.floor) refuse(`floor ${other.floor} from floor ${own.floor}`);
      } else if (!(name in own.outside)) refuse('this outside library is not in the table of scripts/check-floors.mjs');
      else if (own.outside[name] !== '' && !file.replaceAll('\\', '/').startsWith(`${own.outside[name]}/`)) {
        refuse(`only src/${own.outside[name]}/ may import it`);
      }
    }
  }
  const declared = new Set([...Object.keys(manifest.dependencies ?? {}), ...Object.keys(manifest.peerDependencies ?? {})]);
  for (const name of imported)
    if (!declared.has(name)) problems.push(`${folder}/package.json does not declare ${name}, which its sources import`);
  for (const name of declared)
    if (!imported.has(name) && own.brings?.includes(name) !== true)
      problems.push(`${folder}/package.json declares ${name}, which none of its sources imports`);
}

problems.push(...differencesFromThePage());
finish('floors', problems, `${files} files of ${packages.length} packages import only downwards`);

function isShipped(file) {
  return !/\.test(-d)?\.ts$|(^|[\\/])testing[\\/]/.test(file);
}

function packageOf(specifier) {
  return specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');
}

/** The page's table has rows such as: | `resources` | core 1 | … | or | `cli` | adapter | … | */
function differencesFromThePage() {
  const page = join(root, 'docs/architecture.md');
  if (!existsSync(page)) return [];
  const differences = [];
  for (const [, short, kind, floor] of readFileSync(page, 'utf8').matchAll(/^\| `([\w-]+)` \| (core|adapter) ?(\d*) \|/gm)) {
    const own = table[short === 'ingresskit' ? short : `@ingresskit/${short}`];
    if (own === undefined) continue;
    const same = kind === 'core' ? own.floor === Number(floor) : own.floor >= adapters;
    if (!same) differences.push(`docs/architecture.md puts ${short} on "${kind} ${floor}", scripts/check-floors.mjs on ${own.floor}`);
  }
  return differences;
}
