import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { compile, type Decision, decide, parseManifests } from 'ingresskit';
import { describe, expect, it } from 'vitest';
import { root } from './case-files.ts';

const page = readFileSync(join(root, 'docs/surprises.md'), 'utf8');

/** A decision as the page writes it. */
function inWords(decision: Decision): string {
  if (decision.kind === 'forward') return `\`forward\` to \`${decision.backend.service}\`, which sees \`${decision.upstream.path}\``;
  if (decision.kind === 'redirect') return `\`redirect\` ${decision.status} to \`${decision.location}\``;
  return `\`${decision.kind}\` ${decision.status}`;
}

describe('docs/surprises.md', () => {
  const sections = page.split(/^## /m).slice(1);

  it('has five surprises', () => {
    expect(sections.map((section) => section.slice(0, 2))).toEqual(['1.', '2.', '3.', '4.', '5.']);
  });

  for (const section of sections) {
    const [title = ''] = section.split('\n', 1);
    const manifests = /```yaml\n([\s\S]*?)```/.exec(section)?.[1] ?? '';
    const rows = [...section.matchAll(/^\| `(\/[^`]*)` \| (.*) \| (.*) \| (.*) \|$/gm)];
    it.each(rows.map(([, path = '', ...answers]) => ({ path, answers })))(`${title}: $path`, ({ path, answers }) => {
      const decided = ['mse', 'higress', 'ingress-nginx'].map((profile) => {
        const { table } = compile(parseManifests(manifests, { file: 'docs/surprises.md' }).resources, { profile });
        return inWords(decide(table, { url: `http://shop.example.com${path}` }));
      });
      expect(decided).toEqual(answers);
    });
    it(`${title} has examples`, () => expect(rows.length).toBeGreaterThan(1));
  }
});
