import { isLabel, isPortNumber, isServiceName, quote } from '@ingresskit/resources';
import type { Codec } from '../codec.ts';
import { invalid, parsed } from '../codec.ts';

/** One line of a destination. */
export interface WeightedService {
  /** In percent, as written; the sum over the lines may be anything. */
  readonly weight: number;
  readonly service: string;
  /** Absent: the Ingress's own. */
  readonly namespace?: string;
  /** Absent: the Service's only port. */
  readonly port?: number;
  readonly subset?: string;
}

const maxLines = 100;
const help = 'Write lines such as "80% cart.default.svc.cluster.local:80".';

/**
 * Weighted Services, one `[N%] name[.namespace[.svc[.cluster.local]]][:port] [subset]` a line (mse.md §2.2, higress.md §5). Without a percentage the weight is
 * 100. A malformed line makes the whole value invalid. Stricter than the twin: what stands after a colon must be a port, and every name a Service's.
 */
export function weightedBackends(): Codec<readonly WeightedService[]> {
  return codec;
}

const codec: Codec<readonly WeightedService[]> = {
  grammar: 'lines of [N%] name[.namespace[.svc[.cluster.local]]][:port] [subset]',
  parse(text) {
    const services: WeightedService[] = [];
    for (const raw of text.split('\n')) {
      const line = raw.trim();
      if (line === '') continue;
      if (services.length === maxLines) return invalid(`has more than ${maxLines} lines`, 'List fewer Services.');
      const service = line.length > maxLineLength ? 'is too long a line' : readLine(line);
      if (typeof service === 'string') return invalid(`has a line that ${service}: ${quote(line, 80)}`, help);
      services.push(service);
    }
    return services.length === 0 ? invalid('names no Service', help) : parsed(services);
  },
};

const maxLineLength = 512;

function readLine(line: string): WeightedService | string {
  const words = line.split(/\s+/);
  let weight = 100;
  const percent = /^([0-9]{1,3})%$/.exec(words[0] ?? '');
  if (percent !== null) {
    weight = Number(percent[1]);
    if (weight > 100) return 'has a weight above 100%';
    words.shift();
  } else if (words[0]?.includes('%') === true) return 'has a weight that is not a whole percentage';
  const [address, subset, ...rest] = words;
  if (address === undefined) return 'names no Service';
  if (rest.length > 0) return 'has more than a weight, a Service and a subset';
  if (subset !== undefined && !subsetName.test(subset)) return 'has a subset that is not a label value';
  const target = readAddress(address);
  if (typeof target === 'string') return target;
  return { weight, ...target, ...(subset === undefined ? {} : { subset }) };
}

const subsetName = /^[A-Za-z0-9](?:[A-Za-z0-9._-]{0,61}[A-Za-z0-9])?$/;

function readAddress(address: string): Pick<WeightedService, 'service' | 'namespace' | 'port'> | string {
  const [name = '', portText, ...more] = address.split(':');
  const port = portText === undefined ? undefined : /^[0-9]{1,5}$/.test(portText) ? Number(portText) : Number.NaN;
  if (more.length > 0 || (port !== undefined && !isPortNumber(port))) return 'has a port that is not a number from 1 to 65535';
  const [service = '', namespace, ...suffix] = name.split('.');
  if (!isServiceName(service)) return 'does not name a Service';
  if (namespace !== undefined && !isLabel(namespace)) return 'has a namespace that is not one';
  if (!['', 'svc', 'svc.cluster.local'].includes(suffix.join('.'))) return 'has a name that is not name.namespace.svc.cluster.local';
  return { service, ...(namespace === undefined ? {} : { namespace }), ...(port === undefined ? {} : { port }) };
}
