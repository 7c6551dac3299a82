import { describe, expect, it } from 'vitest';
import type { ManifestLimits } from './parse-document.ts';
import { parseManifests } from './parse-manifests.ts';

const codesOf = (text: string, limits: ManifestLimits = {}): string[] =>
  parseManifests(text, { file: 'bomb.yaml', limits }).diagnostics.map(({ code }) => code);
const service = 'apiVersion: v1\nkind: Service\nmetadata:\n  name: sound\n';

/** Nine anchors, each a list of nine copies of the one before: nine to the ninth values. */
const laughs = (levels: number): string => {
  const lines = ['a0: &a0 [lol, lol, lol, lol, lol, lol, lol, lol, lol]'];
  for (let level = 1; level < levels; level++)
    lines.push(`a${level}: &a${level} [${Array.from({ length: 9 }, () => `*a${level - 1}`).join(', ')}]`);
  return `${lines.join('\n')}\n`;
};

describe('bombs', () => {
  it.each<[string, string, string]>([
    ['a billion laughs', laughs(9), 'yaml/too-many-aliases'],
    ['a hundred thousand aliases', `a: &a x\nb: [${'*a, '.repeat(100_000)}*a]\n`, 'yaml/too-many-aliases'],
    ['few aliases of much', `a: &a [${'1, '.repeat(5000)}1]\nb: [${'*a, '.repeat(99)}*a]\n`, 'yaml/too-many-aliases'],
    ['flow lists', `a: ${'['.repeat(100_000)}`, 'yaml/too-deep'],
    ['flow maps', `${'{a: '.repeat(50_000)}`, 'yaml/too-deep'],
    ['block lists', `${'- '.repeat(50_000)}x\n`, 'yaml/too-deep'],
    ['explicit keys', `${'? '.repeat(50_000)}x\n`, 'yaml/too-deep'],
    ['block maps', Array.from({ length: 300 }, (_, depth) => `${' '.repeat(depth)}a:`).join('\n'), 'yaml/too-deep'],
    ['JSON lists', `[${'['.repeat(200_000)}`, 'yaml/too-deep'],
    ['JSON maps', '{"a":'.repeat(200_000), 'yaml/too-deep'],
  ])('%s', (_, bomb, code) => {
    const { resources, diagnostics } = parseManifests(`${bomb}\n---\n${service}`, { file: 'bomb.yaml' });
    expect(diagnostics.map((diagnostic) => diagnostic.code)).toEqual([code]);
    expect(resources.map(({ metadata }) => metadata.name)).toEqual(['sound']);
  });

  it('that contain themselves', () => {
    expect(codesOf('a: &a [*a]\n')).toEqual(['yaml/syntax']);
    expect(codesOf(`${service}x: &x {y: *x}\n`)).toEqual(['yaml/syntax']);
  });

  it('of size and number', () => {
    expect(codesOf('a'.repeat(101), { size: 100 })).toEqual(['yaml/too-large']);
    const { resources, diagnostics } = parseManifests(`${service}---\n`.repeat(5), { file: 'x', limits: { documents: 3 } });
    expect(resources).toHaveLength(3);
    expect(diagnostics).toMatchObject([{ code: 'yaml/too-many-documents', span: { line: 15 } }]);
    expect(codesOf('a'.repeat(9 * 1024 * 1024))).toEqual(['yaml/too-large']);
  });

  it('are measured by the limits given, never above the depth that readers stand', () => {
    expect(codesOf(`a: ${'['.repeat(3)}1${']'.repeat(3)}\n`, { depth: 3 })).toEqual(['yaml/too-deep']);
    expect(codesOf(`a: ${'['.repeat(80)}1${']'.repeat(80)}\n`, { depth: 1000 })).toEqual(['yaml/too-deep']);
    expect(codesOf('kind: x\na: &a 1\nb: [*a, *a]\n', { aliases: 1 })).toEqual(['yaml/too-many-aliases']);
    expect(codesOf('kind: x\na: &a 1\nb: [*a, *a]\n', { aliases: 2 })).toEqual(['schema/missing-kind']);
  });

  it('in scalars are none: brackets and stars in text count for nothing', () => {
    const text = `${service}  annotations:\n    a: "${'['.repeat(500)}"\n    b: '${'*a '.repeat(500)}'\n    c: |\n      ${'- '.repeat(500)}\n`;
    expect(codesOf(text)).toEqual([]);
  });
});
