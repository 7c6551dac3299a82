import type { ProxyOptions } from '../proxy-options.ts';
import { type Backend, startBackend } from '../testing/backend.ts';
import { createAuthority } from '../testing/certificates.ts';
import { compiled, ingressYaml, type Running, serviceYaml, startProxy } from '../testing/harness.ts';
import type { RawAnswer } from '../testing/raw-client.ts';
import { sendRaw } from '../testing/raw-client.ts';

/** A proxy in front of a strict echo, for tests that must not reach it. */
export interface Guarded {
  readonly running: Running;
  readonly backend: Backend;
  send(bytes: string | readonly string[], responses?: number): Promise<RawAnswer>;
  /** Requests that reached the backend while the callback ran. */
  reached(run: () => Promise<unknown>): Promise<number>;
  close(): Promise<void>;
}

/** `a.example` has one route; below `/admin` a password is needed (alice, secret). */
export const guardedManifests: string =
  ingressYaml('web', 'a.example', { '/': 'web' }) +
  ingressYaml('admin', 'a.example', { '/admin': 'web' }, { 'auth-type': 'basic', 'auth-secret': 'users' }) +
  serviceYaml('web') +
  `---\napiVersion: v1\nkind: Secret\nmetadata: { name: users }\nstringData: { auth: "alice:{SHA}5en6G6MezRroT3XKqkdPOmY/BfQ=" }\n`;

export async function startGuarded(
  options: ProxyOptions = {},
  manifests: string = guardedManifests,
  listeners?: ProxyOptions['listeners'],
): Promise<Guarded> {
  const backend = await startBackend();
  const running = await startProxy(compiled(manifests, { 'default/web:80': [backend.endpoint] }), options, listeners);
  return {
    running,
    backend,
    send: (bytes, responses = 1) => sendRaw(running.port, bytes, { responses }),
    async reached(run) {
      // What an earlier test left under way must not count here.
      while (running.proxy.report().exchanges > 0) await new Promise(setImmediate);
      await sendRaw(running.port, request([], '', 'GET', '/marker'));
      const before = backend.seen.length;
      await run();
      return backend.seen.length - before;
    },
    async close() {
      await running.close();
      await backend.close();
    },
  };
}

/** One with TLS as well, and deadlines that nobody lives to see: what is ended is ended for what it sends. */
export async function startPatient(): Promise<Guarded> {
  const never = 3_600_000;
  return await startGuarded(
    {
      defaultCertificate: await (await createAuthority()).issue('default.example'),
      timeouts: { headersMs: never, keepAliveMs: never, streamIdleMs: never, clientStallMs: never, bodyIdleMs: never },
    },
    undefined,
    [{ port: 0 }, { port: 0, tls: true }],
  );
}

/** A request with the given extra header lines. */
export function request(lines: readonly string[], body = '', method = 'POST', target = '/'): string {
  return `${method} ${target} HTTP/1.1\r\nHost: a.example\r\n${lines.map((line) => `${line}\r\n`).join('')}\r\n${body}`;
}
