import httpProxy from '@fastify/http-proxy';
import { fastify } from 'fastify';
import { certificateOf, serverArguments } from './server-arguments.ts';

const { backend, port, tls } = serverArguments();
const app = fastify({ https: tls ? certificateOf() : null });
await app.register(httpProxy, {
  upstream: `http://127.0.0.1:${backend}`,
  undici: { connections: 128, pipelining: 1 },
  // The others hand the client's Host on; this one would put the upstream's in its place.
  replyOptions: { rewriteRequestHeaders: ({ headers: { host } }, headers) => ({ ...headers, ...(host === undefined ? {} : { host }) }) },
});
await app.listen({ port, host: '127.0.0.1' });
console.log(`ready ${(app.server.address() as { port: number }).port}`);
