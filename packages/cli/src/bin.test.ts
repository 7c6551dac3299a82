import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import process from 'node:process';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { broken, shop } from './testing/manifests.ts';

// The sources, as they are: needs a Node that strips types. The workspace's own is one, whatever Node runs the tests.
const root = resolve(import.meta.dirname, '../../..');
const pinned = join(root, 'node_modules/.bin/node');
const node = existsSync(pinned) ? pinned : process.execPath;
const bin = join(import.meta.dirname, 'bin.ts');

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'ingresskit-cli-'));
  writeFileSync(join(folder, 'shop.yaml'), shop);
  writeFileSync(join(folder, 'bad.yml'), broken);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Ended {
  readonly status: number | null;
  readonly out: string;
  readonly err: string;
}

function ingresskit(
  argv: readonly string[],
  feed: (child: ReturnType<typeof spawn>) => void = (child) => void child.stdin?.end(),
): Promise<Ended> {
  const environment = { ...process.env, NO_COLOR: '1', NODE_OPTIONS: '' };
  const child = spawn(node, ['--conditions=@ingresskit/source', bin, ...argv], { cwd: folder, env: environment });
  let out = '';
  let err = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (out += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (err += text));
  child.stdin.on('error', () => undefined);
  feed(child);
  return new Promise((settle, reject) => {
    child.on('error', reject);
    child.on('close', (status) => settle({ status, out, err }));
  });
}

const request = '{"id":"a","url":"http://shop.example.com/cart","draw":0.1}\n';

describe('the ingresskit process', () => {
  it('evaluates requests from standard input', async () => {
    const { status, out, err } = await ingresskit(['eval', '-f', 'shop.yaml'], (child) => void child.stdin?.end(request));
    expect({ status, err }).toEqual({ status: 0, err: '' });
    expect(JSON.parse(out)).toMatchObject({ id: 'a', kind: 'forward', backend: { service: 'cart' } });
  });

  it('answers a request before the next one comes', async () => {
    const answers: string[] = [];
    const { status } = await ingresskit(['eval', '-f', 'shop.yaml'], (child) => {
      child.stdout?.on('data', (text: string) => {
        answers.push(text);
        if (answers.length < 3) child.stdin?.write(request);
        else child.stdin?.end();
      });
      child.stdin?.write(request);
    });
    expect(status).toBe(0);
    expect(answers).toHaveLength(3);
  });

  it('ends with 2 on a bad line although more may come, and names the place', async () => {
    const { status, out, err } = await ingresskit(['eval', '-f', 'shop.yaml'], (child) => void child.stdin?.write(`${request}{"url":1}\n`));
    expect(status).toBe(2);
    expect(out.trimEnd().split('\n')).toHaveLength(1);
    expect(err).toBe('ingresskit: stdin:2:8: "url" must be text\n');
  });

  it('ends quietly when its reader leaves', async () => {
    const many = request.repeat(20_000);
    const { status, err } = await ingresskit(['eval', '-f', 'shop.yaml'], (child) => {
      child.stdout?.once('data', () => child.stdout?.destroy());
      child.stdin?.end(many);
    });
    expect({ status, err }).toEqual({ status: 0, err: '' });
  });

  it('reads manifests from a pipe, and folders from the disk', async () => {
    const piped = await ingresskit(['check', '-f', '-'], (child) => void child.stdin?.end(shop));
    expect(piped).toEqual({ status: 0, out: '1 file, 2 Ingresses: 0 errors, 0 warnings\n', err: '' });
    const folderOfBoth = await ingresskit(['check', '-f', '.']);
    expect(folderOfBoth.status).toBe(2);
    expect(folderOfBoth.out).toContain('bad.yml:4:1');
  });

  it('names a file that is not there', async () => {
    const { status, err } = await ingresskit(['routes', '-f', 'missing.yaml']);
    expect({ status, err }).toEqual({ status: 2, err: 'ingresskit: missing.yaml: no such file or folder\n' });
  });
});
