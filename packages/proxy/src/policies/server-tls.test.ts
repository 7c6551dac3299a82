import { once } from 'node:events';
import { connect } from 'node:tls';
import { afterEach, expect, it } from 'vitest';
import { createAuthority, tlsSecretYaml } from '../testing/certificates.ts';
import { compiled, ingressYaml, serviceYaml, startProxy } from '../testing/harness.ts';
import { Stage } from '../testing/stage.ts';

const stage = new Stage();
afterEach(() => stage.close());

it.each([
  ['true', 'ECDHE-ECDSA-AES256-GCM-SHA384'],
  ['false', 'ECDHE-ECDSA-AES128-GCM-SHA256'],
])('ssl-prefer-server-ciphers %s: of two suites that both have, %s', async (value, suite) => {
  const web = await stage.backend();
  const pair = await (await createAuthority()).issue('a.example');
  const annotations = {
    'ssl-ciphers': 'ECDHE-ECDSA-AES256-GCM-SHA384:ECDHE-ECDSA-AES128-GCM-SHA256',
    'ssl-prefer-server-ciphers': value,
  };
  const manifests = ingressYaml('web', 'a.example', { '/': 'web' }, annotations, 'tls') + serviceYaml('web') + tlsSecretYaml('tls', pair);
  const running = await startProxy(compiled(manifests, { 'default/web:80': [web.endpoint] }, 'ingress-nginx'), {}, [
    { port: 0, tls: true },
  ]);
  const socket = connect({
    port: running.tlsPort,
    host: '127.0.0.1',
    servername: 'a.example',
    rejectUnauthorized: false,
    maxVersion: 'TLSv1.2',
    ciphers: 'ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-ECDSA-AES256-GCM-SHA384',
  });
  await once(socket, 'secureConnect');
  expect(socket.getCipher().name).toBe(suite);
  socket.destroy();
  await running.close();
});
