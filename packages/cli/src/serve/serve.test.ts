import { once } from 'node:events';
import { request as httpsRequest } from 'node:https';
import { connect } from 'node:net';
import process from 'node:process';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ask, childrenOf, type Stage, setStage, stop, webManifests } from '../testing/serving.ts';
import { readEndpoints, readHostPort } from './addresses.ts';

let stage: Stage;
beforeEach(async () => {
  stage = await setStage();
});
afterEach(() => stage.close());

async function askTls(port: number, path: string): Promise<number> {
  return await new Promise<number>((done, fail) => {
    httpsRequest(
      { host: '127.0.0.1', port, path, servername: 'a.example', headers: { host: 'a.example' }, rejectUnauthorized: false, agent: false },
      (response) => {
        response.resume();
        done(response.statusCode ?? 0);
      },
    )
      .on('error', fail)
      .end();
  });
}

describe('serve', () => {
  it('serves over HTTP and HTTPS, says how it is, and drains', async () => {
    const serving = await stage.serve([]);
    expect(await ask(serving.http, '/old/x?y')).toBe('200 GET /old/x?y');
    expect(await ask(serving.http, '/other')).toBe('404 ');
    expect(await askTls(serving.https, '/old')).toBe(200);
    expect((await fetch(`http://127.0.0.1:${serving.admin}/readyz`)).status).toBe(200);
    const metrics = await (await fetch(`http://127.0.0.1:${serving.admin}/metrics`)).text();
    expect(metrics).toContain(
      'http_server_requests_total{http_route="default/web /old",http_request_method="GET",http_response_status_code="200"} 2',
    );
    expect(metrics).toMatch(/mseingress_snapshot_digest_info\{digest="[0-9a-f]{64}"\} 1/);
    expect(await stop(serving)).toBe(0);
  });

  it('gives up where workers end before they serve', async () => {
    const child = stage.start(['serve', '-f', '.', '--listen', '127.0.0.1:0', '--workers', '2'], {
      NODE_OPTIONS: '--import=data:text/javascript,import%20cluster%20from%22node:cluster%22;if(cluster.isWorker)process.exit(3)',
    });
    let errors = '';
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      errors += text;
    });
    const [status] = (await once(child, 'close')) as [number | null];
    expect([status, errors]).toEqual([2, expect.stringContaining('the workers end before they serve')]);
  });

  it('--watch serves what changes, and keeps the last good table', async () => {
    const serving = await stage.serve(['--watch']);
    expect(await ask(serving.http, '/new')).toBe('404 ');
    stage.write(webManifests('/new'));
    await serving.said('the new table is served');
    expect(await ask(serving.http, '/new')).toBe('200 GET /new');
    stage.write('{ no yaml');
    await serving.said('still served');
    expect(await ask(serving.http, '/new')).toBe('200 GET /new');
    expect(await stop(serving)).toBe(0);
  });

  it('--workers share ports, limits and metrics, and end together', async () => {
    stage.write(
      webManifests(
        '/',
        '{ nginx.ingress.kubernetes.io/route-limit-rpm: "6", mse.ingress.kubernetes.io/route-limit-rpm: "6", mse.ingress.kubernetes.io/route-limit-burst-multiplier: "1" }',
      ),
    );
    const serving = await stage.serve(['--workers', '2']);
    const statuses: string[] = [];
    for (let index = 0; index < 12; index++) statuses.push((await ask(serving.http, '/')).slice(0, 3));
    expect(statuses.filter((status) => status === '200')).toHaveLength(6);
    expect(statuses.filter((status) => status === '429')).toHaveLength(6);
    const metrics = await (await fetch(`http://127.0.0.1:${serving.admin}/metrics`)).text();
    expect(metrics).toMatch(/http_server_requests_total\{[^}]*http_response_status_code="200"\} 6/);
    expect(metrics).toMatch(/http_server_requests_total\{[^}]*http_response_status_code="429"\} 6/);
    expect(await stop(serving)).toBe(0);
  });

  it.runIf(process.platform === 'linux')('--workers: one that dies is replaced, and nobody is turned away', async () => {
    const serving = await stage.serve(['--workers', '2']);
    const workers = (): readonly string[] => childrenOf(serving);
    const [first, second] = workers();
    process.kill(Number(first), 'SIGKILL');
    await serving.said('a worker ended (SIGKILL); another one is started');
    expect(await ask(serving.http, '/old')).toBe('200 GET /old');
    await serving.said('the worker that was started serves');
    expect(workers()).toHaveLength(2);
    // Without the other old one it is the new one that answers.
    process.kill(Number(second), 'SIGKILL');
    while (workers().includes(second ?? '')) await new Promise(setImmediate);
    expect(await ask(serving.http, '/old')).toBe('200 GET /old');
    expect(await stop(serving)).toBe(0);
  });

  it('--max-connections: one too many is closed', async () => {
    const serving = await stage.serve(['--max-connections', '1']);
    const first = connect(serving.http, '127.0.0.1');
    await once(first, 'connect');
    const second = connect(serving.http, '127.0.0.1').on('error', () => undefined);
    await once(second.resume(), 'close');
    first.destroy();
    expect(await stop(serving)).toBe(0);
  });

  it('ends with status 2 when it cannot listen', async () => {
    const words = ['serve', '-f', '.', '--listen'];
    const taken = `127.0.0.1:${stage.backendPort}`;
    const several = ['--workers', '2'];
    const admin = ['127.0.0.1:0', '--admin', taken];
    for (const more of [[taken], [taken, ...several], admin, [...admin, ...several]]) {
      const child = stage.start([...words, ...more]);
      let errors = '';
      let said = '';
      child.stderr?.setEncoding('utf8').on('data', (text: string) => (errors += text));
      child.stdout?.setEncoding('utf8').on('data', (text: string) => (said += text));
      const [status] = (await once(child, 'close')) as [number];
      expect([status, said, errors]).toEqual([2, '', expect.stringMatching(/^[^\n]*EADDRINUSE[^\n]*\n$/)]);
    }
  });
});

describe('addresses', () => {
  it.each([
    ['127.0.0.1:80', { host: '127.0.0.1', port: 80 }],
    ['8080', { host: '127.0.0.1', port: 8080 }],
    [':8080', { host: '127.0.0.1', port: 8080 }],
    ['[::1]:443', { host: '::1', port: 443 }],
    ['localhost:0', { host: 'localhost', port: 0 }],
  ])('%s', (text, expected) => {
    expect(readHostPort('--listen', text)).toEqual(expected);
  });
  it.each(['', 'x', '1.2.3.4:', '1.2.3.4:99999', '::1:80', 'a:b'])('%j is none', (text) => {
    expect(() => readHostPort('--listen', text)).toThrow('is not HOST:PORT');
  });
  it('endpoints gather by Service port', async () => {
    const endpoints = await readEndpoints(['a/b:80=127.0.0.1:1', 'a/b:80=[::1]:2', 'a/c:http=127.0.0.1:3']);
    expect([...endpoints]).toMatchObject([
      [
        'a/b:80',
        [
          { address: '127.0.0.1', port: 1 },
          { address: '::1', port: 2 },
        ],
      ],
      ['a/c:http', [{ port: 3 }]],
    ]);
    await expect(readEndpoints(['nonsense'])).rejects.toThrow('is not NAMESPACE/SERVICE:PORT=HOST:PORT');
  });
});
