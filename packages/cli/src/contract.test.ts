import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import process from 'node:process';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { endpoints, host, ingressText, serviceText } from './testing/contract-manifests.ts';

// The machine contract, sentence by sentence, against the process itself: what another program sees.
const root = resolve(import.meta.dirname, '../../..');
const pinned = join(root, 'node_modules/.bin/node');
const node = existsSync(pinned) ? pinned : process.execPath;
const bin = join(import.meta.dirname, 'bin.ts');
const gateways = ['mse', 'higress', 'ingress-nginx'] as const;

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'ingresskit-contract-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

type Line = Readonly<Record<string, unknown>>;

interface Answer {
  readonly status: number | null;
  readonly lines: readonly Line[];
  readonly err: string;
}

/** Runs `eval` with files; a request without a URL asks for the one host of these manifests. */
function evaluate(files: Readonly<Record<string, string>>, requests: readonly Line[] | string, argv: readonly string[]): Promise<Answer> {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  const input =
    typeof requests === 'string'
      ? requests
      : requests.map((request) => `${JSON.stringify({ url: `http://${host}/`, ...request })}\n`).join('');
  const environment = { ...process.env, NO_COLOR: '1', NODE_OPTIONS: '' };
  const child = spawn(node, ['--conditions=@ingresskit/source', bin, 'eval', ...argv], { cwd: folder, env: environment });
  let out = '';
  let err = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (out += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (err += text));
  child.stdin.on('error', () => undefined);
  child.stdin.end(input);
  return new Promise((settle, reject) => {
    child.on('error', reject);
    child.on('close', (status) => {
      const lines = out.split('\n').filter((line) => line !== '');
      settle({ status, lines: lines.map((line) => JSON.parse(line) as Line), err });
    });
  });
}

let runs = 0;
async function decisions(manifests: string, requests: readonly Line[], ...argv: string[]): Promise<readonly Line[]> {
  // Tests run at once: each run has a file of its own.
  runs += 1;
  const file = `run-${runs}.yaml`;
  const { status, lines, err } = await evaluate({ [file]: manifests }, requests, ['-f', file, ...argv]);
  expect(status, err).toBe(0);
  expect(lines).toHaveLength(requests.length);
  return lines;
}

const web = ingressText('web') + serviceText('web');
const v1beta1 = `apiVersion: networking.k8s.io/v1beta1
kind: Ingress
metadata: { name: old, namespace: shop }
spec: { rules: [{ host: old.example.com, http: { paths: [{ path: /, backend: { serviceName: web, servicePort: http } }] } }] }
`;
const listed = JSON.stringify({
  apiVersion: 'v1',
  kind: 'List',
  items: [
    { apiVersion: 'v1', kind: 'Service', metadata: { name: 'web', namespace: 'shop' }, spec: { ports: [{ name: 'http', port: 80 }] } },
    {
      apiVersion: 'networking.k8s.io/v1',
      kind: 'Ingress',
      metadata: { name: 'listed', namespace: 'shop' },
      spec: { defaultBackend: { service: { name: 'web', port: { name: 'http' } } } },
    },
  ],
});

describe.concurrent('manifests', () => {
  it('come from files, folders and standard input, of every kind and both versions, with -f repeated', async () => {
    const files = { 'both/a.yaml': web + v1beta1, 'both/deep/b.json': listed, 'requests.jsonl': '{"url":"http://old.example.com/x"}\n' };
    const requests = [{ url: 'http://old.example.com/x' }, {}, { url: 'http://any.example.com/' }];
    const { status, lines } = await evaluate(files, requests, ['-f', 'both/a.yaml', '-f', 'both/deep']);
    expect(status).toBe(0);
    // A named port is a number where the Service tells it.
    expect(lines).toMatchObject([
      { kind: 'forward', route: { ingress: 'shop/old' }, backend: { port: 80 } },
      { kind: 'forward', route: { ingress: 'shop/web' } },
      { kind: 'forward', route: { ingress: 'shop/listed' }, backend: { port: 80 } },
    ]);
    expect((await evaluate({}, requests, ['-f', 'both'])).lines).toEqual(lines);
    const piped = await evaluate({}, web + v1beta1, ['-f', '-', '--requests', 'requests.jsonl']);
    expect([piped.status, piped.lines]).toEqual([0, [lines[0]]]);
  });

  it('of other kinds are skipped with an info diagnostic, in text and in JSON', async () => {
    const other = `${web}apiVersion: apps/v1\nkind: Deployment\nmetadata: { name: d, namespace: shop }\n`;
    const text = await evaluate({ 'other.yaml': other }, [{}], ['-f', 'other.yaml']);
    expect([text.status, text.lines.length]).toEqual([0, 1]);
    expect(text.err).toMatch(/^info .*schema\/unknown-kind .*other\.yaml:\d+:1/);
    const json = await evaluate({}, [{}], ['-f', 'other.yaml', '--diagnostics', 'json']);
    expect(
      json.err
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line) as unknown),
    ).toMatchObject([{ code: 'schema/unknown-kind', severity: 'info', span: { file: 'other.yaml', column: 1 } }]);
    expect(json.lines).toEqual(text.lines);
  });

  it.each(gateways)('without any endpoints have one for each Service, and with some none for the others, on %s', async (profile) => {
    const lone = await decisions(web, [{}], '--profile', profile);
    expect(lone).toMatchObject([{ kind: 'forward', backend: { service: 'web' } }]);
    const others = await decisions(web + endpoints('elsewhere'), [{}], '--profile', profile);
    expect(others).toMatchObject([{ kind: 'respond', status: 503, reason: 'no-endpoints', route: { ingress: 'shop/web' } }]);
    const own = await decisions(web + endpoints('web'), [{}], '--profile', profile);
    expect(own).toEqual(lone);
  });

  it.each(gateways)('with a Service that is not there answer as the profile %s does, and say so', async (profile) => {
    const { status, lines, err } = await evaluate(
      { [`gone-${profile}.yaml`]: ingressText('web') + serviceText('other') },
      [{}],
      ['-f', `gone-${profile}.yaml`, '--profile', profile],
    );
    expect(status).toBe(0);
    expect(lines[0]?.['kind']).not.toBe('forward');
    expect(lines[0]?.['status']).toBeGreaterThanOrEqual(404);
    expect(err).toContain('shop/web');
  });
});

describe.concurrent('requests', () => {
  it('keep their order, echo their id and meet every default', async () => {
    const lines = await decisions(ingressText('web', { 'whitelist-source-range': '127.0.0.1' }) + serviceText('web'), [
      { id: 'b' },
      { id: '' },
      {},
      { id: 'a', clientAddress: '203.0.113.7' },
      { url: 'http://nowhere.example.com/' },
    ]);
    expect(lines.map((line) => line['id'])).toEqual(['b', '', undefined, 'a', undefined]);
    expect(lines.map((line) => line['kind'])).toEqual(['forward', 'forward', 'forward', 'respond', 'no-route']);
    expect(lines[3]).toMatchObject({ status: 403, reason: 'ip-access', headers: {}, body: expect.any(String) });
    expect(lines[4]).toEqual({ kind: 'no-route', status: 404 });
  });

  it('may have a host of their own, headers in any case, and several values', async () => {
    const canary = ingressText('web-next', { canary: 'true', 'canary-by-header': 'X-Group' }) + serviceText('web-next');
    const lines = await decisions(web + canary, [
      { url: 'http://192.0.2.1/', headers: { Host: host, 'x-gROUP': 'always' } },
      { headers: { host: 'nowhere.example.com' } },
      { headers: { x: ['1', '2'], 'X-Group': ['always'] } },
    ]);
    expect(lines).toMatchObject([
      { kind: 'forward', route: { ingress: 'shop/web', canary: 'shop/web-next' }, backend: { service: 'web-next' }, upstream: { host } },
      { kind: 'no-route' },
      { kind: 'forward', route: { canary: 'shop/web-next' } },
    ]);
    expect(lines[0]).not.toHaveProperty('split');
  });

  it.each(gateways)('draw their weight, and see all arms in integers, on %s', async (profile) => {
    const canary = ingressText('web-next', { canary: 'true', 'canary-weight': '20' }) + serviceText('web-next');
    const lines = await decisions(web + canary, [{ draw: 0.999 }, { draw: 0 }, { draw: 0.5 }], '--profile', profile);
    const served = lines.map((line) => (line['backend'] as Line)['service']);
    expect(new Set(served)).toEqual(new Set(['web', 'web-next']));
    for (const line of lines) {
      expect(line['split']).toEqual(
        expect.arrayContaining([
          { namespace: 'shop', service: 'web', port: 80, weight: 80 },
          { namespace: 'shop', service: 'web-next', port: 80, weight: 20 },
        ]),
      );
      const isCanary = (line['backend'] as Line)['service'] === 'web-next';
      expect((line['route'] as Line)['canary']).toBe(isCanary ? 'shop/web-next' : undefined);
    }
    const seeded = ['--profile', profile, '--seed', '7'];
    const many = Array.from({ length: 30 }, () => ({}));
    expect(await decisions(web + canary, many, ...seeded)).toEqual(await decisions(web + canary, many, ...seeded));
  });

  it('over https have the name of their URL in TLS; another name there is misdirected', async () => {
    const tls = ingressText('web', {}, 'tls: [{ hosts: [shop.example.com, other.example.com] }]') + serviceText('web');
    const two = `${tls}${ingressText('other', { 'auth-tls-secret': 'shop/authorities' }).replaceAll(host, 'other.example.com')}`;
    const [plain, misdirected] = await decisions(
      two,
      [{ url: `https://${host}/` }, { url: 'https://other.example.com/', sni: host }],
      '--profile',
      'ingress-nginx',
    );
    expect(plain).toMatchObject({ kind: 'forward' });
    expect(misdirected).toMatchObject({ kind: 'respond', reason: expect.stringMatching(/^(misdirected|client-tls|denied)$/) });
  });

  it('are asked for a client certificate where one is needed', async () => {
    const bound =
      ingressText('web', { 'auth-tls-secret': 'shop/authorities', 'auth-tls-verify-client': 'optional_no_ca' }) + serviceText('web');
    const strict = bound.replace('"optional_no_ca"', '"on"');
    const secret = 'apiVersion: v1\nkind: Secret\nmetadata: { name: authorities, namespace: shop }\nstringData: { ca.crt: "none" }\n';
    const answers = await decisions(strict + secret, [{ url: `https://${host}/` }], '--profile', 'ingress-nginx');
    expect(answers[0]).toMatchObject({ kind: 'respond', reason: expect.stringMatching(/^(client-tls|denied)$/) });
  });

  it('carry what an authentication service would answer', async () => {
    const asked = ingressText('web', {
      'auth-url': 'http://auth.shop.svc.cluster.local/check',
      'auth-response-headers': 'X-User',
    });
    const manifests = asked + serviceText('web') + serviceText('auth');
    const lines = await decisions(
      manifests,
      [{ auth: { status: 200, headers: { 'X-User': 'ada' } } }, { auth: { status: 401 } }, { auth: { status: 500 } }],
      '--profile',
      'ingress-nginx',
    );
    expect(lines).toMatchObject([
      { kind: 'forward', upstream: { headers: { set: { 'x-user': 'ada' } } } },
      { kind: 'respond', status: 401, reason: 'external-auth' },
      { kind: 'respond', status: 500, reason: 'external-auth' },
    ]);
  });

  it('carry what the backend would answer', async () => {
    const custom = ingressText('web', { 'custom-http-errors': '404', 'default-backend': 'errors' });
    const lines = await decisions(
      custom + serviceText('web') + serviceText('errors'),
      [{ upstream: { status: 404, headers: {} } }, { upstream: { status: 200 } }],
      '--profile',
      'ingress-nginx',
    );
    expect(lines[0]).not.toEqual(lines[1]);
    expect(lines[1]).toMatchObject({ kind: 'forward', backend: { service: 'web' } });
  });

  it.each(gateways)('trip limits only with a time, on one clock for the run, on %s', async (profile) => {
    const name = profile === 'ingress-nginx' ? 'limit-rps' : 'mse.ingress.kubernetes.io/route-limit-rps';
    const limited =
      ingressText('web', { [name]: '1', 'limit-burst-multiplier': '1', 'mse.ingress.kubernetes.io/route-limit-burst-multiplier': '1' }) +
      serviceText('web');
    const [without, within] = [{}, { at: 0 }].map((time) => Array.from({ length: 12 }, () => time));
    const free = await decisions(limited, without ?? [], '--profile', profile);
    expect(new Set(free.map((line) => line['kind']))).toEqual(new Set(['forward']));
    const counted = await decisions(limited, [...(within ?? []), { at: 60_000 }], '--profile', profile);
    // The twin leaves these names to plugins: nothing is limited there.
    if (profile === 'higress') expect(counted.map((line) => line['kind'])).toEqual(counted.map(() => 'forward'));
    else {
      expect(counted[0]).toMatchObject({ kind: 'forward' });
      expect(counted[11]).toMatchObject({ kind: 'respond', reason: 'rate-limit' });
      expect(counted[12]).toMatchObject({ kind: 'forward' });
    }
  });
});

describe.concurrent('lines', () => {
  const text = expect.any(String) as string;
  const edits = { set: expect.any(Object) as object, append: expect.any(Object) as object, remove: expect.any(Array) as unknown[] };

  it.each(gateways)('of a forward have every field, and no other, on %s', async (profile) => {
    const [line] = await decisions(web, [{ id: 'a', url: `http://${host}/cart?x=1` }], '--profile', profile);
    expect(line).toEqual({
      id: 'a',
      kind: 'forward',
      route: { ingress: 'shop/web', host, path: '/', pathType: 'Prefix' },
      backend: { namespace: 'shop', service: 'web', port: 80 },
      upstream: { protocol: 'HTTP', host, path: '/cart?x=1', headers: edits },
      response: { headers: edits },
      policies: expect.any(Object),
    });
  });

  it('declare policies by the names of the contract', async () => {
    const shaped = ingressText('web', {
      'mse.ingress.kubernetes.io/timeout': '5',
      'proxy-next-upstream-tries': '3',
      'proxy-next-upstream': 'error timeout',
      'mse.ingress.kubernetes.io/mirror-target-service': 'shadow:80',
      affinity: 'cookie',
      'load-balance': 'round_robin',
      'mse.ingress.kubernetes.io/route-limit-rps': '10',
    });
    const [line] = await decisions(shaped + serviceText('web') + serviceText('shadow'), [{}]);
    expect(line?.['policies']).toMatchObject({
      timeoutMs: 5000,
      retry: { tries: 3, on: ['error', 'timeout'] },
      mirror: [{ service: 'shop/shadow', port: 80, percent: 100 }],
      loadBalance: 'round_robin',
      affinity: { cookie: 'INGRESSCOOKIE' },
      rateLimit: [{ perSecond: 10, burst: 50, status: 429, scope: 'route' }],
    });
  });

  it('name a subset with its backend', async () => {
    const subset = ingressText('web', {
      'mse.ingress.kubernetes.io/service-subset': 'gray',
      'mse.ingress.kubernetes.io/subset-labels': 'version v2',
    });
    const [line] = await decisions(subset + serviceText('web'), [{}]);
    expect(line?.['backend']).toEqual({ namespace: 'shop', service: 'web', port: 80, subset: 'gray' });
  });

  it('keep edits of headers apart: set, append, remove', async () => {
    const edited = ingressText('web', {
      'mse.ingress.kubernetes.io/request-header-control-update': 'x-a 1',
      'mse.ingress.kubernetes.io/request-header-control-add': 'x-b 2',
      'mse.ingress.kubernetes.io/request-header-control-remove': 'x-c',
    });
    const [line] = await decisions(edited + serviceText('web'), [{ headers: { 'x-c': 'gone' } }]);
    expect(line?.['upstream']).toMatchObject({ headers: { set: { 'x-a': '1' }, append: { 'x-b': ['2'] }, remove: ['x-c'] } });
  });

  it.each(gateways)('of a redirect, a response and a missing route have theirs, on %s', async (profile) => {
    const route = { ingress: text, host: text, path: text, pathType: text };
    const moved = ingressText('web', { 'permanent-redirect': 'https://www.example.com/new' }) + serviceText('web');
    const shut = ingressText('shut', { 'whitelist-source-range': '10.0.0.0/8' }).replaceAll(host, 'shut.example.com') + serviceText('shut');
    const lines = await decisions(
      moved + shut,
      [{}, { url: 'http://shut.example.com/' }, { url: 'http://no.example.com/' }],
      '--profile',
      profile,
    );
    expect(lines).toEqual([
      { kind: 'redirect', status: 301, location: 'https://www.example.com/new', headers: expect.any(Object), route },
      { kind: 'respond', status: 403, headers: expect.any(Object), body: text, reason: 'ip-access', route },
      { kind: 'no-route', status: 404 },
    ]);
  });

  it.each(gateways)('give the steps of the same walk with --trace, on %s', async (profile) => {
    const [plain] = await decisions(web, [{ draw: 0.1 }], '--profile', profile);
    const [traced] = await decisions(web, [{ draw: 0.1 }], '--profile', profile, '--trace');
    const { trace, ...rest } = traced ?? {};
    expect(rest).toEqual(plain);
    expect((trace as readonly unknown[]).length).toBeGreaterThan(2);
  });

  it('name the stage that answered, by the reasons of the contract', async () => {
    const manifests =
      ingressText('web', { 'enable-cors': 'true' }) +
      serviceText('web') +
      ingressText('small', { 'proxy-body-size': '1k' }).replaceAll(host, 'small.example.com') +
      serviceText('small') +
      ingressText('locked', { 'auth-type': 'basic', 'auth-secret': 'missing' }).replaceAll(host, 'locked.example.com') +
      serviceText('locked');
    const preflight = { origin: 'https://a.example', 'access-control-request-method': 'PUT' };
    const lines = await decisions(
      manifests,
      [
        { method: 'OPTIONS', headers: preflight },
        { url: 'http://small.example.com/', method: 'POST', headers: { 'content-length': '2000' } },
        { url: 'http://locked.example.com/' },
        { headers: { host: 'a b' } },
      ],
      '--profile',
      'ingress-nginx',
    );
    expect(lines.map((line) => line['reason'])).toEqual(['cors-preflight', 'body-size', 'denied', 'bad-request']);
  });
});

describe.concurrent('choices', () => {
  it('take all Ingresses without --ingress-class, and those of the classes with it', async () => {
    const classed = ingressText('web', {}, 'ingressClassName: blue') + serviceText('web');
    const [all, blue, several, red] = await Promise.all(
      [[], ['blue'], ['red,blue'], ['red']].map((names) => decisions(classed, [{}], ...names.flatMap((name) => ['--ingress-class', name]))),
    );
    expect([all, blue, several, red].map((lines) => lines?.[0]?.['kind'])).toEqual(['forward', 'forward', 'forward', 'no-route']);
  });

  it('read the options of the controller from a ConfigMap', async () => {
    const options = 'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: c, namespace: n }\ndata: { proxy-read-timeout: "9" }\n';
    const { lines } = await evaluate(
      { 'with.yaml': web, 'options.yaml': options },
      [{}],
      ['-f', 'with.yaml', '--profile', 'ingress-nginx', '--config', 'options.yaml'],
    );
    expect(lines).toMatchObject([{ policies: { readTimeoutMs: 9000 } }]);
  });

  it.each<readonly [string, string, RegExp]>([
    ['a manifest that is no YAML', 'kind: [\n', /^ingresskit: broken-\d\.yaml:\d+:\d+: .*\n$/],
    ['a request that is no JSON', '', /^ingresskit: stdin:2:\d+: .*\n$/],
  ])('end with 2 and one line that names file, line and column for %s', async (_title, manifest, message) => {
    const name = `broken-${manifest.length % 10}.yaml`;
    const { status, err } = await evaluate({ [name]: manifest === '' ? web : manifest }, `{"url":"http://${host}/"}\n{"url"\n`, [
      '-f',
      name,
    ]);
    expect(status).toBe(2);
    expect(err).toMatch(message);
  });
});
