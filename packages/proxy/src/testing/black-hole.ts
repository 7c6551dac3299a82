import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import type { Endpoint } from '../endpoint.ts';

const listening = `const server = require('node:net').createServer(); server.listen({ port: 0, host: '127.0.0.1', backlog: 1 }, () => console.log(server.address().port));`;

/** An endpoint that swallows connections as a firewall does: its process is stopped and its queue is full, so the kernel answers no further SYN. */
export async function startBlackHole(): Promise<{ readonly endpoint: Endpoint; close(): Promise<void> }> {
  const child = spawn(process.execPath, ['-e', listening], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [line] = (await once(child.stdout, 'data')) as [Buffer];
  const port = Number(line.toString());
  child.kill('SIGSTOP');
  const sockets: Socket[] = [];
  // More than the queue takes, on a kernel that rounds its length up.
  for (let count = 0; count < 8; count++) {
    const socket = connect(port, '127.0.0.1');
    socket.on('error', () => undefined);
    sockets.push(socket);
  }
  await once(sockets[0] as Socket, 'connect');
  return {
    endpoint: { address: '127.0.0.1', port, ready: true },
    close: async () => {
      for (const socket of sockets) socket.destroy();
      child.kill('SIGKILL');
      await once(child, 'exit');
    },
  };
}
