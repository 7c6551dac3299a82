import { describe, expect, it } from 'vitest';
import { run } from '../run.ts';
import { type FakeWorld, fakeIo } from '../testing/fake-io.ts';
import { broken, other, secret, shop } from '../testing/manifests.ts';

const files = { 'shop.yaml': shop, 'other.yaml': other, 'secret.yaml': secret, 'bad.yaml': broken };

async function check(argv: readonly string[], world: FakeWorld = {}): Promise<{ status: number; out: string; err: string }> {
  const io = fakeIo({ files, ...world });
  const status = await run(['check', ...argv], io);
  return { status, out: io.out(), err: io.err() };
}

describe('ingresskit check', () => {
  it('says that all is well', async () => {
    expect(await check(['-f', 'shop.yaml'])).toEqual({ status: 0, out: '1 file, 2 Ingresses: 0 errors, 0 warnings\n', err: '' });
  });

  it('shows the line at fault', async () => {
    const { status, out } = await check(['-f', 'shop.yaml', '-f', 'other.yaml']);
    expect(status).toBe(0);
    expect(out).toMatch(/^warning {2}annotation\/unknown .*other\.yaml:7:5$/m);
    expect(out).toContain('7 |     nginx.ingress.kubernetes.io/cors-max-ages: "600"');
    expect(out).toMatch(/\n\n2 files, 3 Ingresses: 0 errors, 1 warning\n$/);
  });

  it('fails at the severity it is told', async () => {
    const at = async (file: string, ...argv: readonly string[]): Promise<number> => (await check(['-f', file, ...argv])).status;
    expect(await at('other.yaml')).toBe(0);
    expect(await at('other.yaml', '--fail-on', 'warning')).toBe(1);
    expect(await at('secret.yaml')).toBe(1);
    expect(await at('secret.yaml', '--fail-on', 'never')).toBe(0);
    expect(await at('shop.yaml', '--fail-on', 'info')).toBe(0);
    expect((await check(['-f', 'other.yaml', '--ingress-class', 'mse', '--fail-on', 'info'])).status).toBe(1);
  });

  it('keeps what is for the record to itself until it is asked', async () => {
    const quiet = await check(['-f', 'shop.yaml', '-f', 'other.yaml', '--ingress-class', 'mse']);
    expect(quiet.out).not.toContain('class/not-selected');
    expect(quiet.out).toMatch(/\d+ notes? \(--info shows them\)\n$/);
    const open = await check(['-f', 'shop.yaml', '-f', 'other.yaml', '--ingress-class', 'mse', '--info']);
    expect(open.out).toContain('class/not-selected');
  });

  it('prints JSON Lines, the summary beside them', async () => {
    const { out, err } = await check(['-f', 'other.yaml', '--format', 'json']);
    expect(
      out
        .trimEnd()
        .split('\n')
        .map((line) => (JSON.parse(line) as { code: string }).code),
    ).toEqual(['annotation/unknown']);
    expect(err).toBe('1 file, 1 Ingress: 0 errors, 1 warning\n');
  });

  it('prints workflow commands for GitHub', async () => {
    const { out, err } = await check(['-f', 'other.yaml', '--format', 'github']);
    expect(out).toMatch(/^::warning file=other\.yaml,line=7,col=5,endColumn=\d+,title=annotation\/unknown::Ingress shop\/other/);
    expect(err).toContain('1 warning');
  });

  it('never prints a secret, in any format', async () => {
    for (const format of ['text', 'json', 'github']) {
      const { status, out, err } = await check(['-f', 'secret.yaml', '-f', 'shop.yaml', '--info', '--format', format]);
      expect(status).toBe(1);
      expect(out).toContain('schema/invalid-base64');
      expect(out + err).not.toContain('hunter2');
    }
  });

  it('ends with 2 when a manifest is no YAML, with all that is wrong with the others', async () => {
    const { status, out } = await check(['-f', 'bad.yaml', '-f', 'other.yaml', '--fail-on', 'never']);
    expect(status).toBe(2);
    expect(out).toMatch(/^error {4}yaml\/\S+ .*bad\.yaml:\d+:\d+$/m);
    expect(out).toContain('annotation/unknown');
  });

  it('reads what a chart renders', async () => {
    const { status, out } = await check(['-f', '-'], { stdin: [other.slice(0, 40), new TextEncoder().encode(other.slice(40))] });
    expect(status).toBe(0);
    expect(out).toContain('stdin:7:5');
  });

  it('reads a folder in the order of its paths, and a file once', async () => {
    const world = {
      files: {
        'a/z.json': '{"kind":"Nonsense","apiVersion":"v1"}',
        'a/b/y.yaml': other,
        'a/x.YML': shop,
        'a/notes.txt': 'x',
        'a/.hidden/x.yaml': broken,
      },
    };
    const { out } = await check(['-f', 'a/', '-f', 'a/b/y.yaml', '-f', './a/z.json'], world);
    expect(out).toContain('3 files, 3 Ingresses');
  });

  it('says how far it is, on a terminal, when the work takes longer than a second', async () => {
    const { err } = await check(['-f', 'shop.yaml', '-f', 'other.yaml'], { isTTY: { stderr: true }, tick: 600 });
    expect(err).toContain('read 2 of 2 files');
  });

  it.each<readonly [readonly string[], string]>([
    [['-f', 'empty'], 'empty: no such file or folder'],
    [['-f', 'notes'], 'notes: no *.yaml, *.yml or *.json in this folder or below'],
    [['-f', 'shop.yaml', '--fail-on', 'sometimes'], 'Allowed choices are error, warning, info, never'],
  ])('ends with 2 and one line for %j', async (argv, message) => {
    const { status, err } = await check(argv, { files: { ...files, 'notes/readme.md': '' } });
    expect(status).toBe(2);
    expect(err).toContain(message);
    expect(err.trimEnd().split('\n')).toHaveLength(1);
  });
});
