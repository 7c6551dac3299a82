import { describe, expect, it } from 'vitest';
import { run } from '../run.ts';
import { type FakeWorld, fakeIo } from '../testing/fake-io.ts';
import { broken, other, secret, shop } from '../testing/manifests.ts';

const files = { 'shop.yaml': shop, 'other.yaml': other, 'secret.yaml': secret, 'bad.yaml': broken, 'client.pem': 'PEM' };

async function explain(argv: readonly string[], world: FakeWorld = {}): Promise<{ status: number; out: string; err: string }> {
  const io = fakeIo({ files, ...world });
  const status = await run(['explain', ...argv], io);
  return { status, out: io.out(), err: io.err() };
}

describe('ingresskit explain', () => {
  it('says first what happens, then why, with the line that decided', async () => {
    const { status, out, err } = await explain(['-f', 'shop.yaml', '--draw', '0.1', 'http://shop.example.com/cart']);
    expect(status).toBe(0);
    expect(err).toBe('');
    const lines = out.split('\n');
    expect(lines[0]).toBe(
      'GET http://shop.example.com/cart goes to Service shop/cart, port 80, drawn among shop/cart:80 50 %, shop/cart-v2:80 50 %.',
    );
    expect(lines[1]).toBe('Ingress shop/web decides, with path /cart (Prefix) of host shop.example.com.');
    expect(out).toContain('Ingress shop/web · nginx.ingress.kubernetes.io/whitelist-source-range · shop.yaml:7');
    expect(out).toContain('Ingress shop/web · spec.rules[0].http.paths[0] · shop.yaml:14');
  });

  it('knows the gateway answering by itself from a forward', async () => {
    const { out } = await explain(['-f', 'shop.yaml', '--client-address', '203.0.113.7', 'http://shop.example.com/cart']);
    expect(out).toMatch(/^GET http:\/\/shop\.example\.com\/cart is answered by the gateway itself with 403 \(ip-access\)\.\n/);
  });

  it('sends what curl would', async () => {
    const argv = [
      '-f',
      'shop.yaml',
      '-X',
      'POST',
      '-H',
      'X-A: 1',
      '-H',
      'x-a: 2',
      '-H',
      'Cookie: a=b',
      '-u',
      'alice:secret',
      '--sni',
      'x',
      '--json',
    ];
    const { out } = await explain([
      ...argv,
      '--client-certificate',
      'client.pem',
      '--auth-status',
      '200',
      '--upstream-status',
      '503',
      'shop.example.com/cart',
    ]);
    expect((JSON.parse(out) as { request: unknown }).request).toEqual({
      method: 'POST',
      url: 'http://shop.example.com/cart',
      headers: { authorization: '[redacted]', 'x-a': ['1', '2'], cookie: '[redacted]' },
      sni: 'x',
      clientCertificate: 'PEM',
      auth: { status: 200 },
      upstream: { status: 503 },
    });
  });

  it('prints JSON with the place of each step', async () => {
    const { out } = await explain(['-f', 'shop.yaml', '--json', '--draw', '0.9', 'http://shop.example.com/cart']);
    const { decision, steps } = JSON.parse(out) as { decision: unknown; steps: readonly { family?: string }[] };
    expect(decision).toMatchObject({ kind: 'forward', backend: { service: 'cart-v2' } });
    expect(steps.find(({ family }) => family === 'ip-access')).toMatchObject({ span: { file: 'shop.yaml', line: 7 } });
  });

  it('colours on a terminal that wants it, and nowhere else', async () => {
    const argv = ['-f', 'shop.yaml', 'http://shop.example.com/cart'];
    const escapes = async (world: FakeWorld): Promise<boolean> => (await explain(argv, world)).out.includes('\u001b[');
    expect(await escapes({ isTTY: { stdout: true } })).toBe(true);
    expect(await escapes({})).toBe(false);
    expect(await escapes({ isTTY: { stdout: true }, env: { NO_COLOR: '1' } })).toBe(false);
    expect(await escapes({ env: { FORCE_COLOR: '1' } })).toBe(true);
  });

  it('names errors of the manifests and counts their warnings, on standard error', async () => {
    const { status, err, out } = await explain(['-f', 'other.yaml', '-f', 'secret.yaml', 'http://other.example.com/']);
    expect(status).toBe(0);
    expect(out).toContain('Service shop/cart');
    expect(err).toContain('error    schema/invalid-base64');
    expect(err).toContain('1 warning; see them with: ingresskit check -f other.yaml -f secret.yaml');
    expect(out + err).not.toContain('hunter2');
  });

  it.each<readonly [readonly string[], string]>([
    [['-f', 'shop.yaml'], "missing required argument 'url'"],
    [['http://a/'], 'name the manifests with -f'],
    [['-f', 'bad.yaml', 'http://a/'], 'bad.yaml:4:1: '],
    [['-f', 'shop.yaml', '-H', 'nonsense', 'http://a/'], `--header must be 'name: value', and is "nonsense"`],
    [['-f', 'shop.yaml', '--draw', '1', 'http://a/'], '--draw must be a number from 0 to below 1'],
    [['-f', 'shop.yaml', '--auth-status', '20', 'http://a/'], '--auth-status must be a status'],
    [['-f', 'shop.yaml', '--client-certificate', 'x.pem', 'http://a/'], 'x.pem: no such file'],
    [['-f', 'shop.yaml', '--ingress-class', 'a', '--gateway', 'b', 'http://a/'], 'exclude each other'],
  ])('ends with 2 and one line for %j', async (argv, message) => {
    const { status, err, out } = await explain(argv);
    expect(status).toBe(2);
    expect(out).toBe('');
    expect(err).toContain(message);
    expect(err.trimEnd().split('\n')).toHaveLength(1);
  });
});
