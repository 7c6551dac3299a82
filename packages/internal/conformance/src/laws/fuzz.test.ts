import { formatDiagnostics, locate } from '@ingresskit/resources';
import { parseManifests } from '@ingresskit/resources/yaml';
import { fromJSON, toJSON } from '@ingresskit/route-table';
import { createGateway, formatExplanation, profiles } from 'ingresskit';
import { describe, expect, it } from 'vitest';
import { corpusFiles, corpusRoot, exampleFiles } from '../corpus/corpus-files.ts';
import { mutate, randomFrom } from '../generate/mutate.ts';

const mutationCount = 20_000;
const seedText = process.env['LAW_SEED'];
const seed = seedText === undefined ? (Math.random() * 2 ** 31) | 0 : Number(seedText);
const corpus = corpusFiles();
const files = [...corpus, ...exampleFiles()].filter(({ text }) => text.length > 0 && text.length < 20_000);
const gateways = Object.values(profiles).flatMap((profile) => (profile === undefined ? [] : [createGateway({ profile })]));
const targets = ['http://a.example/', 'https://shop.example.com/cart?x=1', 'http://foo.bar.com/a/../b', 'http://10.0.0.1/%2e'];

/** Everything a user can do with a text: read, compile, decide, explain, print. */
function useAll(text: string, index: number): void {
  const { resources, diagnostics } = parseManifests(text, { file: 'mutated.yaml' });
  const gateway = gateways[index % gateways.length] as (typeof gateways)[number];
  const compiled = gateway.compile(resources);
  const all = locate([...diagnostics, ...compiled.diagnostics], resources);
  for (const { code, message, span } of all) {
    if (!/^[a-z0-9-]+(\/[a-z0-9-]+)+$/.test(code) || message === '') throw new Error(`a diagnostic without words: ${code} ${message}`);
    if (span !== undefined && (span.line < 1 || span.column < 1 || span.length < 1))
      throw new Error(`an impossible place: ${JSON.stringify(span)}`);
  }
  formatDiagnostics(all, { sources: new Map([['mutated.yaml', text]]), showInfo: true });
  // Each host once, and what nobody has.
  const urls = [...compiled.table.hosts.keys()].slice(0, 3).map((host) => `http://${host.replace('*', 'x')}/a`);
  for (const url of [...urls, targets[index % targets.length] ?? '']) {
    const decision = gateway.decide(compiled.table, { url });
    // The slower ways now and then.
    if (index % 8 !== 0) continue;
    const explanation = gateway.explain(compiled.table, { url });
    expect(explanation.decision).toEqual(decision);
    formatExplanation(explanation);
    fromJSON(toJSON(compiled.table));
  }
}

describe('mutated manifests', () => {
  it(`nothing throws on ${mutationCount} of them`, () => {
    const source = corpus.length === 0 ? `the examples alone, since there is no corpus at ${corpusRoot}` : 'the corpus and the examples';
    console.info(`fuzz: ${mutationCount} mutations of ${source}, LAW_SEED=${seed}`);
    const random = randomFrom(seed);
    for (let index = 0; index < mutationCount; index++) {
      const file = files[Math.floor(random() * files.length)];
      const other = files[Math.floor(random() * files.length)];
      if (file === undefined || other === undefined) throw new Error('no manifests to mutate');
      const text = mutate(file.text, other.text, random);
      try {
        useAll(text, index);
      } catch (error) {
        throw new Error(`mutation ${index} of ${file.file} (LAW_SEED=${seed}) throws:\n${text}`, { cause: error });
      }
    }
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
  }, 170_000);
});
