import { describe, expect, it } from 'vitest';
import { loadManifests, readText } from './manifests.ts';
import { createProgress } from './progress.ts';
import { fakeIo } from './testing/fake-io.ts';

function namespace(name: string): string {
  return `apiVersion: v1\nkind: Namespace\nmetadata: { name: ${name} }\n`;
}

const files = {
  'a/2.yaml': namespace('two'),
  'a/1.yml': namespace('one'),
  'a/b/3.JSON': '{"apiVersion":"v1","kind":"Namespace","metadata":{"name":"three"}}',
  'a/.git/4.yaml': namespace('four'),
  'a/..data/5.yaml': namespace('five'),
  'a/.6.yaml': namespace('six'),
  'a/readme.md': 'no manifest',
  'text.txt': namespace('named'),
};

async function load(...paths: readonly string[]): Promise<string[]> {
  const io = fakeIo({ files, stdin: namespace('piped') });
  const { resources, sources } = await loadManifests(paths, io, createProgress(io));
  return [...resources.map(({ metadata }) => metadata.name), ...sources.keys()];
}

describe('loadManifests', () => {
  it('reads a folder in the order of its paths, without hidden entries', async () => {
    expect(await load('a')).toEqual(['one', 'two', 'three', 'a/1.yml', 'a/2.yaml', 'a/b/3.JSON']);
    expect(await load('.')).toEqual(['one', 'two', 'three', 'a/1.yml', 'a/2.yaml', 'a/b/3.JSON']);
  });

  it('reads what is named, whatever it is called, in the order given', async () => {
    expect(await load('text.txt', '-', 'a/2.yaml')).toEqual(['named', 'piped', 'two', 'text.txt', 'stdin', 'a/2.yaml']);
  });

  it('reads nothing twice', async () => {
    expect(await load('a/1.yml', './a/', '-', 'a//', '-')).toEqual([
      'one',
      'two',
      'three',
      'piped',
      'a/1.yml',
      'a/2.yaml',
      'a/b/3.JSON',
      'stdin',
    ]);
  });

  it('puts characters together that chunks cut', async () => {
    const bytes = new TextEncoder().encode(namespace('café'));
    const cut = bytes.indexOf(0xc3) + 1;
    const io = fakeIo({ stdin: [bytes.slice(0, cut), bytes.slice(cut)] });
    expect(await readText('-', io)).toBe(namespace('café'));
  });

  it('names the path that cannot be read, without its control characters', async () => {
    await expect(load('missing\u001b[31m.yaml')).rejects.toThrow('missing\\u001b[31m.yaml: no such file or folder');
    const io = { ...fakeIo(), listFolder: () => Promise.reject(Object.assign(new Error('EACCES'), { code: 'EACCES' })) };
    await expect(loadManifests(['x'], io, createProgress(io))).rejects.toThrow('x: permission denied');
  });
});
