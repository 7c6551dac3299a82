import { Agent, createServer } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import httpProxy from 'http-proxy-3';
import { certificateOf, serverArguments } from './server-arguments.ts';

const { backend, port, tls } = serverArguments();
const proxy = httpProxy.createProxyServer({
  target: `http://127.0.0.1:${backend}`,
  agent: new Agent({ keepAlive: true, maxSockets: 128 }),
});
proxy.on('error', (_error, _request, response) => void ('writeHead' in response && response.writeHead(502).end()));
const server = tls
  ? createTlsServer(certificateOf(), (request, response) => proxy.web(request, response))
  : createServer((request, response) => proxy.web(request, response));
server.listen(port, '127.0.0.1', () => console.log(`ready ${(server.address() as { port: number }).port}`));
