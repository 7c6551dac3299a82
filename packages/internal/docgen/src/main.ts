// `pnpm docs`: writes the generated pages. `pnpm docs:check`: says which are not what the code says, and fails when any is.
import { existsSync, globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { caseTexts } from '@ingresskit/conformance/case-files';
import { allProfiles, collectEvidence, descriptions } from '@ingresskit/conformance/evidence';
import { generatedNote, type Page } from './page.ts';
import { annotationPages } from './pages/annotations.ts';
import { commandLinePage } from './pages/command-line.ts';
import { annotationsJson, annotationsSchema } from './pages/data.ts';
import { diagnosticPages } from './pages/diagnostics.ts';
import { operatePage } from './pages/operate.ts';
import { profilesPage } from './pages/profiles.ts';
import { shopPage } from './pages/shop.ts';
import { diagnosticSets, readText, root } from './sources.ts';

const prose = new Map(
  allProfiles
    .flatMap(({ families }) => families)
    .map(({ name }) => [name, `packages/families/src/${name}/${name}.md`] as const)
    .filter(([, path]) => existsSync(join(root, path)))
    .map(([name, path]) => [name, readText(path)]),
);
const pages: readonly Page[] = [
  ...annotationPages({ profiles: allProfiles, descriptions, evidence: collectEvidence(caseTexts()), prose }),
  annotationsJson(descriptions),
  annotationsSchema(descriptions),
  ...diagnosticPages(await diagnosticSets()),
  profilesPage(allProfiles),
  commandLinePage(),
  shopPage(),
  await operatePage(),
];

const isCheck = process.argv.includes('--check');
const wanted = new Map(pages.map(({ path, text }) => [path, text]));
// A page whose source is gone goes too.
const surplus = globSync('docs/**/*.md', { cwd: root })
  .map((path) => path.replaceAll('\\', '/'))
  .filter((path) => !wanted.has(path) && readText(path).startsWith(generatedNote));

const stale = [...wanted].filter(([path, text]) => !existsSync(join(root, path)) || readFileSync(join(root, path), 'utf8') !== text);
if (isCheck) {
  for (const [path] of stale) console.error(`stale: ${path}`);
  for (const path of surplus) console.error(`surplus: ${path}`);
  if (stale.length + surplus.length > 0) {
    console.error('docs: run `pnpm run docs` and commit what it writes');
    process.exitCode = 1;
  } else console.log(`docs: ${wanted.size} pages are current`);
} else {
  for (const [path, text] of stale) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
    console.log(`wrote ${path}`);
  }
  for (const path of surplus) {
    rmSync(join(root, path));
    console.log(`removed ${path}`);
  }
  console.log(`docs: ${wanted.size} pages, ${stale.length} written, ${surplus.length} removed`);
}
