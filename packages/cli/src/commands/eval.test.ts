import { describe, expect, it } from 'vitest';
import { run } from '../run.ts';
import { type FakeWorld, fakeIo } from '../testing/fake-io.ts';
import { broken, other, shop } from '../testing/manifests.ts';

const files = { 'shop/web.yaml': shop, 'shop/other.yml': other, 'bad.yaml': broken };

async function evaluate(
  argv: readonly string[],
  world: FakeWorld = {},
): Promise<{ status: number; lines: unknown[]; out: string; err: string }> {
  const io = fakeIo({ files, ...world });
  const status = await run(['eval', ...argv], io);
  const out = io.out();
  const lines = out
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as unknown);
  return { status, lines, out, err: io.err() };
}

function requests(...list: readonly Readonly<Record<string, unknown>>[]): string {
  return list.map((request) => `${JSON.stringify(request)}\n`).join('');
}

const cart = 'http://shop.example.com/cart?x=1';

describe('ingresskit eval', () => {
  it('answers every request with one line, in order', async () => {
    const stdin = requests(
      { id: 'first', url: cart, draw: 0.1 },
      { id: 'second', url: 'http://nowhere.example.com/' },
      { url: cart, draw: 0.9 },
      { id: 'fourth', url: cart, clientAddress: '203.0.113.7' },
    );
    const { status, lines, err } = await evaluate(['-f', 'shop/web.yaml'], { stdin });
    expect(status).toBe(0);
    expect(err).toBe('');
    expect(lines).toMatchObject([
      { id: 'first', kind: 'forward', backend: { namespace: 'shop', service: 'cart', port: 80 } },
      { id: 'second', kind: 'no-route', status: 404 },
      { kind: 'forward', route: { canary: 'shop/web-canary' }, backend: { service: 'cart-v2' } },
      { id: 'fourth', kind: 'respond', status: 403, reason: 'ip-access' },
    ]);
    expect(lines[2]).not.toHaveProperty('id');
  });

  it('shows which request trips a limit, on one clock for the whole run', async () => {
    const limited = shop
      .replace('whitelist-source-range: 127.0.0.0/8', 'x')
      .replace(
        'nginx.ingress.kubernetes.io/x',
        'mse.ingress.kubernetes.io/route-limit-rps: "1"\n    mse.ingress.kubernetes.io/route-limit-burst-multiplier: "2"',
      );
    const at = [0, 0, 1, 1000, 1001, undefined];
    const stdin = requests(...at.map((time) => ({ url: cart, draw: 0.1, ...(time === undefined ? {} : { at: time }) })));
    const world = { files: { 'limited.yaml': limited } };
    for (const more of [[], ['--trace']]) {
      const { lines } = await evaluate(['-f', 'limited.yaml', ...more], { stdin, ...world });
      expect(lines.map((line) => (line as { readonly kind: string }).kind)).toEqual([
        'forward',
        'forward',
        'respond',
        'forward',
        'respond',
        'forward',
      ]);
      expect(lines[2]).toMatchObject({ status: 429, reason: 'rate-limit', body: 'local_rate_limited' });
    }
    // Another run counts anew.
    const { lines } = await evaluate(['-f', 'limited.yaml'], { stdin: requests({ url: cart, at: 0 }), ...world });
    expect(lines).toMatchObject([{ kind: 'forward' }]);
  });

  it('refuses durations that no request has', async () => {
    const { status, err } = await evaluate(['-f', 'shop/web.yaml'], { stdin: requests({ url: cart, at: 0, durationMs: -1 }) });
    expect([status, err]).toEqual([2, expect.stringContaining('"durationMs" must be a number of milliseconds, at least 0')]);
  });

  it('writes the fields of a line in the order of the contract', async () => {
    const { out } = await evaluate(['-f', 'shop/web.yaml'], {
      stdin: requests({ id: 'a', url: cart, draw: 0.1 }, { id: 'b', url: 'http://x.example.com/' }),
    });
    const [first, second] = out.split('\n');
    expect(first).toBe(
      '{"id":"a","kind":"forward","route":{"ingress":"shop/web","host":"shop.example.com","path":"/cart","pathType":"Prefix"},' +
        '"backend":{"namespace":"shop","service":"cart","port":80},' +
        '"split":[{"namespace":"shop","service":"cart","port":80,"weight":50},{"namespace":"shop","service":"cart-v2","port":80,"weight":50}],' +
        '"upstream":{"protocol":"HTTP","host":"shop.example.com","path":"/cart?x=1","headers":{"set":{},"append":{},"remove":[]}},' +
        '"response":{"headers":{"set":{},"append":{},"remove":[]}},"policies":{}}',
    );
    expect(second).toBe('{"id":"b","kind":"no-route","status":404}');
  });

  it('passes lines on before more input comes', async () => {
    const stdin = [requests({ id: 'a', url: cart }), requests({ id: 'b', url: cart }, { id: 'c', url: cart })];
    const io = fakeIo({ files, stdin });
    expect(await run(['eval', '-f', 'shop/web.yaml'], io)).toBe(0);
    expect(io.pieces.map((piece) => piece.split('\n').length - 1)).toEqual([1, 2]);
  });

  it('reads requests from a file, and manifests then from standard input', async () => {
    const stdin = shop;
    const world = { stdin, files: { 'requests.jsonl': `${requests({ url: cart })}\n\n${requests({ url: cart })}`.trimEnd() } };
    const { status, lines } = await evaluate(['-f', '-', '--requests', 'requests.jsonl'], world);
    expect(status).toBe(0);
    expect(lines).toHaveLength(2);
  });

  it('refuses to read both from standard input', async () => {
    const { status, err } = await evaluate(['-f', '-'], { stdin: shop });
    expect(status).toBe(2);
    expect(err).toMatch(/^ingresskit: standard input cannot hold both .*--requests\n$/);
  });

  it('takes the classes it is told, and all without being told', async () => {
    const stdin = requests({ url: 'http://other.example.com/' });
    const all = await evaluate(['-f', 'shop'], { stdin });
    const chosen = await evaluate(['-f', 'shop', '--ingress-class', 'mse,nginx'], { stdin });
    const several = await evaluate(['-f', 'shop', '--ingress-class', 'mse, elsewhere'], { stdin });
    expect([all, chosen, several].map(({ lines }) => (lines[0] as { kind: string }).kind)).toEqual(['forward', 'no-route', 'forward']);
  });

  it('draws by seed and place, so that a run can be repeated', async () => {
    const stdin = requests(...Array.from({ length: 40 }, () => ({ url: cart })));
    const argv = ['-f', 'shop/web.yaml', '--seed'];
    const [one, again, two, none, zero] = [
      await evaluate([...argv, '1'], { stdin }),
      await evaluate([...argv, '1'], { stdin }),
      await evaluate([...argv, '2'], { stdin }),
      await evaluate(['-f', 'shop/web.yaml'], { stdin }),
      await evaluate([...argv, '0'], { stdin }),
    ];
    expect(one.out).toBe(again.out);
    expect(one.out).not.toBe(two.out);
    expect(none.out).toBe(zero.out);
    const services = new Set(one.lines.map((line) => (line as { backend: { service: string } }).backend.service));
    expect([...services].sort()).toEqual(['cart', 'cart-v2']);
  });

  it('gives a request the same draw whatever the requests before it were', async () => {
    const last = { id: 'last', url: cart };
    const filler = Array.from({ length: 9 }, () => ({ url: cart }));
    const drawn = filler.map((request) => ({ ...request, draw: 0.5 }));
    const [a, b] = [
      await evaluate(['-f', 'shop'], { stdin: requests(...filler, last) }),
      await evaluate(['-f', 'shop'], { stdin: requests(...drawn, last) }),
    ];
    expect(a.lines.at(-1)).toEqual(b.lines.at(-1));
  });

  it('adds the steps of the walk with --trace', async () => {
    const stdin = requests({ id: 'a', url: cart, draw: 0.1 });
    const [plain, traced] = [
      await evaluate(['-f', 'shop/web.yaml'], { stdin }),
      await evaluate(['-f', 'shop/web.yaml', '--trace'], { stdin }),
    ];
    const { trace, ...rest } = traced.lines[0] as { trace: { stage: string }[] };
    expect(rest).toEqual(plain.lines[0]);
    expect(trace.map(({ stage }) => stage)).toEqual(expect.arrayContaining(['request', 'host', 'route', 'backend', 'address']));
    expect(Object.keys(traced.lines[0] as object).at(-1)).toBe('trace');
  });

  it('writes diagnostics to standard error, as text or as JSON Lines', async () => {
    const stdin = requests({ url: cart });
    const text = await evaluate(['-f', 'shop'], { stdin });
    expect(text.err).toMatch(/^warning {2}annotation\/unknown .*shop\/other\.yml:7:5\n/);
    expect(text.err).toContain('7 |     nginx.ingress.kubernetes.io/cors-max-ages: "600"');
    const json = await evaluate(['-f', 'shop', '--diagnostics', 'json'], { stdin });
    expect(json.lines).toEqual(text.lines);
    const [first] = json.err.trimEnd().split('\n');
    expect(JSON.parse(first ?? '')).toMatchObject({
      code: 'annotation/unknown',
      severity: 'warning',
      object: { kind: 'Ingress', namespace: 'shop', name: 'other' },
      span: { file: 'shop/other.yml', line: 7, column: 5 },
    });
  });

  it.each<readonly [string, string]>([
    [`${requests({ url: cart })}{"url":\n`, 'stdin:2:8: the JSON ends too early'],
    [`\n\n {"url":"http://a/","draw":2}\n`, 'stdin:3:28: "draw" must be a number from 0 to below 1'],
    ['hello\n', 'stdin:1:1: this is not JSON'],
    ['[]', 'stdin:1:1: a request must be a JSON object'],
    ['{}', 'stdin:1:1: the request has no "url"'],
  ])('ends with 2 at a line it cannot use: %j', async (stdin, message) => {
    const { status, err, lines } = await evaluate(['-f', 'shop/web.yaml'], { stdin });
    expect(status).toBe(2);
    expect(err).toBe(`ingresskit: ${message}\n`);
    // What was asked before is answered.
    expect(lines).toHaveLength(stdin.startsWith('{"url":"http://shop') ? 1 : 0);
  });

  it.each<readonly [readonly string[], string]>([
    [[], 'name the manifests with -f'],
    [['-f', 'missing.yaml'], 'missing.yaml: no such file or folder'],
    [['-f', 'shop', '--requests', 'missing.jsonl'], 'missing.jsonl: no such file or folder'],
    [['-f', 'bad.yaml'], 'bad.yaml:4:1: '],
    [['-f', 'shop', '--profile', 'traefik'], 'there is no profile "traefik"; available: '],
    [['-f', 'shop', '--config', 'options.yaml'], '--config belongs to --profile ingress-nginx'],
    [['-f', 'shop', '--seed', 'x'], '--seed must be an integer'],
    [['-f', 'shop', '--diagnostics', 'xml'], "option '--diagnostics <format>' argument 'xml' is invalid"],
    [['-f', 'shop', '--frobnicate'], "unknown option '--frobnicate'"],
    [['-f', 'shop', 'shop'], 'Manifests are named with -f'],
  ])('ends with 2 and one line for %j', async (argv, message) => {
    const { status, err, out } = await evaluate(argv, { stdin: requests({ url: cart }) });
    expect(status).toBe(2);
    expect(out).toBe('');
    expect(err).toContain(message);
    expect(err.startsWith('ingresskit: ')).toBe(true);
    expect(err.trimEnd().split('\n')).toHaveLength(1);
  });

  it('ends quietly when its reader has gone', async () => {
    const stdin = [requests({ url: cart }), requests({ url: cart }), requests({ url: cart })];
    const io = fakeIo({ files, stdin, readerLeavesAfter: 1 });
    expect(await run(['eval', '-f', 'shop/web.yaml'], io)).toBe(0);
    expect(io.pieces).toHaveLength(1);
    expect(io.err()).toBe('');
  });

  it('says on a terminal what it waits for', async () => {
    const { err } = await evaluate(['-f', 'shop/web.yaml'], { isTTY: { stdin: true } });
    expect(err).toContain('Reading requests from standard input');
  });

  it('takes an empty input for no requests', async () => {
    expect(await evaluate(['-f', 'shop/web.yaml'], { stdin: '' })).toEqual({ status: 0, lines: [], out: '', err: '' });
  });
});
