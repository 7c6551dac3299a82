import { describe, expect, it } from 'vitest';
import { commandReference } from './command-reference.ts';
import { run } from './run.ts';
import { fakeIo } from './testing/fake-io.ts';

async function call(...argv: readonly string[]): Promise<{ status: number; out: string; err: string }> {
  const io = fakeIo({ columns: 100 });
  const status = await run(argv, io);
  return { status, out: io.out(), err: io.err() };
}

describe('ingresskit', () => {
  it('prints its version', async () => {
    expect(await call('--version')).toEqual({ status: 0, out: '1.2.3\n', err: '' });
  });

  it('prints help on standard output when asked for it, on standard error when not', async () => {
    const asked = await call('--help');
    expect(asked.status).toBe(0);
    expect(asked.err).toBe('');
    const unasked = await call();
    expect(unasked).toEqual({ status: 2, out: '', err: asked.out });
    for (const { name } of commandReference()) expect(asked.out).toContain(`\n  ${name} `);
  });

  it.each(['explain', 'check', 'routes', 'eval'])('%s --help has every option and an example', async (name) => {
    const { status, out } = await call(name, '--help');
    expect(status).toBe(0);
    expect((await call('help', name)).out).toBe(out);
    const reference = commandReference().find((command) => command.name === name);
    for (const { flags } of reference?.options ?? []) expect(out).toContain(flags);
    for (const { line } of reference?.examples ?? []) expect(out).toContain(`\n  ${line}\n`.trimEnd());
    expect(out).toContain('Examples:');
  });

  it('suggests what was meant', async () => {
    const { status, err } = await call('explian');
    expect(status).toBe(2);
    expect(err).toBe("ingresskit: unknown command 'explian' (Did you mean explain?); see: ingresskit --help\n");
    expect((await call('check', '--fale-on', 'error')).err).toContain('(Did you mean --fail-on?); see: ingresskit check --help');
  });

  it('reports a fault of its own as such', async () => {
    const io = fakeIo({ files: { 'a.yaml': '' } });
    const broken = { ...io, readFile: () => Promise.resolve(undefined as unknown as string) };
    expect(await run(['check', '-f', 'a.yaml'], broken)).toBe(70);
    expect(io.err()).toMatch(/^ingresskit: internal error, please report it: TypeError/);
  });
});

describe('commandReference', () => {
  it('describes every command for the documentation', () => {
    const reference = commandReference();
    expect(reference.map(({ usage }) => usage)).toEqual([
      'ingresskit explain [options] <url>',
      'ingresskit check [options]',
      'ingresskit routes [options]',
      'ingresskit serve [options]',
      'ingresskit eval [options]',
      'ingresskit annotations [options]',
      'ingresskit explain-annotation [options] <name>',
      'ingresskit gateway [options]',
      'ingresskit controller [options] [gateway-options...]',
      'ingresskit cloud [options] <action>',
      'ingresskit crd [options] [what]',
    ]);
    for (const { description, options, examples } of reference) {
      expect(description.endsWith('.')).toBe(true);
      expect(examples.length).toBeGreaterThan(0);
      for (const option of options) expect(option.description).not.toBe('');
    }
    const file = reference[0]?.options.find(({ flags }) => flags.startsWith('-f'));
    expect(file?.flags).toBe('-f, --file <path>');
    expect(reference.flatMap(({ options }) => options).find(({ flags }) => flags.startsWith('--fail-on'))).toMatchObject({
      default: 'error',
      choices: ['error', 'warning', 'info', 'never'],
    });
  });
});
