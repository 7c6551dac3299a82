import type { Profile } from '@ingresskit/annotations';
import { profiles } from 'ingresskit';
import { expect, test } from 'vitest';
import { startBackend } from './testing/backend.ts';
import { compiled, ingressYaml, serviceYaml, startProxy } from './testing/harness.ts';

test('a backend whose protocol is not spoken here gets nothing, least of all plain HTTP', async () => {
  const backend = await startBackend();
  // No gateway that is built in has AJP; a profile of somebody's own may.
  const base = profiles['ingress-nginx'] as Profile;
  const profile: Profile = {
    ...base,
    name: 'with-ajp',
    settings: { ...base.settings, 'backend-protocol': { protocols: ['HTTP', 'AJP'] } },
  };
  const manifests = ingressYaml('java', 'java.example', { '/': 'java' }, { 'backend-protocol': 'AJP' }) + serviceYaml('java');
  const running = await startProxy(compiled(manifests, { 'default/java:80': [backend.endpoint] }, profile), { profile });
  try {
    const response = await running.proxy.fetch('http://java.example/');
    await response.text();
    expect(response.status).toBe(502);
    expect(running.records.at(-1)).toMatchObject({ flags: ['UPE'], details: 'upstream_protocol_not_spoken' });
    expect(backend.seen).toHaveLength(0);
  } finally {
    await running.close();
    await backend.close();
  }
});
