import { type ChildProcess, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ProxyEvents } from './events.ts';
import { freePort } from './testing/free-port.ts';
import { compiled, ingressYaml, type Running, serviceYaml, startProxy } from './testing/harness.ts';
import { sendRaw } from './testing/raw-client.ts';

// PHP behind this data plane, and behind the nginx whose parameters it is to send.

const scripts = {
  'index.php': `<?php header('Content-Type: application/json'); ksort($_SERVER); echo json_encode(['server' => $_SERVER, 'post' => $_POST, 'body' => file_get_contents('php://input')]);`,
  'space here.php': '<?php echo "a script with a blank";',
  'digest.php': `<?php $body = file_get_contents('php://input'); echo strlen($body), ' ', hash('sha256', $body);`,
  'large.php': `<?php for ($i = 0; $i < 128; $i++) { echo str_repeat(chr(97 + $i % 26), 65536); flush(); }`,
  'log.php': `<?php error_log('something to know'); echo 'done';`,
  'moved.php': `<?php header('Location: /there'); setcookie('a', '1'); setcookie('b', '2');`,
  'missing.php': `<?php http_response_code(418); echo 'teapot';`,
};

let folder: string;
let php: ChildProcess;
let nginx: ChildProcess;
let nginxPort: number;
let running: Running;
const messages: ProxyEvents['stderr'][] = [];

function findProgram(beginning: string): string {
  for (const directory of [...(process.env['PATH'] ?? '').split(':'), '/usr/sbin', '/usr/local/sbin']) {
    try {
      const name = readdirSync(directory).find((entry) => entry.startsWith(beginning));
      if (name !== undefined) return join(directory, name);
    } catch {
      // Not every directory of the path exists.
    }
  }
  throw new Error(`${beginning} is not installed: apt-get install php-fpm nginx-light`);
}

/** Starts a server and waits until it takes connections. */
async function start(program: string, operands: readonly string[], port: number): Promise<ChildProcess> {
  const child = spawn(program, operands, { stdio: ['ignore', 'ignore', 'pipe'] });
  let output = '';
  child.stderr?.on('data', (piece: Buffer) => {
    output += String(piece);
  });
  while (child.exitCode === null) {
    const socket = connect(port, '127.0.0.1');
    const isOpen = await new Promise<boolean>((resolve) => socket.once('connect', () => resolve(true)).once('error', () => resolve(false)));
    socket.destroy();
    if (isOpen) return child;
    await new Promise(setImmediate);
  }
  throw new Error(`${program} ended with ${child.exitCode}: ${output}`);
}

async function stop(child: ChildProcess | undefined): Promise<void> {
  if (child === undefined || child.exitCode !== null) return;
  const ended = once(child, 'exit');
  child.kill('SIGTERM');
  await ended;
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ingresskit-php-'));
  await chmod(folder, 0o755);
  for (const [name, text] of Object.entries(scripts)) await writeFile(join(folder, name), text);
  await mkdir(join(folder, 'blog'));
  await writeFile(join(folder, 'blog', 'index.php'), scripts['index.php']);
  const phpPort = await freePort();
  nginxPort = await freePort();
  const user = process.getuid?.() === 0 ? 'user = root\n' : '';
  await writeFile(
    join(folder, 'php-fpm.conf'),
    `[global]\nerror_log = ${folder}/php-fpm.log\n[www]\n${user}listen = 127.0.0.1:${phpPort}\npm = static\npm.max_children = 2\nphp_admin_value[post_max_size] = 64M\nphp_admin_flag[log_errors] = on\n`,
  );
  await writeFile(
    join(folder, 'nginx.conf'),
    `daemon off;\nmaster_process off;\nerror_log stderr;\npid ${folder}/nginx.pid;\nevents {}\nhttp {\n  access_log off;\n  client_body_temp_path ${folder}/t1;\n  proxy_temp_path ${folder}/t2;\n  fastcgi_temp_path ${folder}/t3;\n  uwsgi_temp_path ${folder}/t4;\n  scgi_temp_path ${folder}/t5;\n  server {\n    listen 127.0.0.1:${nginxPort};\n    server_name a.example;\n    location / {\n      include /etc/nginx/fastcgi_params;\n      fastcgi_index index.php;\n      fastcgi_param SCRIPT_FILENAME ${folder}$fastcgi_script_name;\n      fastcgi_pass 127.0.0.1:${phpPort};\n    }\n  }\n}\n`,
  );
  php = await start(findProgram('php-fpm'), ['-F', '-R', '-n', '-y', join(folder, 'php-fpm.conf')], phpPort);
  nginx = await start(findProgram('nginx'), ['-p', folder, '-c', join(folder, 'nginx.conf'), '-e', 'stderr'], nginxPort);
  const manifests =
    ingressYaml(
      'php',
      'a.example',
      { '/': 'php' },
      { 'backend-protocol': 'FCGI', 'fastcgi-index': 'index.php', 'fastcgi-params-configmap': 'params', 'proxy-body-size': '0' },
    ) +
    serviceYaml('php') +
    `---\napiVersion: v1\nkind: ConfigMap\nmetadata: { name: params }\ndata: { SCRIPT_FILENAME: ${folder}$fastcgi_script_name }\n`;
  running = await startProxy(
    compiled(manifests, { 'default/php:80': [{ address: '127.0.0.1', port: phpPort, ready: true }] }, 'ingress-nginx'),
  );
  running.proxy.on('stderr', (message) => void messages.push(message));
});

afterAll(async () => {
  await running?.close();
  await stop(nginx);
  await stop(php);
  if (folder !== undefined) await rm(folder, { recursive: true, force: true });
});

interface Seen {
  readonly server: Readonly<Record<string, unknown>>;
  readonly post: unknown;
  readonly body: string;
}

/** What differs between two gateways, or two requests, whatever they tell a process. */
const own =
  /^(?:REMOTE_PORT|SERVER_PORT|SERVER_SOFTWARE|DOCUMENT_ROOT|REMOTE_USER|REQUEST_TIME|REQUEST_TIME_FLOAT|PATH|HOME|USER|FCGI_ROLE)$/;
/** What the request gate adds, and nginx does not. */
const added = /^HTTP_X_(?:FORWARDED_\w+|REAL_IP|REQUEST_ID|SCHEME)$/;

test.each([
  ['the index', 'GET / HTTP/1.1\r\nHost: a.example\r\n\r\n'],
  ['a script by name', 'GET /index.php?x=1&y=%20 HTTP/1.1\r\nHost: a.example\r\nAccept: */*\r\nCookie: a=b\r\nX-Mine: 1\r\n\r\n'],
  ['another spelling of a path', 'GET /x/../%62log//?p=/ HTTP/1.1\r\nHost: a.example\r\n\r\n'],
  [
    'a form',
    'POST /index.php HTTP/1.1\r\nHost: a.example\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 7\r\n\r\na=1&b=2',
  ],
  ['a body in chunks', 'PUT /index.php HTTP/1.1\r\nHost: a.example\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n'],
])('%s: PHP sees what it sees behind nginx', async (_, request) => {
  const closing = request.replace('\r\n\r\n', '\r\nConnection: close\r\n\r\n');
  const [here, there] = await Promise.all(
    [running.port, nginxPort].map(async (port) => {
      const { status, text } = await sendRaw(port, closing, { responses: 9 });
      expect(status, text).toBe(200);
      const { server, post, body } = JSON.parse(/\{.*\}/.exec(text)?.[0] ?? '') as Seen;
      const told = Object.entries(server).filter(([name]) => !own.test(name) && !added.test(name));
      return { server: Object.fromEntries(told), post, body };
    }),
  );
  // Connections are nobody's business but the gateway's.
  const {
    HTTP_CONNECTION: _connection,
    HTTP_CONTENT_TYPE: _type,
    HTTP_CONTENT_LENGTH: _length,
    HTTP_TRANSFER_ENCODING: _te,
    ...server
  } = there?.server ?? {};
  expect(here).toEqual({ ...there, server });
});

test('a script with a blank in its name', async () => {
  expect(await (await running.proxy.fetch('http://a.example/space%20here.php')).text()).toBe('a script with a blank');
});

test('bodies of many records, in both directions', async () => {
  const body = Buffer.alloc(12 * 1_048_576, 'records ');
  const digest = createHash('sha256').update(body).digest('hex');
  const sent = await running.proxy.fetch('http://a.example/digest.php', {
    method: 'POST',
    body,
    headers: { 'content-length': String(body.length), 'content-type': 'application/octet-stream' },
  });
  expect(await sent.text()).toBe(`${body.length} ${digest}`);
  const received = await (await running.proxy.fetch('http://a.example/large.php')).text();
  expect(received).toBe(Array.from({ length: 128 }, (_, index) => String.fromCharCode(97 + (index % 26)).repeat(65_536)).join(''));
});

test('statuses, redirects and cookies', async () => {
  const teapot = await running.proxy.fetch('http://a.example/missing.php');
  expect([teapot.status, await teapot.text()]).toEqual([418, 'teapot']);
  const moved = await running.proxy.fetch('http://a.example/moved.php', { redirect: 'manual' });
  expect([moved.status, moved.headers.get('location'), moved.headers.getSetCookie()]).toEqual([302, '/there', ['a=1', 'b=2']]);
  expect((await running.proxy.fetch('http://a.example/none.php')).status).toBe(404);
  const head = await running.proxy.fetch('http://a.example/index.php', { method: 'HEAD' });
  expect([head.status, await head.text()]).toEqual([200, '']);
});

test('what a script logs arrives with the owner of the gateway', async () => {
  messages.length = 0;
  expect(await (await running.proxy.fetch('http://a.example/log.php')).text()).toBe('done');
  expect(messages.map(({ text }) => text).join('')).toContain('something to know');
  expect(running.errors).toEqual([]);
});
