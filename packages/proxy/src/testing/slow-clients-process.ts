import { connect, type Socket } from 'node:net';
import process from 'node:process';
import type { SlowNews, Slowness } from './slow-clients.ts';

/** Connections that are opened at once: not more than a queue for new ones holds, since the system forgets what is beyond it in silence. */
const atOnce = 100;
const dripMs = 1_000;
const dripping = new Map<Socket, string>();
let open = 0;

function tell(news: SlowNews): void {
  process.send?.(news);
}

/** Opens a connection; resolves when it is open, or will never be. */
function hold({ port, opening, piece, reads }: Slowness): Promise<void> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.on('error', () => undefined);
    socket.once('connect', () => {
      open += 1;
      if (opening !== '') socket.write(Buffer.from(opening, 'latin1'));
      if (piece !== undefined) dripping.set(socket, piece);
      if (reads) socket.resume();
      socket.once('close', () => {
        open -= 1;
        if (isFull && open === 0) tell({ kind: 'ended' });
      });
      resolve();
    });
    socket.once('close', () => {
      dripping.delete(socket);
      resolve();
    });
  });
}

let isFull = false;
process.once('message', async (kinds: readonly Slowness[]) => {
  setInterval(() => {
    for (const [socket, piece] of dripping) socket.write(piece);
  }, dripMs);
  const wanted = kinds.flatMap((kind) => Array.from({ length: kind.count }, () => kind));
  await Promise.all(
    Array.from({ length: atOnce }, async () => {
      for (let next = wanted.pop(); next !== undefined; next = wanted.pop()) await hold(next);
    }),
  );
  isFull = true;
  tell({ kind: 'full', open });
  if (open === 0) tell({ kind: 'ended' });
});
process.once('disconnect', () => process.exit());
