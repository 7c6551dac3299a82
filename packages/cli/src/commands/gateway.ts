import process from 'node:process';
import { claimInstance, reportInstance } from '@ingresskit/controller';
import { type ClusterGateway, createClusterGateway, type GatewayEvent } from '@ingresskit/controller/gateway';
import { isKubernetesError, type LoadBalancerAddress } from '@ingresskit/kubernetes';
import {
  AccessLog,
  enforcementDiagnostics,
  GatewayMetrics,
  type LimitStore,
  LineWriter,
  selfSignedCertificates,
  Tracing,
} from '@ingresskit/proxy';
import { formatDiagnostics } from '@ingresskit/resources';
import { type Command, Option } from 'commander';
import { addClusterOptions, type ClusterChoice, clusterOf } from '../cluster-options.ts';
import { diagnosticPaint } from '../colors.ts';
import { type CommandIo, UnusableInput } from '../command-io.ts';
import * as exitStatus from '../exit-status.ts';
import { readGlobalOptions } from '../global-options.ts';
import { addCompileOptions, type CompileChoice, collect, compileOptionsOf } from '../manifest-options.ts';
import { addObserveOptions, type ObserveChoice } from '../observe-options.ts';
import { formatUrl, readHostPort } from '../serve/addresses.ts';
import { addLimitStoreOptions, type LimitStoreChoice, openLimitStore } from '../serve/limit-store.ts';
import { nodeProblem } from '../serve/node-floor.ts';
import { reportStderr } from '../serve/report-stderr.ts';
import { drainFor, type EndReason, statusFor, untilStopped } from '../serve/until-stopped.ts';
import type { CommandSpec } from './command-spec.ts';

interface GatewayCommandOptions extends CompileChoice, ClusterChoice, LimitStoreChoice, ObserveChoice {
  readonly listen?: readonly string[];
  readonly listenTls?: readonly string[];
  readonly admin?: string;
  readonly publishAddress?: readonly string[];
  readonly leaseNamespace?: string;
  readonly lease?: string;
  readonly events: boolean;
  readonly maxConnections: string;
  readonly grace: string;
  readonly propagation: string;
  readonly debugEndpoints?: true;
  readonly trustedProxy?: readonly string[];
  readonly proxyProtocol?: readonly string[];
  readonly instance?: string;
}

/** `ingresskit gateway`: watch source, compiler and data plane in one process. */
export const gatewayCommand: CommandSpec = {
  name: 'gateway',
  summary: 'serve the Ingresses of a cluster, and follow its changes',
  description:
    'Runs a gateway in the foreground: it watches a cluster and serves what its Ingresses say, within milliseconds of a change. Prints one line that begins with "ready" when everything has been read and the first table serves; goes on with the last table while the API server is away; drains on SIGTERM.',
  examples: [
    { line: 'ingresskit gateway --kubeconfig --ingress-class mse', about: 'the Ingresses of one class, from this machine' },
    {
      line: 'ingresskit gateway --kubeconfig --gateway edge --admin 127.0.0.1:9090',
      about: 'what an MseIngressConfig takes; readiness, metrics and digest beside it',
    },
    {
      line: 'ingresskit gateway --ingress-class mse --listen 0.0.0.0:8080 --publish-address 203.0.113.9',
      about: 'in a pod, with its address in the status of the Ingresses',
    },
  ],
  declare(command: Command) {
    addObserveOptions(addLimitStoreOptions(addCompileOptions(addClusterOptions(command, 'the cluster to follow'))))
      .option('--listen <host:port>', 'where plain HTTP comes in; repeatable (default: 127.0.0.1:8080; port 0 picks a free one)', collect)
      .option(
        '--listen-tls <host:port>',
        'where HTTPS comes in; repeatable (default: 127.0.0.1:8443, where --listen is not given either)',
        collect,
      )
      .option('--admin <host:port>', 'where /healthz, /readyz, /metrics, /debug/digest and /debug/informers are')
      .option('--publish-address <address>', 'an IP address or host name for the status of the Ingresses; repeatable', collect)
      .option(
        '--lease-namespace <name>',
        'where the Lease is by which one replica is chosen to write (default: $POD_NAMESPACE, then default)',
      )
      .option('--lease <name>', 'its name (default: ingresskit-gateway, with the class or the gateway)')
      .option('--no-events', 'write no Events about what is wrong with an Ingress')
      .option('--max-connections <number>', 'to each listener; more are refused', '16384')
      .option('--grace <seconds>', 'time that connections have to finish after SIGTERM', '240')
      .option(
        '--propagation <seconds>',
        'how much of it new connections are still served, for load balancers to notice; at most half',
        '10',
      )
      .option('--debug-endpoints', 'show the route table at /debug/config of --admin, without credentials')
      .option('--trusted-proxy <cidr>', 'a proxy whose X-Forwarded headers are believed; repeatable', collect)
      .option('--proxy-protocol <cidr>', 'a load balancer whose connections begin with a PROXY protocol header; repeatable', collect)
      .addOption(new Option('--instance <path>', 'files by which a controller knows this process').hideHelp());
  },
  async run(given, _operands, io) {
    const options = given as unknown as GatewayCommandOptions;
    // Before anything else: a controller that has given this start up may have begun another.
    if (options.instance !== undefined && !(await claimInstance(options.instance))) {
      await io.stderr.write('ingresskit: this start was given up by its controller.\n');
      return exitStatus.done;
    }
    const problem = nodeProblem(process.version);
    if (problem !== undefined) await io.stderr.write(`ingresskit: ${problem}.\n`);
    const stopped = untilStopped(io);
    const metrics = new GatewayMetrics({ nginxNames: options.metricsNames === 'nginx' });
    const limits = await openLimitStore(options, metrics, io);
    try {
      const gateway = createClusterGateway({ ...(await gatewayOptionsOf(options, limits, io)), metrics });
      return statusFor(await serveUntil(stopped, gateway, options, io));
    } finally {
      await limits?.close();
    }
  },
};

async function serveUntil(
  stopped: Promise<EndReason>,
  gateway: ClusterGateway,
  options: GatewayCommandOptions,
  io: CommandIo,
): Promise<EndReason> {
  reportStderr(gateway.proxy, io);
  const { listeners, admin } = await gateway.start().catch((error: unknown) => refuse(error));
  const urls = listeners.map((address) => formatUrl(address.scheme, address));
  if (options.instance !== undefined && admin !== undefined)
    await reportInstance(options.instance, { urls, admin: formatUrl('http', admin) });
  const ready = gateway.ready
    .then(async () => {
      const { table } = gateway.current ?? {};
      if (table !== undefined)
        await io.stderr.write(formatDiagnostics(enforcementDiagnostics(table), { color: diagnosticPaint(io, io.stderr) }));
      await io.stdout.write(`ready ${urls.join(' ')}\n`);
    })
    .catch(() => undefined);
  const reason = await stopped;
  await gateway.drain(drainFor(reason, { graceMs: Number(options.grace) * 1_000, propagationMs: Number(options.propagation) * 1_000 }));
  await ready;
  return reason;
}

async function gatewayOptionsOf(
  options: GatewayCommandOptions,
  limits: LimitStore | undefined,
  io: CommandIo,
): Promise<Parameters<typeof createClusterGateway>[0]> {
  const isDefault = options.listen === undefined && options.listenTls === undefined;
  if (!/^[1-9]\d{0,5}$/.test(options.maxConnections))
    throw new UnusableInput(`--max-connections must be a whole number from 1 up to 999999, and is "${options.maxConnections}"`);
  const common = {
    maxConnections: Number(options.maxConnections),
    ...(options.proxyProtocol === undefined ? {} : { proxyProtocol: options.proxyProtocol }),
  };
  const compile = compileOptionsOf(options);
  const tracing = Tracing.registered();
  for (const name of ['grace', 'propagation'] as const) {
    if (!/^\d{1,5}$/.test(options[name])) throw new UnusableInput(`--${name} must be a number of seconds, and is "${options[name]}"`);
  }
  const global = await readGlobalOptions(options, io);
  const admin = options.admin ?? (options.instance === undefined ? undefined : '127.0.0.1:0');
  return {
    ...compile,
    ...(global === undefined ? {} : { profile: global.profile }),
    cluster: await clusterOf(options, io),
    proxy: {
      listeners: [
        ...(options.listen ?? (isDefault ? ['127.0.0.1:8080'] : [])).map((text) => ({
          ...readHostPort('--listen', text),
          ...common,
        })),
        ...(options.listenTls ?? (isDefault ? ['127.0.0.1:8443'] : [])).map((text) => ({
          ...readHostPort('--listen-tls', text),
          ...common,
          tls: true,
        })),
      ],
      defaultCertificate: selfSignedCertificates('ingresskit.local'),
      ...(limits === undefined ? {} : { limits }),
      ...(tracing === undefined ? {} : { tracing }),
      ...(options.trustedProxy === undefined ? {} : { trustedProxies: options.trustedProxy }),
    },
    ...(options.accessLog === 'off'
      ? {}
      : {
          accessLog: new AccessLog({
            writer: new LineWriter({ stream: process.stdout }),
            format: options.accessLog,
            sample: options.logSample,
            random: Math.random,
          }),
        }),
    metrics: { nginxNames: options.metricsNames === 'nginx' },
    ...(admin === undefined ? {} : { admin: { ...readHostPort('--admin', admin), showsTable: options.debugEndpoints === true } }),
    ...(options.publishAddress === undefined ? {} : { publish: publishOf(options, options.publishAddress, io) }),
    onEvent: (event) => void log(event, io),
  };
}

function publishOf(
  options: GatewayCommandOptions,
  addresses: readonly string[],
  io: CommandIo,
): NonNullable<Parameters<typeof createClusterGateway>[0]['publish']> {
  const of = options.gateway ?? options.ingressClass?.join('-') ?? 'all';
  return {
    addresses: addresses.map(addressOf),
    namespace: options.leaseNamespace ?? io.env['POD_NAMESPACE'] ?? 'default',
    lease: options.lease ?? `ingresskit-gateway-${of}`,
    events: options.events,
  };
}

function addressOf(text: string): LoadBalancerAddress {
  return /^[\d.]+$|:/.test(text) ? { ip: text } : { hostname: text };
}

/** What an operator should see; the rest is in the metrics. */
async function log(event: GatewayEvent, io: CommandIo): Promise<void> {
  const say = (text: string): Promise<void> | void => io.stderr.write(`ingresskit: ${text}\n`);
  if (event.type === 'failed')
    await say(`internal error, please report it: ${event.error instanceof Error ? event.error.stack : String(event.error)}`);
  else if (event.type === 'write-failed') await say(`the status of an Ingress cannot be written: ${event.error.message}`);
  else if (event.type === 'status-contested') await say(`the status of ${event.ingress} belongs to ${event.managers.join(', ')}.`);
  else if (event.type === 'election' && event.event.type === 'leading') await say('this replica writes the status of the Ingresses.');
  else if (event.type === 'cluster' && event.event.type === 'degraded')
    await say(`${event.event.kind} objects cannot be read (${event.event.state}): ${event.event.error.message}`);
  else if (event.type === 'cluster' && event.event.type === 'recovered') await say(`${event.event.kind} objects can be read again.`);
}

function refuse(error: unknown): never {
  if (isKubernetesError(error)) throw new UnusableInput(error.message);
  if (error instanceof Error && /^E[A-Z]+$/.test(String((error as NodeJS.ErrnoException).code)))
    throw new UnusableInput(`cannot listen: ${error.message}`);
  throw error;
}
