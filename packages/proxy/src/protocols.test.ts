import { expect, test } from 'vitest';
import { startBackend } from './testing/backend.ts';
import { compiled, ingressYaml, serviceYaml, startProxy } from './testing/harness.ts';

test('a backend whose protocol is not spoken here gets nothing, least of all plain HTTP', async () => {
  const backend = await startBackend();
  const manifests = ingressYaml('php', 'php.example', { '/': 'php' }, { 'backend-protocol': 'FCGI' }) + serviceYaml('php');
  const running = await startProxy(compiled(manifests, { 'default/php:80': [backend.endpoint] }, 'ingress-nginx'));
  try {
    const response = await running.proxy.fetch('http://php.example/');
    await response.text();
    expect(response.status).toBe(502);
    expect(running.records.at(-1)).toMatchObject({ flags: ['UPE'], details: 'upstream_protocol_not_spoken' });
    expect(backend.seen).toHaveLength(0);
  } finally {
    await running.close();
    await backend.close();
  }
});
