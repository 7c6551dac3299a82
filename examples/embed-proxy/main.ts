import { readFileSync } from 'node:fs';
import { createGateway } from './gateway.ts';

const manifests = readFileSync(new URL('manifests.yaml', import.meta.url), 'utf8');
const proxy = createGateway(manifests, { 'default/hello:80': [{ address: '127.0.0.1', port: 3000, ready: true }] });
for (const { scheme, host, port } of await proxy.listen()) console.log(`${scheme}://${host}:${port}`);
process.once('SIGTERM', () => void proxy.drain({ graceMs: 10_000 }));
