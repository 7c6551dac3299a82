import type { Exchange, Family, ResolveContext } from '@ingresskit/annotations';
import { bool, defineFamily, field, int } from '@ingresskit/annotations';
import { defineDiagnostics } from '@ingresskit/resources';
import { sessionAffinity } from '../session-affinity/session-affinity.ts';
import { algorithmWord, hashKeyText, queryParameterName } from './codecs.ts';
import { hash32 } from './hash.ts';
import type { HashSource, HashSpelling } from './hash-source.ts';
import { formatHashSource, hashKeyOf, readHashSource } from './hash-source.ts';

/** How endpoints are chosen. */
export type BalancingAlgorithm = 'round_robin' | 'least_conn' | 'random' | 'ewma';

/** How the requests of a Service are shared out among its endpoints. */
export interface LoadBalancePolicy {
  readonly algorithm: BalancingAlgorithm;
  /** Present: requests with one key meet one endpoint, and the algorithm plays no part. */
  readonly hash?: {
    readonly source: HashSource;
    /** A key meets a group of this many endpoints, and chance chooses in it. */
    readonly subsetSize?: number;
  };
  /** Present: requests of one MCP session, which a query parameter names, meet one endpoint. */
  readonly mcpSession?: { readonly parameter: string };
}

/** What differs between gateways. The defaults are those of the `mse` profile (mse.md §2.8). */
export interface LoadBalanceSettings {
  /** The words of load-balance that act, in lower case. A known word that means another algorithm here is reported. */
  readonly algorithms: Readonly<Record<string, BalancingAlgorithm>>;
  readonly ignoresCase: boolean;
  /** One variable as the whole key, with dashes in its name, or text with variables as nginx writes it (ingress-nginx.md §8.3). */
  readonly hashKeys: HashSpelling;
  /** What a request gets without an annotation (ConfigMap `load-balance`). */
  readonly defaultAlgorithm: BalancingAlgorithm;
  /** Whether the word `mcp-sse` keeps MCP sessions with their endpoint (higress.md A.10). */
  readonly mcpSessions: boolean;
}

const settings: LoadBalanceSettings = {
  algorithms: { round_robin: 'round_robin', least_conn: 'least_conn', least_request: 'least_conn', random: 'random' },
  ignoresCase: true,
  hashKeys: 'single',
  defaultAlgorithm: 'round_robin',
  mcpSessions: true,
};
const defaultSubsetSize = 3;

/**
 * The balancing algorithm of a Service, or the key of a consistent hash (mse.md §2.8, higress.md A.10, ingress-nginx.md §8). An affinity cookie comes
 * before both. The data plane carries it out; the decision says which algorithm, and where on the ring the key lies.
 */
export const loadBalance: Family<'load-balance', LoadBalancePolicy> = defineFamily({
  name: 'load-balance',
  title: 'How endpoints are chosen',
  scope: 'backend',
  phase: 'forward',
  settings,
  fields: {
    algorithm: field('load-balance', algorithmWord, {
      doc: 'The algorithm: `round_robin`, `least_conn` or `random`; on ingress-nginx `round_robin` or `ewma`.',
      example: 'least_conn',
      badExample: 'least conn',
      scope: 'service',
      risk: 'Low',
    }),
    hashBy: field('upstream-hash-by', hashKeyText, {
      doc: 'Requests with an equal value of this key meet the same endpoint.',
      example: '$remote_addr',
      badExample: '$remote addr;',
      scope: 'service',
      risk: 'High',
    }),
    subset: field('upstream-hash-by-subset', bool(), {
      doc: 'The key chooses a group of endpoints, and chance one in it.',
      default: false,
      example: 'true',
      badExample: 'yes',
      scope: 'service',
      risk: 'Low',
    }),
    subsetSize: field('upstream-hash-by-subset-size', int({ min: 0, max: 1_000_000 }), {
      doc: 'How many endpoints a group has; 0 means 3.',
      default: defaultSubsetSize,
      example: '2',
      badExample: '-2',
      scope: 'service',
      risk: 'Low',
    }),
    mcpParameter: field('mcp-sse-stateful-param-name', queryParameterName, {
      doc: 'With `load-balance: mcp-sse`, the query parameter that names the session.',
      default: 'sessionId',
      example: 'session',
      badExample: 'a=b',
      dialect: 'twin',
      scope: 'service',
      risk: 'Low',
    }),
  },
  diagnostics: defineDiagnostics('load-balance', {
    'parameter-without-sessions': {
      severity: 'warning',
      consequence: 'field-ignored',
      title: 'The parameter of MCP sessions without sessions',
      doc: 'mcp-sse-stateful-param-name acts beside load-balance: mcp-sse only. Requests of one session meet different endpoints.',
    },
    'unknown-algorithm': {
      severity: 'warning',
      consequence: 'default-used',
      title: 'The gateway does not have the balancing algorithm',
      doc: 'The word is none that this gateway knows, or one that it replaces by its default. Requests are shared out by the default algorithm, which the message names.',
    },
    'unusable-key': {
      severity: 'warning',
      consequence: 'field-ignored',
      title: 'The key of the consistent hash cannot be used',
      doc: 'The gateway takes other keys than the one written. Requests are shared out by the algorithm instead, so requests of one client meet different endpoints.',
    },
    'subset-without-key': {
      severity: 'warning',
      consequence: 'family-ignored',
      title: 'A subset without a key',
      doc: 'upstream-hash-by-subset and its size divide the endpoints for upstream-hash-by, which is missing or cannot be used. They have no effect.',
    },
  }),
  resolve({ algorithm: word, hashBy, subset, subsetSize, mcpParameter }, context) {
    const hasSessions = context.settings.mcpSessions && word?.toLowerCase() === 'mcp-sse';
    if (!hasSessions && context.present('mcpParameter')) {
      context.report('parameter-without-sessions', {
        field: 'mcpParameter',
        message: 'load-balance is not "mcp-sse", so no sessions are kept and the name of their parameter has no effect.',
        help: 'Set load-balance to "mcp-sse".',
      });
    }
    const algorithm = hasSessions ? context.settings.defaultAlgorithm : algorithmOf(word, context);
    const source = hashBy === undefined ? undefined : sourceOf(hashBy, context);
    if (source === undefined) {
      if (context.present('subset') || context.present('subsetSize')) {
        context.report('subset-without-key', {
          field: context.present('subset') ? 'subset' : 'subsetSize',
          message: 'There is no key to divide the endpoints by; the subset has no effect.',
          help: 'Add upstream-hash-by with a key such as "$remote_addr".',
        });
      }
      if (word === undefined) return undefined;
      return hasSessions ? { algorithm, mcpSession: { parameter: mcpParameter } } : { algorithm };
    }
    return { algorithm, hash: { source, ...(subset ? { subsetSize: subsetSize === 0 ? defaultSubsetSize : subsetSize } : {}) } };
  },
  request({ algorithm, hash, mcpSession }, exchange) {
    if (exchange.policy(sessionAffinity) !== undefined) exchange.note('the affinity cookie comes before the algorithm');
    exchange.declare('loadBalance', hash === undefined ? algorithm : 'hash');
    if (mcpSession !== undefined) {
      const { parameter } = mcpSession;
      exchange.declare('mcpSession', { parameter, present: exchange.request.queryParameter(parameter) !== undefined });
    }
    if (hash === undefined) return undefined;
    const key = hashKeyOf(hash.source, exchange);
    // The place on the ring, not the key: a key may be a cookie or a credential.
    exchange.declare('hash', {
      by: formatHashSource(hash.source),
      position: hash32(key),
      ...(hash.subsetSize === undefined ? {} : { subsetSize: hash.subsetSize }),
    });
    if (key === '') exchange.note('the key is empty, as for every request that lacks it');
    return undefined;
  },
});

type Context = ResolveContext<LoadBalanceSettings>;

function algorithmOf(word: string | undefined, context: Context): BalancingAlgorithm {
  const { algorithms, ignoresCase, defaultAlgorithm } = context.settings;
  if (word === undefined) return defaultAlgorithm;
  const known = ignoresCase ? word.toLowerCase() : word;
  const algorithm = Object.hasOwn(algorithms, known) ? algorithms[known] : undefined;
  if (algorithm !== undefined) return algorithm;
  context.report('unknown-algorithm', {
    field: 'algorithm',
    message: `The gateway has no algorithm "${word}"; requests are shared out by ${defaultAlgorithm}.`,
    help: `Write ${Object.keys(algorithms).join(' or ')}.`,
    data: { algorithm: word, used: defaultAlgorithm },
  });
  return defaultAlgorithm;
}

function sourceOf(text: string, context: Context): HashSource | undefined {
  const source = readHashSource(text, context.settings.hashKeys);
  if ('from' in source) return source;
  context.report('unusable-key', {
    field: 'hashBy',
    message: `The key ${source.problem}; requests are not hashed.`,
    help: source.help,
    data: { key: text },
  });
  return undefined;
}

/** The key that a request is hashed by, for whoever balances without the ring position: `''` where the request lacks it. */
export function hashKeyOfRequest(policy: LoadBalancePolicy, exchange: Exchange): string | undefined {
  return policy.hash === undefined ? undefined : hashKeyOf(policy.hash.source, exchange);
}
