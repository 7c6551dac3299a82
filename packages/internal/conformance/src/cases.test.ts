import { parseCaseFile, runCase } from '@ingresskit/testing';
import { describe, expect, it } from 'vitest';
import { caseTexts } from './case-files.ts';
import { drivers } from './drivers.ts';

const files = caseTexts();

describe('case files', () => {
  it('are there', () => {
    expect(files.length).toBeGreaterThan(0);
  });

  for (const { file, text } of files) {
    const { cases, diagnostics } = parseCaseFile(text, file);
    describe(file, () => {
      it('has cases, all of them readable', () => {
        expect(diagnostics.filter(({ code }) => code.startsWith('case/')).map(({ message, span }) => `${span?.line}: ${message}`)).toEqual(
          [],
        );
        expect(cases.length).toBeGreaterThan(0);
      });

      for (const subject of cases) {
        it(subject.title, () => {
          const results = runCase(subject, drivers);
          const failures = results.flatMap((result) => result.failures);
          if (failures.length > 0) expect.fail([...new Set(failures)].join('\n\n'));
          // Not only what the case asks for: the whole decision is the same whoever decides.
          for (const { driver, decisions } of results) expect(decisions, driver).toEqual(results[0]?.decisions);
        });
      }
    });
  }
});
