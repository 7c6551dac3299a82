import { describe, expect, it } from 'vitest';
import { run } from './run.ts';
import { fakeIo } from './testing/fake-io.ts';

const manifests = `
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: { name: web, namespace: default }
spec:
  rules:
    - host: shop.example.com
      http: { paths: [{ path: /dir/, pathType: Prefix, backend: { service: { name: web, port: { number: 80 } } } }] }
`;

function configMap(data: string): string {
  return `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: controller, namespace: ingress-nginx }\ndata:\n${data}`;
}

async function evaluate(options: string, profile = 'ingress-nginx'): Promise<{ status: number; lines: unknown[]; err: string }> {
  const io = fakeIo({ files: { 'web.yaml': manifests, 'options.yaml': options }, stdin: '{"url":"http://shop.example.com/dir"}\n' });
  const status = await run(['eval', '-f', 'web.yaml', '--profile', profile, '--config', 'options.yaml'], io);
  return {
    status,
    lines: io
      .out()
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line) as unknown),
    err: io.err(),
  };
}

describe('--config', () => {
  it('changes what the controller does everywhere', async () => {
    const { status, lines, err } = await evaluate(configMap('  relative-redirects: "true"\n'));
    expect([status, err]).toEqual([0, '']);
    expect(lines).toMatchObject([{ kind: 'redirect', status: 301, location: '/dir/' }]);
  });

  it('names what is wrong in it, with the place', async () => {
    const { status, lines, err } = await evaluate(configMap('  relative-redirects: "yes"\n  relative-redirect: "true"\n'));
    expect(status).toBe(0);
    expect(lines).toMatchObject([{ location: 'http://shop.example.com/dir/' }]);
    expect(err).toMatch(/^warning {2}option\/invalid-value .*options\.yaml:5:/m);
    expect(err).toContain('Did you mean "relative-redirects"?');
  });

  it.each([
    ['no ConfigMap', manifests, 'options.yaml: --config takes a file with exactly one manifest, a ConfigMap; this one has 1'],
    [
      'two of them',
      `${configMap('  a: b\n')}---\n${configMap('  a: b\n')}`,
      'options.yaml: --config takes a file with exactly one manifest',
    ],
    ['text that is no YAML', 'a: [', 'options.yaml:'],
  ])('refuses a file with %s', async (_title, text, message) => {
    const { status, err } = await evaluate(text);
    expect(status).toBe(2);
    expect(err).toContain(message);
    expect(err.trimEnd().split('\n')).toHaveLength(1);
  });

  it('belongs to the gateway that has a ConfigMap', async () => {
    expect(await evaluate(configMap('  a: b\n'), 'mse')).toMatchObject({ status: 2, lines: [] });
  });
});

describe('--enable-ssl-passthrough', () => {
  const passed = manifests
    .replace(
      'metadata: { name: web, namespace: default }',
      "metadata: { name: web, annotations: { nginx.ingress.kubernetes.io/ssl-passthrough: 'true' } }",
    )
    .replace('/dir/', '/');
  const evalWith = async (...options: readonly string[]): Promise<{ status: number; out: string; err: string }> => {
    const io = fakeIo({
      files: { 'web.yaml': passed, 'options.yaml': configMap('  hsts: "false"\n') },
      stdin: '{"url":"https://shop.example.com/"}\n',
    });
    const status = await run(['eval', '-f', 'web.yaml', ...options], io);
    return { status, out: io.out(), err: io.err() };
  };

  it.each([[[]], [['--config', 'options.yaml']]])('hands TLS on, with %j besides', async (more) => {
    const { status, out } = await evalWith('--profile', 'ingress-nginx', '--enable-ssl-passthrough', ...more);
    expect(status).toBe(0);
    expect(JSON.parse(out)).toMatchObject({ kind: 'forward', upstream: { protocol: 'TLS' } });
  });

  it('without it the annotation does nothing, and that is said', async () => {
    const { out, err } = await evalWith('--profile', 'ingress-nginx');
    expect(JSON.parse(out)).toMatchObject({ kind: 'forward', upstream: { protocol: 'HTTP' } });
    expect(err).toContain('ssl-passthrough/not-enabled');
  });

  it('belongs to one profile', async () => {
    const { status, err } = await evalWith('--enable-ssl-passthrough');
    expect(status).toBe(2);
    expect(err).toContain('--enable-ssl-passthrough belongs to --profile ingress-nginx');
  });
});

describe('--path-normalization', () => {
  it.each([
    [[], 'forward'],
    [['--path-normalization', 'hardened'], 'respond'],
  ])('with %j an encoded slash leads to: %s', async (options, kind) => {
    const io = fakeIo({ files: { 'web.yaml': manifests }, stdin: '{"url":"http://shop.example.com/dir/a%2Fb"}\n' });
    expect(await run(['eval', '-f', 'web.yaml', ...options], io)).toBe(0);
    expect(JSON.parse(io.out())).toMatchObject({ kind });
  });
});
