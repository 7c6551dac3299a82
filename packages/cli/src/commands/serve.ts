import cluster from 'node:cluster';
import { availableParallelism } from 'node:os';
import process from 'node:process';
import type { Command } from 'commander';
import { UnusableInput } from '../command-io.ts';
import { addManifestOptions, collect, type ManifestOptions } from '../manifest-options.ts';
import { addObserveOptions, type ObserveChoice } from '../observe-options.ts';
import { readEndpoints, readHostPort } from '../serve/addresses.ts';
import type { DataPlaneOptions } from '../serve/data-plane.ts';
import { addLimitStoreOptions, type LimitStoreChoice } from '../serve/limit-store.ts';
import { nodeProblem } from '../serve/node-floor.ts';
import { serveAlone } from '../serve/serve-alone.ts';
import { serveAsWorker } from '../serve/serve-as-worker.ts';
import { loudVariable, serveWithWorkers } from '../serve/serve-with-workers.ts';
import { statusFor } from '../serve/until-stopped.ts';
import type { CommandSpec } from './command-spec.ts';

interface ServeOptions extends ManifestOptions, LimitStoreChoice, ObserveChoice {
  readonly listen?: readonly string[];
  readonly listenTls?: readonly string[];
  readonly admin?: string;
  readonly endpoint?: readonly string[];
  readonly watch?: true;
  readonly workers: number;
  readonly maxConnections: number;
  readonly grace: number;
  readonly propagation: number;
  readonly debugEndpoints?: true;
  readonly trustedProxy?: readonly string[];
  readonly proxyProtocol?: readonly string[];
}

/** `ingresskit serve`: the machine contract of cli-contract.md §2. */
export const serveCommand: CommandSpec = {
  name: 'serve',
  summary: 'serve the manifests over HTTP and HTTPS',
  description:
    'Runs the data plane in the foreground: what explain says of a request is what happens to it here. Prints one line that begins with "ready" when every listener serves, and drains on SIGTERM.',
  examples: [
    {
      line: 'ingresskit serve -f shop/ --endpoint default/cart:80=127.0.0.1:3000',
      about: 'serve a folder, with a local process as the Service',
    },
    { line: 'ingresskit serve -f shop/ --watch --admin 127.0.0.1:9090', about: 'reload when a file changes; metrics and health beside it' },
    {
      line: 'ingresskit serve -f shop/ --limit-store redis://127.0.0.1:6379',
      about: 'count limits of the whole gateway together with others',
    },
    {
      line: 'ingresskit serve -f shop/ --listen 0.0.0.0:80 --listen-tls 0.0.0.0:443 --workers 4',
      about: 'four processes, open to the network',
    },
  ],
  declare(command: Command) {
    addObserveOptions(addLimitStoreOptions(addManifestOptions(command)))
      .option('--listen <host:port>', 'where plain HTTP comes in; repeatable (default: 127.0.0.1:8080; port 0 picks a free one)', collect)
      .option(
        '--listen-tls <host:port>',
        'where HTTPS comes in; repeatable (default: 127.0.0.1:8443, where --listen is not given either)',
        collect,
      )
      .option('--admin <host:port>', 'where /healthz, /readyz and /metrics are')
      .option('--endpoint <ns/service:port=host:port>', 'an address of a Service port; repeatable, also for one port', collect)
      .option('--watch', 'serve changes of the files without dropping a connection')
      .option('--workers <number>', 'processes that serve (0: one for each processor)', count('--workers', 256), 1)
      .option(
        '--max-connections <number>',
        'to each listener of each process; more are refused',
        count('--max-connections', 999_999, 1),
        16_384,
      )
      .option('--grace <seconds>', 'time that connections have to finish after SIGTERM', count('--grace', 86_400), 240)
      .option(
        '--propagation <seconds>',
        'how much of it new connections are still served, for load balancers to notice; at most half',
        count('--propagation', 86_400),
        0,
      )
      .option('--debug-endpoints', 'show the route table at /debug/config of --admin, without credentials')
      .option('--trusted-proxy <cidr>', 'a proxy whose X-Forwarded headers are believed; repeatable', collect)
      .option('--proxy-protocol <cidr>', 'a load balancer whose connections begin with a PROXY protocol header; repeatable', collect);
  },
  async run(given, _operands, io) {
    const options = given as unknown as ServeOptions;
    if (options.kubeconfig !== undefined) throw new UnusableInput('serve reads files; for a cluster there is ingresskit gateway');
    const isDefault = options.listen === undefined && options.listenTls === undefined;
    const { workers, grace, propagation } = options;
    const count = workers === 0 ? availableParallelism() : workers;
    if (options.file?.includes('-') === true && (options.watch === true || count > 1)) {
      throw new UnusableInput('standard input cannot be read twice; give --watch and --workers a file or a folder');
    }
    const graceMs = grace * 1_000;
    const debugEndpoints = options.debugEndpoints === true;
    const plane: DataPlaneOptions = {
      ...options,
      drain: { graceMs, propagationMs: propagation * 1_000 },
      plain: (options.listen ?? (isDefault ? ['127.0.0.1:8080'] : [])).map((text) => readHostPort('--listen', text)),
      tls: (options.listenTls ?? (isDefault ? ['127.0.0.1:8443'] : [])).map((text) => readHostPort('--listen-tls', text)),
      endpoints: await readEndpoints(options.endpoint ?? []),
      watch: options.watch === true,
      trustedProxies: options.trustedProxy ?? [],
      proxyProtocol: options.proxyProtocol ?? [],
      isLoud: !cluster.isWorker || io.env[loudVariable] === '1',
    };
    const admin = options.admin === undefined ? undefined : readHostPort('--admin', options.admin);
    const problem = cluster.isWorker ? undefined : nodeProblem(process.version);
    if (problem !== undefined) await io.stderr.write(`ingresskit: ${problem}.\n`);
    if (cluster.isWorker) return statusFor(await serveAsWorker(plane, io));
    if (count > 1) return statusFor(await serveWithWorkers({ ...options, workers: count, admin, graceMs, debugEndpoints }, io));
    return statusFor(await serveAlone({ ...options, ...plane, admin, debugEndpoints }, io));
  },
};

function count(option: string, most: number, least = 0): (text: string) => number {
  return (text) => {
    if (!/^\d{1,6}$/.test(text) || Number(text) > most || Number(text) < least)
      throw new UnusableInput(`${option} must be a whole number ${least === 0 ? '' : `from ${least} `}up to ${most}, and is "${text}"`);
    return Number(text);
  };
}
