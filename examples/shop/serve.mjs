// `npm run shop`: serves the shop on this machine, with an echo behind every Service, and prints requests to try. Ctrl-C ends everything.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import process from 'node:process';
import { nodeProgram, root, run } from '../../scripts/workspace.mjs';

console.log('Building the packages (the first time takes up to a minute) …');
const built = run(nodeProgram('turbo'), ['run', 'build', '--output-logs=errors-only', '--log-order=grouped']);
if (built.status !== 0) {
  console.error(built.output);
  process.exit(built.status);
}

const { startEcho } = await import('./echo.ts');
const { compileShop, readyPorts } = await import('./shop.ts');

const http = 8080;
const https = 8443;
const admin = 9090;
const echoes = await Promise.all(readyPorts(compileShop().table).map(async (key) => ({ key, echo: await startEcho(key) })));
const words = [
  ...['serve', '-f', 'examples/shop'],
  ...['--listen', `127.0.0.1:${http}`, '--listen-tls', `127.0.0.1:${https}`, '--admin', `127.0.0.1:${admin}`],
  ...echoes.flatMap(({ key, echo }) => ['--endpoint', `${key}=127.0.0.1:${echo.port}`]),
];
console.log(`\n$ ingresskit ${words.join(' ').replaceAll(' --', ' \\\n    --')}\n`);

const commands = `
Ask it from another terminal; an echo tells what reached the Service:

  # TLS, by SNI (the example's Secrets hold no certificate, so the gateway shows one of its own)
  curl -ik --resolve shop.example.com:${https}:127.0.0.1 https://shop.example.com:${https}/bags

  # canary: testers get cart-next, everybody else one time in ten
  curl -i -H 'x-canary: always' --resolve shop.example.com:${http}:127.0.0.1 http://shop.example.com:${http}/cart

  # basic authentication: 401 without the password
  curl -ik -u alice:wonderland --resolve shop.example.com:${https}:127.0.0.1 https://shop.example.com:${https}/admin

  # redirects
  curl -i --resolve old.example.com:${http}:127.0.0.1 http://old.example.com:${http}/bags

  # CORS: the answer to a preflight
  curl -i -X OPTIONS -H 'origin: https://www.example.com' -H 'access-control-request-method: GET' \\
    --resolve api.example.com:${http}:127.0.0.1 http://api.example.com:${http}/v1/items

  # and how it is doing
  curl http://127.0.0.1:${admin}/metrics

Why an answer is what it is: ingresskit explain -f examples/shop URL. Ctrl-C ends everything.
`;

// In a process group of its own a Ctrl-C reaches it once, through this script, and it drains.
const gateway = spawn(process.execPath, [join(root, 'packages/cli/dist/bin.js'), ...words], {
  cwd: root,
  stdio: ['ignore', 'pipe', 'inherit'],
  detached: process.platform !== 'win32',
});
process.on('exit', () => gateway.kill());
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => gateway.kill('SIGTERM'));
gateway.stdout.setEncoding('utf8').on('data', (text) => {
  process.stdout.write(text);
  if (text.startsWith('ready ')) console.log(commands);
});

const [status] = await once(gateway, 'exit');
await Promise.all(echoes.map(({ echo }) => echo.close()));
process.exitCode = status ?? 1;
