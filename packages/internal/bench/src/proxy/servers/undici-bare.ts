// The floor of cost on Node: node:http in front, undici's dispatch behind, nothing between. No routing, no policy, no safety.
import { createServer } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { type Dispatcher, Pool } from 'undici';
import { certificateOf, type ServerArguments, serverArguments } from './server-arguments.ts';

const { backend, port, tls }: ServerArguments = serverArguments();
const pool = new Pool(`http://127.0.0.1:${backend}`, { connections: 128, pipelining: 1 });

const listener: Parameters<typeof createServer>[1] = (request, response) => {
  const options: Dispatcher.DispatchOptions = {
    path: request.url ?? '/',
    method: request.method as Dispatcher.HttpMethod,
    headers: withoutConnection(request.rawHeaders),
    body: request.method === 'GET' ? null : request,
  };
  let resume: () => void;
  pool.dispatch(options, {
    onConnect: () => undefined,
    onHeaders(status, headers, onDrain) {
      resume = onDrain;
      response.writeHead(status, headers.map(String));
      return true;
    },
    onData(chunk) {
      const goOn = response.write(chunk);
      if (!goOn) response.once('drain', resume);
      return goOn;
    },
    onComplete: () => void response.end(),
    onError: () => void response.writeHead(502).end(),
  });
};

function withoutConnection(raw: readonly string[]): string[] {
  const kept: string[] = [];
  for (let index = 0; index < raw.length; index += 2) {
    const name = raw[index] as string;
    if (name.length === 10 && name.toLowerCase() === 'connection') continue;
    kept.push(name, raw[index + 1] as string);
  }
  return kept;
}

const server = tls ? createTlsServer(certificateOf(), listener) : createServer(listener);
server.listen(port, '127.0.0.1', () => console.log(`ready ${(server.address() as { port: number }).port}`));
