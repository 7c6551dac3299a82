// `pnpm cases [--update] [FILTER]`: runs the case files, and with --update writes what the indexed matcher decides into their expectations.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { formatDiagnostics } from '@ingresskit/resources';
import { parseCaseFile, runCase, updateCaseFile } from '@ingresskit/testing';
import { caseTexts, root } from './case-files.ts';
import { drivers, indexed } from './drivers.ts';

const { values, positionals } = parseArgs({ options: { update: { type: 'boolean', default: false } }, allowPositionals: true });
const [filter = ''] = positionals;

let count = 0;
let failed = 0;
const files = caseTexts(filter);
for (const { file, text } of files) {
  const { cases, diagnostics } = parseCaseFile(text, file);
  const broken = diagnostics.filter(({ code }) => code.startsWith('case/'));
  if (broken.length > 0) {
    console.error(formatDiagnostics(broken, { sources: new Map([[file, text]]) }));
    failed += broken.length;
  }
  if (values.update) {
    const updated = updateCaseFile(
      text,
      cases.flatMap((subject) => runCase(subject, [indexed])),
    );
    if (updated !== text) {
      writeFileSync(join(root, file), updated);
      console.log(`updated ${file}`);
    }
  }
  // After an update too: drivers that disagree are a fault no expectation can hide.
  const current = values.update ? parseCaseFile(caseTexts(file)[0]?.text ?? '', file).cases : cases;
  for (const subject of current) {
    count += 1;
    const failures = [...new Set(runCase(subject, drivers).flatMap((result) => result.failures))];
    if (failures.length === 0) continue;
    failed += 1;
    console.error(`FAILED ${subject.title}\n\n${failures.join('\n\n')}\n`);
  }
}
console.log(`${count} cases in ${files.length} files, ${failed} failed`);
if (failed > 0 || files.length === 0) process.exitCode = 1;
