// What every proxy forwards to: 1 kB for GET, the size of the body for POST. Written on bare sockets so that it costs far less than any of the proxies.
import { createServer } from 'node:net';

const body = 'x'.repeat(1024);
const answer = Buffer.from(`HTTP/1.1 200 OK\r\ncontent-type: text/plain\r\ncontent-length: ${body.length}\r\n\r\n${body}`);
const endOfHead = Buffer.from('\r\n\r\n');

const server = createServer({ noDelay: true }, (socket) => {
  let pending: Buffer | undefined;
  socket.on('data', (chunk: Buffer) => {
    let data = pending === undefined ? chunk : Buffer.concat([pending, chunk]);
    let answers = 0;
    for (;;) {
      const end = data.indexOf(endOfHead);
      if (end < 0) break;
      const length = Number(/\r\ncontent-length: *(\d+)/i.exec(data.toString('latin1', 0, end))?.[1] ?? 0);
      if (data.length < end + 4 + length) break;
      data = data.subarray(end + 4 + length);
      answers++;
    }
    pending = data.length === 0 ? undefined : data;
    if (answers > 0) socket.write(answers === 1 ? answer : Buffer.concat(Array.from({ length: answers }, () => answer)));
  });
  socket.on('error', () => socket.destroy());
});
server.listen(Number(process.argv[2] ?? 0), '127.0.0.1', () => console.log(`ready ${(server.address() as { port: number }).port}`));
