import { Agent, createServer } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { createProxyServer } from 'httpxy';
import { certificateOf, serverArguments } from './server-arguments.ts';

const { backend, port, tls } = serverArguments();
const proxy = createProxyServer({ target: `http://127.0.0.1:${backend}`, agent: new Agent({ keepAlive: true, maxSockets: 128 }) });
const server = tls
  ? createTlsServer(certificateOf(), (request, response) => void proxy.web(request, response).catch(() => response.destroy()))
  : createServer((request, response) => void proxy.web(request, response).catch(() => response.destroy()));
server.listen(port, '127.0.0.1', () => console.log(`ready ${(server.address() as { port: number }).port}`));
