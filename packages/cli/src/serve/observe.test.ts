import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { connect } from 'node:net';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { selfSignedCertificates } from '@ingresskit/proxy';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ask, type Serving, type Stage, setStage, stop, webManifests } from '../testing/serving.ts';

let stage: Stage;
beforeEach(async () => {
  stage = await setStage((incoming, response) => response.end(String(incoming.headers['traceparent'])));
});
afterEach(() => stage.close());

const get = async ({ admin }: Serving, path: string): Promise<string> => await (await fetch(`http://127.0.0.1:${admin}${path}`)).text();

/** A host with TLS, a password that must not show, and an Ingress that cannot be served. */
function guarded(): string {
  const [pair] = selfSignedCertificates('a.example');
  const tls = JSON.stringify({ 'tls.crt': pair?.certificate, 'tls.key': pair?.key });
  return [
    webManifests('/old', '{ nginx.ingress.kubernetes.io/auth-type: basic, nginx.ingress.kubernetes.io/auth-secret: users }').replace(
      'spec: { rules',
      'spec: { tls: [{ hosts: [a.example], secretName: shop-tls }], rules',
    ),
    'apiVersion: v1\nkind: Secret\nmetadata: { name: users }\nstringData: { auth: "alice:{SHA}5en6G6MezRroT3XKqkdPOmY/BfQ=" }\n',
    `apiVersion: v1\nkind: Secret\nmetadata: { name: shop-tls }\ntype: kubernetes.io/tls\nstringData: ${tls}\n`,
    webManifests('/closed', '{ nginx.ingress.kubernetes.io/auth-type: basic, nginx.ingress.kubernetes.io/auth-secret: missing }')
      .split('---')[0]
      ?.replace('name: web,', 'name: closed,'),
  ].join('---\n');
}

describe('serve tells', () => {
  it.each([1, 2])('what it serves, and whether it is what was last read (%i processes)', async (workers) => {
    stage.write(guarded());
    const serving = await stage.serve(['--watch', '--metrics-names', 'nginx', '--debug-endpoints', '--workers', String(workers)]);
    // A client that forgets about TLS.
    const socket = connect(serving.https, '127.0.0.1');
    socket.on('error', () => undefined).write('GET / HTTP/1.1\r\nHost: a.example\r\n\r\n');
    await once(socket.resume(), 'close');
    let metrics = '';
    while (!/^mseingress_tls_handshake_failures_total\{reason="[A-Z]\w+"\} 1$/m.test(metrics)) metrics = await get(serving, '/metrics');
    expect(metrics).toMatch(/^mseingress_config_rejected_objects\{reason="[\w-]+\/[\w-]+"\} 1$/m);
    expect(metrics).toMatch(/^mseingress_ssl_expire_time_seconds\{namespace="default",secret="shop-tls"\} 1\d{9}$/m);
    expect(metrics).toMatch(/^nginx_ingress_controller_ssl_expire_time_seconds\{.*host="a.example"\} 1\d{9}$/m);
    expect(metrics).toMatch(/^mseingress_pool_connections\{state="open"\} 0$/m);
    expect(metrics).toMatch(/^mseingress_config_last_reload_successful 1$/m);

    const config = await get(serving, '/debug/config');
    expect(JSON.parse(config)).toMatchObject({ profile: 'mse' });
    expect(config).toContain('a.example');
    expect(config).not.toMatch(/5en6G6MezRroT3XKqkdPOmY|PRIVATE KEY/);

    stage.write('{ no yaml');
    await serving.said('still served');
    while (!metrics.includes('\nmseingress_config_last_reload_successful 0')) metrics = await get(serving, '/metrics');
    expect(await stop(serving)).toBe(0);
  });

  it('only a part of its exchanges where that is asked for, and spans where an SDK is registered', async () => {
    const api = pathToFileURL(createRequire(join(import.meta.dirname, '../../../proxy/package.json')).resolve('@opentelemetry/api'));
    const context = "{ traceId: '0af7651916cd43dd8448eb211c80319c', spanId: 'b7ad6b7169203331', traceFlags: 1 }";
    const sdk = join(stage.folder, 'sdk.mjs');
    writeFileSync(
      sdk,
      `import api from '${api.href}';\napi.trace.setGlobalTracerProvider({ getTracer: () => ({ startSpan: () => api.trace.wrapSpanContext(${context}) }) });\n`,
    );
    const traced = await stage.serve(['--access-log', 'json', '--log-sample', '0'], { NODE_OPTIONS: `--import=${sdk}` });
    let text = '';
    traced.child.stdout?.on('data', (piece: string) => {
      text += piece;
    });
    expect(await ask(traced.http, '/old')).toBe('200 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01');
    expect(await ask(traced.http, '/none')).toBe('404 ');
    expect((await fetch(`http://127.0.0.1:${traced.admin}/debug/config`)).status).toBe(404);
    expect(await get(traced, '/metrics')).not.toContain('nginx_ingress');
    expect(await stop(traced)).toBe(0);
    expect(text.trim().split('\n')).toEqual([expect.stringContaining('"response_code":404')]);
  });
});
