import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';

/** What every server of the benchmark is told on its command line. */
export interface ServerArguments {
  /** Port of the backend. */
  readonly backend: number;
  readonly port: number;
  readonly tls: boolean;
  /** Routes to load, where the server has routes. */
  readonly routes: number;
  /** Whether routes carry the typical set of policies. */
  readonly policies: boolean;
}

const { values } = parseArgs({
  options: {
    backend: { type: 'string', default: '0' },
    port: { type: 'string', default: '0' },
    tls: { type: 'boolean', default: false },
    routes: { type: 'string', default: '1' },
    policies: { type: 'boolean', default: false },
    certificate: { type: 'string', default: '' },
  },
});

/** Reads the command line. */
export function serverArguments(): ServerArguments {
  const { backend, port, tls, routes, policies } = values;
  return { backend: Number(backend), port: Number(port), tls, routes: Number(routes), policies };
}

/** Key and certificate from the file `--certificate` names (both in one PEM file, as HAProxy wants it). */
export function certificateOf(): { readonly key: string; readonly cert: string } {
  const pem = readFileSync(values.certificate, 'utf8');
  return { key: pem, cert: pem };
}
