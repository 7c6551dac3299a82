// The built command serves: `ingresskit serve` on the example prints that it is ready, answers one request as `explain` says, and drains with status 0.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer, get } from 'node:http';
import process from 'node:process';
import { setTimeout as delay } from 'node:timers/promises';
import { root } from './workspace.mjs';

const backend = createServer((request, response) => response.end(`${request.headers.host} ${request.url}`));
backend.listen(0, '127.0.0.1');
await once(backend, 'listening');

const words = [
  ...['serve', '-f', 'examples/shop', '--listen', '127.0.0.1:0', '--listen-tls', '127.0.0.1:0'],
  ...['--endpoint', `shop/catalog:80=127.0.0.1:${backend.address().port}`, '--grace', '5'],
];
const gateway = spawn(process.execPath, ['packages/cli/dist/bin.js', ...words], { cwd: root, stdio: ['ignore', 'pipe', 'inherit'] });
const ended = once(gateway, 'exit');
process.on('exit', () => gateway.kill('SIGKILL'));
const tooLong = delay(30_000, undefined, { ref: false }).then(() => Promise.reject(new Error('nothing happened for 30 seconds')));

let said = '';
gateway.stdout.setEncoding('utf8').on('data', (text) => {
  said += text;
});
while (!said.includes('\n')) {
  await Promise.race([
    once(gateway.stdout, 'data'),
    ended.then(([status]) => Promise.reject(new Error(`it ended with ${status}`))),
    tooLong,
  ]);
}
const port = /^ready http:\/\/127\.0\.0\.1:(\d+) https:/.exec(said)?.[1];
if (port === undefined) throw new Error(`not the line that says it is ready: ${said}`);

const headers = { host: 'old.example.com' };
const [answer] = await Promise.race([once(get({ host: '127.0.0.1', port, path: '/bags', headers, agent: false }), 'response'), tooLong]);
answer.resume();
console.log(`${answer.statusCode} ${answer.headers.location ?? ''}`);
if (answer.statusCode !== 301 && answer.statusCode !== 308) throw new Error('http://old.example.com/bags is not redirected');

gateway.kill('SIGTERM');
const [status] = await Promise.race([ended, tooLong]);
backend.close();
if (status !== 0) throw new Error(`it ended with ${status} after SIGTERM`);
console.log('smoke-serve: ready, answered, drained');
