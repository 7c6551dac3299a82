import type { AnnotationDescription } from 'ingresskit';
import { describe, expect, it } from 'vitest';
import { run } from '../run.ts';
import { fakeIo } from '../testing/fake-io.ts';

async function call(...argv: readonly string[]): Promise<{ status: number; out: string; err: string }> {
  const io = fakeIo();
  const status = await run(argv, io);
  return { status, out: io.out(), err: io.err() };
}

describe('ingresskit annotations', () => {
  it('lists every name with a verdict for each gateway', async () => {
    const { status, out } = await call('annotations');
    expect(status).toBe(0);
    expect(out).toMatch(/^annotation +family +mse +higress +ingress-nginx$/m);
    expect(out).toMatch(/^cors-max-age +cors +acts +acts +acts$/m);
    expect(out).toMatch(/^auth-url +external-auth +planned /m);
  });

  it('filters by gateway and verdict', async () => {
    const { out } = await call('annotations', '--profile', 'mse', '--verdict', 'unsupported');
    expect(
      out
        .trimEnd()
        .split('\n')
        .slice(1)
        .map((line) => line.split(' ')[0]),
    ).toEqual(['auth-snippet', 'configuration-snippet', 'modsecurity-snippet', 'server-snippet', 'stream-snippet']);
    expect((await call('annotations', '--family', 'cors', '--profile', 'mse', '--verdict', 'planned')).out).toBe(
      'No annotation is like that.\n',
    );
  });

  it('filters by family, and prints data', async () => {
    const rows = JSON.parse(
      (await call('annotations', '--family', 'cors', '--profile', 'higress', '--json')).out,
    ) as readonly AnnotationDescription[];
    expect(rows.map(({ name }) => name)).toContain('cors-allow-origin');
    expect(rows.every(({ family, profiles }) => family === 'cors' && Object.keys(profiles).join() === 'higress')).toBe(true);
  });

  it.each<readonly [readonly string[], string]>([
    [['--profile', 'traefik'], 'there is no profile "traefik"'],
    [['--verdict', 'maybe'], 'there is no verdict "maybe"'],
  ])('ends with 2 for %j', async (argv, message) => {
    const { status, err } = await call('annotations', ...argv);
    expect(status).toBe(2);
    expect(err).toContain(message);
  });
});

describe('ingresskit explain-annotation', () => {
  it('says what a name does on each gateway', async () => {
    const { status, out } = await call('explain-annotation', 'nginx.ingress.kubernetes.io/whitelist-source-range');
    expect(status).toBe(0);
    expect(out).toContain('family   ip-access');
    expect(out).toContain('gate     yes');
    expect(out).toMatch(/ {2}mse: acts\n {6}read as {6}nginx\.ingress\.kubernetes\.io\/whitelist-source-range/);
    expect(out).toContain('ingress-nginx: acts');
  });

  it('says what to use instead of what does not act', async () => {
    expect((await call('explain-annotation', 'mirror-target')).out).toContain(
      'instead      Use mse.ingress.kubernetes.io/mirror-target-service',
    );
  });

  it('knows names with a free part, and aliases', async () => {
    expect((await call('explain-annotation', 'higress.io/exact-match-header-x-stage')).out).toContain('exact-match-header-<name>');
    expect((await call('explain-annotation', 'limit-whitelist')).out).toContain('limit-allowlist');
  });

  it('ends with 2 for a name that nobody knows, with the nearest', async () => {
    const { status, err } = await call('explain-annotation', 'cors-max-ages');
    expect(status).toBe(2);
    expect(err).toContain('did you mean "cors-max-age"?');
  });
});
